import { evaluateNext } from "../db/evaluation/evaluateShard.ts";
import type { BatchOutcome, TrackedValues } from "../db/evaluation/types.ts";
import type { ShardProgress, TrackedCustomer } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";

/** One local activity works about this long, so that signals and queries of its workflow get their turn. */
const SLICE_MS = 1_000;
const MIRRORED = 1_000;

/** Evaluates batch after batch until the queue is empty or the slice is used up. */
export async function evaluateShard(
  { sql, rulesets, startRuns }: ActivityContext,
  { organizationId, shard }: { organizationId: string; shard: number },
): Promise<ShardProgress> {
  const until = performance.now() + SLICE_MS;
  const progress: ShardProgress = { evaluated: 0, matched: 0, failed: 0, idle: false, customers: [] };
  const latest = new Map<string, TrackedValues>();
  while (performance.now() < until) {
    const batch: BatchOutcome = await evaluateNext(sql, rulesets, organizationId, shard);
    if (batch.planned > 0) startRuns(organizationId, batch.planned);
    if (batch.evaluated === 0) {
      progress.idle = true;
      break;
    }
    progress.evaluated += batch.evaluated;
    progress.matched += batch.matched;
    progress.failed += batch.failed;
    for (const values of batch.customers) {
      latest.delete(values.customerId);
      latest.set(values.customerId, values);
    }
  }
  progress.customers = [...latest.values()].slice(-MIRRORED).map(compact);
  return progress;
}

function compact(values: TrackedValues): TrackedCustomer {
  return [values.customerId, values.outstanding, values.averagePaymentDelay, values.rating, values.version];
}
