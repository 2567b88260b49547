import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { recomputeBalances } from "./balances.ts";
import { type NewChange, raiseChanges } from "./recordChanges.ts";
import type { WriteScope } from "./scope.ts";
import { insertCustomers, updateBalances, updateCustomers } from "./storeCustomers.ts";
import { insertTimeline, type TimelineEntry } from "./timelineEntries.ts";
import type { Wake } from "./types.ts";

export interface Finish {
  /** Ids of rows that this write creates. */
  fresh?: Set<string>;
  /** Ids of customers whose documents moved, in a write that moves nothing else. */
  money?: Set<string>;
  /** Ids that raise a change even if no fact moved. */
  forced?: Set<string>;
  timeline: TimelineEntry[];
  /** Filled with the changes that are raised, for who wants to tell of them. */
  raised?: NewChange[];
  /** {@link withoutFacts} by id, of rows as they were read: those that are still the same are not stored again. */
  standing?: ReadonlyMap<string, string>;
}

/** What is stored of a customer and can move without its facts; what else moves raises a change. */
export function withoutFacts({ assignments, lastReminderAt, excludedAt }: CustomerRow): string {
  return JSON.stringify([assignments, lastReminderAt, excludedAt]);
}

/**
 * Ends a write of locked customers: derived numbers, facts, one change per customer that moved, timeline. Returns the shards
 * to wake once the transaction is committed.
 */
export async function finishWrite(
  tx: Transaction,
  scope: WriteScope,
  rows: CustomerRow[],
  finish: Finish,
): Promise<Wake> {
  // What moved with the calendar since the last change is caught up along the way.
  const stale = rows.filter(
    (row) => finish.money?.has(row.id) || (row.facts !== null && row.facts.asOf !== scope.today),
  );
  await recomputeBalances(tx, scope, stale);
  const changes = raiseChanges(scope, rows, finish.forced);
  finish.raised?.push(...changes);
  const raised = new Map(changes.map((change) => [change.customerId, change]));
  const stored = rows.map((row) => ({ row, change: raised.get(row.id) }));
  const fresh = stored.filter(({ row }) => finish.fresh?.has(row.id));
  await insertCustomers(tx, scope, fresh);
  await Promise.all([
    (finish.money ? updateBalances : updateCustomers)(
      tx,
      scope,
      stored.filter(
        ({ row, change }) =>
          !finish.fresh?.has(row.id) && (change !== undefined || finish.standing?.get(row.id) !== withoutFacts(row)),
      ),
    ),
    insertTimeline(tx, scope.organizationId, finish.timeline),
  ]);
  return { organizationId: scope.organizationId, shards: [...new Set(changes.map((change) => change.shard))] };
}
