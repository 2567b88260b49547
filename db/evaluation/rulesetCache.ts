import { LRUCache } from "lru-cache";
import { type CompiledRuleset, compileRuleset } from "../../rules/evaluate.ts";
import { type CompiledRule, compileRule } from "../../rules/judge.ts";
import type { Rule } from "../../rules/schema.ts";
import type { Queryable } from "../client.ts";
import { loadRuleset } from "../rulesets.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import type { EvaluationScope } from "./types.ts";

/** One version of a rule, whatever ruleset holds it. */
export interface CompiledVersion {
  rule: Rule;
  compiled: CompiledRule;
}

type CacheScope = Pick<EvaluationScope, "organizationId" | "timeZone">;

/** Compiled rulesets by organization and number, and single versions of rules: a published ruleset never changes, nor does a field's type while it is used. */
export class RulesetCache {
  private readonly cache = new LRUCache<string, CompiledRuleset>({ max: 500 });

  private readonly versions = new LRUCache<string, CompiledVersion>({ max: 2_000 });

  async get(sql: Queryable, scope: CacheScope, number: number): Promise<CompiledRuleset> {
    const key = `${scope.organizationId}:${number}:${scope.timeZone}`;
    const cached = this.cache.get(key);
    if (cached) return cached;
    const entries = await loadRuleset(sql, scope.organizationId, number);
    const customFields = await loadFieldDefinitions(sql, scope.organizationId);
    const compiled = compileRuleset(entries, { customFields, timeZone: scope.timeZone });
    this.cache.set(key, compiled);
    return compiled;
  }

  /** One version of a rule. Throws when there is none. */
  async rule(sql: Queryable, scope: CacheScope, ruleId: string, version: number): Promise<CompiledVersion> {
    const key = `${ruleId}:${version}:${scope.timeZone}`;
    const cached = this.versions.get(key);
    if (cached) return cached;
    const [row] = await sql<{ definition: Rule }[]>`
      select definition from rule_versions
      where organization_id = ${scope.organizationId} and rule_id = ${ruleId} and version = ${version}`;
    if (!row) throw new Error(`rule ${ruleId} has no version ${version}`);
    const customFields = await loadFieldDefinitions(sql, scope.organizationId);
    const rule = row.definition;
    const found = { rule, compiled: compileRule(rule, { customFields, timeZone: scope.timeZone }) };
    this.versions.set(key, found);
    return found;
  }
}
