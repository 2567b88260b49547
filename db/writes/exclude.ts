import { cancelWaitingRuns } from "../cancelRuns.ts";
import type { Transaction } from "../client.ts";
import { newId } from "../uuid.ts";
import { finishWrite } from "./finish.ts";
import { openCustomer } from "./openCustomer.ts";
import { written } from "./results.ts";
import type { TimelineEntry } from "./timelineEntries.ts";
import type { Reference, WriteContext, WriteOutcome } from "./types.ts";

/**
 * Excludes a customer, for good: it leaves lists, writes to it are refused, its external id stays taken, its history stays
 * readable. The exclusion is a change of its own, recorded as evaluated with reason `excluded`; runs that wait are cancelled.
 */
export async function excludeCustomer(
  tx: Transaction,
  context: WriteContext,
  reference: Reference,
  expectedVersion?: number,
): Promise<WriteOutcome> {
  const opened = await openCustomer(tx, context, reference, expectedVersion);
  if ("refused" in opened) return opened.refused;
  const { scope, row } = opened;
  row.excludedAt = scope.at;
  const owner = { source: scope.source, ...(scope.actor ?? {}), at: scope.at, version: row.version + 1 };
  row.assignments = { ...row.assignments, excluded: owner };
  const data = { slot: "excluded", before: null, after: row.excludedAt };
  const timeline: TimelineEntry[] = [
    { id: newId(), customerId: row.id, kind: "exclusion", source: scope.source, actor: scope.actor, data },
  ];
  const wake = await finishWrite(tx, scope, [row], { forced: new Set([row.id]), timeline });
  await cancelWaitingRuns(tx, { customerIds: [row.id] }, "excluded");
  return { results: [written(200, row.id, row.id)], wake };
}
