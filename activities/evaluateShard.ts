import { BATCH, evaluateNext, evaluateNextDue } from "../db/evaluation/evaluateShard.ts";
import { type EvaluationTarget, PARTS } from "../db/evaluation/readBatch.ts";
import type { BatchOutcome, TrackedValues } from "../db/evaluation/types.ts";
import { nextTimer } from "../db/timers.ts";
import type { ShardProgress, TrackedCustomer } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";

/** One local activity works about this long, so that signals and queries of its workflow get their turn. */
const SLICE_MS = 1_000;
const MIRRORED = 1_000;

/**
 * Evaluates batch after batch until the queue is empty or the slice is used up, the parts of a long queue side by side; then
 * judges the timers that are due, which may raise changes again.
 */
export async function evaluateShard(
  { sql, rulesets, startRuns }: ActivityContext,
  shard: EvaluationTarget,
): Promise<ShardProgress> {
  const until = performance.now() + SLICE_MS;
  const progress: ShardProgress = { evaluated: 0, matched: 0, failed: 0, idle: false, customers: [] };
  const latest = new Map<string, TrackedValues>();
  const next = async (target: EvaluationTarget): Promise<number> => {
    const batch = await evaluateNext(sql, rulesets, target);
    if (batch.planned > 0) startRuns(shard.organizationId, batch.planned);
    note(progress, latest, batch);
    return batch.evaluated;
  };
  const nextDue = async (): Promise<number> => {
    const due = await evaluateNextDue(sql, rulesets, shard);
    if (due.planned > 0) startRuns(shard.organizationId, due.planned);
    return due.judged;
  };
  while (!progress.idle && performance.now() < until) {
    const evaluated = await next(shard);
    if (evaluated === 0) progress.idle = (await nextDue()) === 0;
    if (evaluated < BATCH) continue;
    await allEnded(
      Array.from({ length: PARTS }, async (_, part) => {
        while (performance.now() < until && (await next({ ...shard, part })) > 0);
      }),
    );
  }
  // However long the queue is, what is due for customers that are not in it has its turn.
  if (!progress.idle) await nextDue();
  else {
    const at = await nextTimer(sql, shard.organizationId, shard.shard);
    if (at !== null) progress.nextDueAt = Date.parse(at);
  }
  progress.customers = [...latest.values()].slice(-MIRRORED).map(compact);
  return progress;
}

/** Waits for every part, so that nothing of this attempt goes on beside the next one, then throws the first error. */
async function allEnded(parts: Promise<void>[]): Promise<void> {
  await Promise.allSettled(parts);
  await Promise.all(parts);
}

function note(progress: ShardProgress, latest: Map<string, TrackedValues>, batch: BatchOutcome): void {
  progress.evaluated += batch.evaluated;
  progress.matched += batch.matched;
  progress.failed += batch.failed;
  for (const values of batch.customers) {
    latest.delete(values.customerId);
    latest.set(values.customerId, values);
  }
}

function compact(values: TrackedValues): TrackedCustomer {
  return [values.customerId, values.outstanding, values.averagePaymentDelay, values.rating, values.version];
}
