import type { Sql } from "../../../db/client.ts";
import { evaluateNext, evaluateNextDue } from "../../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";

/** Evaluates an organization's changes, and those that they raise, until none waits: what its tracker would do. */
export async function evaluateAll(sql: Sql, organizationId: string): Promise<void> {
  const cache = new RulesetCache();
  while ((await evaluateNext(sql, cache, { organizationId, shard: 0 })).evaluated > 0);
}

/** The same, with the timers that are due at this instant (ms) if it is later than now. */
export async function evaluateWithTimers(sql: Sql, organizationId: string, now = 0): Promise<void> {
  const cache = new RulesetCache();
  const target = { organizationId, shard: 0, now };
  for (;;) {
    const { evaluated } = await evaluateNext(sql, cache, target);
    if (evaluated === 0 && (await evaluateNextDue(sql, cache, target)).judged === 0) return;
  }
}
