import type { Sql } from "../../../db/client.ts";
import { evaluateNext } from "../../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";

/** Evaluates an organization's changes, and those that they raise, until none waits: what its tracker would do. */
export async function evaluateAll(sql: Sql, organizationId: string): Promise<void> {
  const cache = new RulesetCache();
  while ((await evaluateNext(sql, cache, { organizationId, shard: 0 })).evaluated > 0);
}
