import type { Sql, Transaction } from "../client.ts";
import { lockCustomers } from "../customerRow.ts";
import { inTransaction } from "../transaction.ts";
import { openScope } from "../writes/scope.ts";
import type { Wake } from "../writes/types.ts";
import { bringUpToDate } from "./bringUpToDate.ts";
import { countPage, endRatings } from "./ratingRuns.ts";

/** Customers that are locked at once: a write that needs one of them waits for about as many milliseconds at most. */
const PAGE = 1_000;

export interface PageProgress {
  /** Customers looked at, and changes raised. */
  done: number;
  changed: number;
  /** Nobody is left. */
  ended: boolean;
  /** Trackers to wake, now that the page is committed. */
  wake: Wake;
}

/**
 * Brings the next candidates up to date in one transaction: takes them off the list, locks them in id order, recomputes them as of
 * the organization's day, and raises one change, in the second lane, for each whose facts moved or who passed a line that an
 * active rule names. Customers that are as of that day, or a later one, are left alone.
 */
export function recomputePage(sql: Sql, organizationId: string, temporalWorkflowId: string): Promise<PageProgress> {
  return inTransaction(sql, async (tx) => {
    const scope = await openScope(tx, { organizationId, source: "schedule", actor: null });
    const ids = await takeCandidates(tx, organizationId);
    if (ids.length === 0) {
      await endRatings(tx, organizationId, temporalWorkflowId);
      return { done: 0, changed: 0, ended: true, wake: { organizationId, shards: [] } };
    }
    // All lines since a customer's facts were taken count, as a time zone that is moved takes the day back.
    const { changes } = await bringUpToDate(tx, scope, await lockCustomers(tx, organizationId, ids), null);
    await countPage(tx, temporalWorkflowId, { done: ids.length, changed: changes.length });
    const shards = [...new Set(changes.map(({ shard }) => shard))];
    return { done: ids.length, changed: changes.length, ended: false, wake: { organizationId, shards } };
  });
}

async function takeCandidates(tx: Transaction, organizationId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    delete from rating_candidates where organization_id = ${organizationId} and customer_id in (
      select customer_id from rating_candidates where organization_id = ${organizationId}
      order by customer_id limit ${PAGE} for update skip locked)
    returning customer_id as id`;
  return rows.map(({ id }) => id);
}
