import type { Sql, Transaction } from "../client.ts";
import { inTransaction } from "../transaction.ts";
import { getBackfill } from "./backfills.ts";
import { layOut } from "./layOut.ts";
import { lockBackfillShared, lockTurns } from "./locks.ts";
import { type BackfillStatus, ENDED } from "./types.ts";

/** How a backfill stands, and what there is to do. */
export interface Step {
  status: BackfillStatus;
  total: number | null;
  done: number;
  failed: number;
  /** Numbers of pages to work on, ascending; none while it has to wait. */
  pages: number[];
  ended: boolean;
}

/** Most pages that one step hands out. */
const PAGES = 200;

/**
 * Brings a backfill on: counts it, takes its turn once no other one of the organization runs, hands out pages, and ends it when
 * none is left. What waits for approval, for its turn, for its resumption or for the organization's rules has no pages.
 */
export function stepBackfill(sql: Sql, organizationId: string, id: string): Promise<Step> {
  return inTransaction(sql, async (tx) => {
    await lockTurns(tx, organizationId);
    await lockBackfillShared(tx, id);
    const before = await getBackfill(tx, organizationId, id);
    if (before?.status === "counting") await layOut(tx, before);
    if (!before?.rulesStopped || before.dryRun) await takeTurn(tx, organizationId, id);
    await endIfDone(tx, id);
    const backfill = await getBackfill(tx, organizationId, id);
    // One that the database does not know, such as after the restoration of an older backup: there is nothing to do.
    if (backfill === null) return { status: "cancelled", total: null, done: 0, failed: 0, pages: [], ended: true };
    const { status, total, counts, rulesStopped, dryRun } = backfill;
    const moves = status === "running" && (!rulesStopped || dryRun);
    const pages = moves ? await openPages(tx, id) : [];
    return { status, total, done: doneOf(counts), failed: counts.failed ?? 0, pages, ended: ENDED.includes(status) };
  });
}

/** Customers who have a result. */
export function doneOf(counts: Record<string, number>): number {
  return Object.entries(counts).reduce((sum, [key, count]) => (key === "notifications" ? sum : sum + count), 0);
}

async function takeTurn(tx: Transaction, organizationId: string, id: string): Promise<void> {
  await tx`
    update backfills b set status = 'running', started_at = coalesce(started_at, clock_timestamp()),
      running_since = clock_timestamp(), updated_at = clock_timestamp()
    where b.id = ${id} and b.status = 'queued' and not exists (
      select from backfills o
      where o.organization_id = ${organizationId} and o.id <> b.id
        and (o.status = 'running' or (o.status = 'queued' and (o.queued_at, o.id) < (b.queued_at, b.id))))`;
}

async function openPages(tx: Transaction, id: string): Promise<number[]> {
  const rows = await tx<{ number: number }[]>`
    select number from backfill_pages where backfill_id = ${id} and done_at is null order by number limit ${PAGES}`;
  return rows.map(({ number }) => number);
}

async function endIfDone(tx: Transaction, id: string): Promise<void> {
  const [ended] = await tx`
    update backfills set status = 'completed', finished_at = clock_timestamp(), updated_at = clock_timestamp(),
      ran_ms = ran_ms + extract(epoch from clock_timestamp() - running_since) * 1000, running_since = null
    where id = ${id} and status = 'running'
      and not exists (select from backfill_pages where backfill_id = ${id} and done_at is null)
    returning id`;
  if (ended) await sweepAhead(tx, id);
}

/** Forgets what trackers have passed without looking. */
async function sweepAhead(tx: Transaction, id: string): Promise<void> {
  await tx`
    delete from backfilled_ahead a using customer_tracking t, backfills b
    where b.id = ${id} and a.organization_id = b.organization_id and t.customer_id = a.customer_id and t.version >= a.version`;
}
