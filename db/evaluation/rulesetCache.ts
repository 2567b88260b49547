import { LRUCache } from "lru-cache";
import { type CompiledRuleset, compileRuleset } from "../../rules/evaluate.ts";
import type { Queryable } from "../client.ts";
import { loadRuleset } from "../rulesets.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import type { EvaluationScope } from "./types.ts";

/** Compiled rulesets by organization and number: a published ruleset never changes, nor does a field's type while it is used. */
export class RulesetCache {
  private readonly cache = new LRUCache<string, CompiledRuleset>({ max: 500 });

  async get(
    sql: Queryable,
    scope: Pick<EvaluationScope, "organizationId" | "timeZone">,
    number: number,
  ): Promise<CompiledRuleset> {
    const key = `${scope.organizationId}:${number}:${scope.timeZone}`;
    const cached = this.cache.get(key);
    if (cached) return cached;
    const entries = await loadRuleset(sql, scope.organizationId, number);
    const customFields = await loadFieldDefinitions(sql, scope.organizationId);
    const compiled = compileRuleset(entries, { customFields, timeZone: scope.timeZone });
    this.cache.set(key, compiled);
    return compiled;
  }
}
