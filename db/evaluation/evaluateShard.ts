import type { Sql, Transaction } from "../client.ts";
import { inTransaction } from "../transaction.ts";
import { evaluateBatch, evaluateChanges, NOTHING } from "./evaluateBatch.ts";
import { type DueOutcome, evaluateDue } from "./evaluateDue.ts";
import { unmoved } from "./judgeChange.ts";
import { type EvaluationTarget, openEvaluation, readBatch } from "./readBatch.ts";
import { recordBatch } from "./record.ts";
import type { RulesetCache } from "./rulesetCache.ts";
import { trackedValuesOf } from "./trackedValues.ts";
import type { BatchOutcome, QueuedChange } from "./types.ts";

/** Changes per transaction: more gain little (each statement is set-based already) and hold locks longer. */
export const BATCH = 500;

/** SQL error classes that the same input meets again: data exception, integrity, syntax, program limits. */
const PERMANENT = /^(22|23|42|54)/;

/**
 * Evaluates one batch. A permanent SQL error halves it down to the one change it comes from, which is recorded as failed
 * (visible, counted, to be retried by hand) so that nobody waits behind it; other errors are the caller's to retry.
 */
export async function evaluateNext(sql: Sql, cache: RulesetCache, target: EvaluationTarget): Promise<BatchOutcome> {
  for (let limit = BATCH; limit > 1; limit = Math.floor(limit / 2)) {
    try {
      return await inTransaction(sql, (tx) => evaluateBatch(tx, cache, target, limit));
    } catch (error) {
      if (!isPermanent(error)) throw error;
    }
  }
  return evaluateOne(sql, cache, target);
}

/** Judges the timers that are due, with the same way out where Postgres refuses what one of them leads to. */
export async function evaluateNextDue(sql: Sql, cache: RulesetCache, target: EvaluationTarget): Promise<DueOutcome> {
  for (let limit = BATCH; limit >= 1; limit = Math.floor(limit / 2)) {
    try {
      return await inTransaction(sql, (tx) => evaluateDue(tx, cache, target, limit));
    } catch (error) {
      if (!isPermanent(error)) throw error;
      if (limit === 1) return inTransaction(sql, (tx) => evaluateDue(tx, cache, target, 1, error as Error));
    }
  }
  return { judged: 0, planned: 0 };
}

/** Evaluates the next change or, in the same transaction, records why it cannot be evaluated. */
async function evaluateOne(sql: Sql, cache: RulesetCache, target: EvaluationTarget): Promise<BatchOutcome> {
  return inTransaction(sql, async (tx) => {
    // Locked and read outside the savepoint: after a rollback to it, the change is still the one that failed.
    const scope = await openEvaluation(tx, target);
    if (scope.rulesStopped) return NOTHING;
    const [change] = await readBatch(tx, target, 1);
    if (!change) return NOTHING;
    try {
      const evaluated = tx.savepoint((inner) => evaluateChanges(inner as Transaction, cache, target, scope, [change]));
      return (await evaluated) as BatchOutcome;
    } catch (error) {
      if (!isPermanent(error)) throw error;
      return recordFailure(tx, target, change, error as Error);
    }
  });
}

/** Whether the same input would meet the error again. */
export function isPermanent(error: unknown): boolean {
  return PERMANENT.test((error as { code?: string }).code ?? "");
}

async function recordFailure(
  tx: Transaction,
  target: EvaluationTarget,
  change: QueuedChange,
  error: Error,
): Promise<BatchOutcome> {
  const failed = unmoved(change, { outcome: "failed", error: error.message });
  const values = trackedValuesOf(change);
  await recordBatch(tx, target, [failed], null, [values]);
  return { evaluated: 1, matched: 0, failed: 1, planned: 0, customers: [values] };
}
