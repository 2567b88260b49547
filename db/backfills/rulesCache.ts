import { LRUCache } from "lru-cache";
import type { Facts } from "../../rules/facts.ts";
import type { Timing, Verdict } from "../../rules/judge.ts";
import type { Rule } from "../../rules/schema.ts";
import { compileStandingVerdict } from "../../rules/standingVerdict.ts";
import type { Queryable } from "../client.ts";
import type { RulesetCache } from "../evaluation/rulesetCache.ts";
import { loadFieldDefinitions } from "../writes/references.ts";

/** A version of a rule that is asked about customers as they stand. */
export interface StandingRule {
  rule: Rule;
  timing: Timing | null;
  verdict: (facts: Facts) => Verdict;
}

/** Versions of rules compiled for customers as they stand: a version never changes. */
export class BackfillRulesCache {
  readonly #versions = new LRUCache<string, StandingRule>({ max: 500 });

  constructor(private readonly rulesets: RulesetCache) {}

  /** Throws when there is no such version. */
  async get(
    sql: Queryable,
    scope: { organizationId: string; timeZone: string },
    ruleId: string,
    version: number,
  ): Promise<StandingRule> {
    const key = `${ruleId}:${version}:${scope.timeZone}`;
    const cached = this.#versions.get(key);
    if (cached) return cached;
    const { rule, compiled } = await this.rulesets.rule(sql, scope, ruleId, version);
    const context = { customFields: await loadFieldDefinitions(sql, scope.organizationId), timeZone: scope.timeZone };
    const found = { rule, timing: compiled.timing, verdict: compileStandingVerdict(rule, context) };
    this.#versions.set(key, found);
    return found;
  }
}
