import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { recomputeBalances } from "./balances.ts";
import { insertChanges, type NewChange, raiseChanges } from "./recordChanges.ts";
import type { WriteScope } from "./scope.ts";
import { insertCustomers, updateCustomers } from "./storeCustomers.ts";
import { insertTimeline, type TimelineEntry } from "./timelineEntries.ts";
import type { Wake } from "./types.ts";

export interface Finish {
  /** Ids of rows that this write creates. */
  fresh?: Set<string>;
  /** Ids of customers whose documents moved. */
  money?: Set<string>;
  /** Ids that raise a change even if no fact moved. */
  forced?: Set<string>;
  timeline: TimelineEntry[];
  /** Filled with the changes that are raised, for who wants to tell of them. */
  raised?: NewChange[];
  /** Rows as JSON, by id, as they were read: those that are still the same are not stored again. */
  standing?: ReadonlyMap<string, string>;
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
  const fresh = rows.filter((row) => finish.fresh?.has(row.id));
  await insertCustomers(tx, scope, fresh);
  await Promise.all([
    updateCustomers(
      tx,
      rows.filter((row) => !finish.fresh?.has(row.id) && finish.standing?.get(row.id) !== JSON.stringify(row)),
    ),
    insertChanges(tx, scope.organizationId, changes),
    insertTimeline(tx, scope.organizationId, finish.timeline),
  ]);
  return { organizationId: scope.organizationId, shards: [...new Set(changes.map((change) => change.shard))] };
}
