import type { Sql, Transaction } from "../client.ts";
import type { Actor } from "../writes/types.ts";
import { getBackfill } from "./backfills.ts";
import { PAGE } from "./layOut.ts";
import { lockBackfillExclusive } from "./locks.ts";
import type { Backfill, BackfillStatus } from "./types.ts";

export type BackfillMove = "approve" | "pause" | "resume" | "cancel" | "retry";

/** What the moves may be made from, and what they lead to; a backfill that stands there already stays as it is. */
const FROM: Record<BackfillMove, readonly BackfillStatus[]> = {
  approve: ["awaitingApproval"],
  pause: ["counting", "awaitingApproval", "queued", "running"],
  resume: ["paused"],
  cancel: ["counting", "awaitingApproval", "queued", "running", "paused"],
  retry: ["completed", "failed"],
};
const HARMLESS: Record<BackfillMove, readonly BackfillStatus[]> = {
  approve: [],
  pause: ["paused"],
  resume: ["counting", "awaitingApproval", "queued", "running"],
  cancel: ["cancelled"],
  retry: ["queued", "running"],
};

/** `refused`: the status does not allow the move. */
export interface Moved {
  backfill: Backfill;
  refused: boolean;
}

/**
 * Moves a backfill. It waits for the pages under work, for seconds at most, and lets no further one begin meanwhile: what is
 * paused or cancelled once this is committed moves nothing any more. Answers null where there is no such backfill.
 */
export async function moveBackfill(
  tx: Transaction,
  organizationId: string,
  id: string,
  move: BackfillMove,
  by: { actor: Actor | null; maxPerSecond?: number | null | undefined },
): Promise<Moved | null> {
  const found = await getBackfill(tx, organizationId, id);
  if (found === null) return null;
  await lockBackfillExclusive(tx, id);
  const standing = (await getBackfill(tx, organizationId, id))!;
  const repeats = HARMLESS[move].includes(standing.status) || isRepeatedly(move, standing);
  if (!FROM[move].includes(standing.status)) {
    if (repeats && by.maxPerSecond !== undefined) await setPace(tx, id, by.maxPerSecond);
    return { backfill: (await getBackfill(tx, organizationId, id))!, refused: !repeats };
  }
  await MOVES[move](tx, standing, by.actor);
  if (by.maxPerSecond !== undefined) await setPace(tx, id, by.maxPerSecond);
  return { backfill: (await getBackfill(tx, organizationId, id))!, refused: false };
}

/** An approval of what was approved already. */
const isRepeatedly = (move: BackfillMove, { approvedAt, status }: Backfill) =>
  move === "approve" && approvedAt !== null && status !== "cancelled" && status !== "failed";

const MOVES: Record<BackfillMove, (tx: Transaction, backfill: Backfill, actor: Actor | null) => Promise<unknown>> = {
  approve: (tx, { id }, actor) => tx`
    update backfills set status = 'queued', approved_at = now(), approved_by = ${actor === null ? null : tx.json({ ...actor })},
      queued_at = clock_timestamp(), updated_at = now()
    where id = ${id}`,
  pause: (tx, { id }) => tx`
    update backfills set status = 'paused', paused_from = case when status = 'running' then 'queued' else status end, ${stopped(tx)}
    where id = ${id}`,
  // It takes its place at the end of the queue: others have had reason to go ahead.
  resume: (tx, { id }) => tx`
    update backfills set status = paused_from, paused_from = null, queued_at = clock_timestamp(), next_page_at = null, updated_at = now()
    where id = ${id}`,
  cancel: (tx, { id }) => tx`
    update backfills set status = 'cancelled', paused_from = null, finished_at = now(), ${stopped(tx)} where id = ${id}`,
  retry: retryFailed,
};

const stopped = (tx: Transaction) => tx`
  ran_ms = ran_ms + coalesce(extract(epoch from clock_timestamp() - running_since) * 1000, 0), running_since = null, updated_at = now()`;

/** Lays out the customers that failed once more; one that failed as a whole goes on with the pages that it has not reached. */
async function retryFailed(tx: Transaction, { id, status, total, counts }: Backfill): Promise<void> {
  if (status === "completed" && (counts.failed ?? 0) === 0) return;
  await tx`
    with failed as (
      delete from backfill_results where backfill_id = ${id} and status = 'failed' returning customer_id
    ), numbered as (
      select customer_id, (row_number() over (order by customer_id) - 1) / ${PAGE}::int as part from failed
    )
    insert into backfill_pages (backfill_id, number, customer_ids, customers)
    select ${id}, part + 1 + (select coalesce(max(number), 0) from backfill_pages where backfill_id = ${id}),
           array_agg(customer_id order by customer_id), count(*)
    from numbered group by part`;
  await tx`
    update backfills b set status = ${total === null ? "counting" : "queued"}, counts = counts - 'failed', error = null,
      finished_at = null, queued_at = clock_timestamp(), next_page_at = null, updated_at = now()
    where id = ${id}`;
}

async function setPace(tx: Transaction, id: string, maxPerSecond: number | null): Promise<void> {
  await tx`update backfills set max_per_second = ${maxPerSecond}, next_page_at = null where id = ${id}`;
}

/** Ends a backfill that cannot go on, with the reason; what was done stays. */
export async function failBackfill(sql: Sql, organizationId: string, id: string, error: string): Promise<void> {
  await sql`
    update backfills set status = 'failed', error = ${error}, finished_at = now(), updated_at = now(),
      ran_ms = ran_ms + coalesce(extract(epoch from clock_timestamp() - running_since) * 1000, 0), running_since = null
    where organization_id = ${organizationId} and id = ${id} and status in ('counting', 'queued', 'running')`;
}

/** A page's turn. */
export interface PageTurn {
  waitMs: number;
  /** Says whether the backfill was paused meanwhile. */
  queuedAt: string;
}

/**
 * Takes the next turn of a backfill with a limit: each page keeps the way clear for as long as its customers may take. Null
 * without a limit, and for a page that is done.
 */
export async function nextTurn(sql: Sql, id: string, page: number): Promise<PageTurn | null> {
  const [turn] = await sql<PageTurn[]>`
    update backfills b
    set next_page_at = greatest(old.next_page_at, clock_timestamp()) + make_interval(secs => old.customers::float8 / b.max_per_second)
    from (
      select f.id, f.next_page_at, p.customers from backfills f join backfill_pages p on p.backfill_id = f.id
      where f.id = ${id} and f.max_per_second is not null and f.status = 'running' and p.number = ${page} and p.done_at is null
      for update of f
    ) old
    where b.id = old.id
    returning greatest(0, extract(epoch from old.next_page_at - clock_timestamp()) * 1000)::float8 as "waitMs",
              b.queued_at::text as "queuedAt"`;
  return turn ?? null;
}

/** Whether a turn is still worth waiting for: the backfill was not paused, ended or resumed since. */
export async function turnStands(sql: Sql, id: string, { queuedAt }: PageTurn): Promise<boolean> {
  const rows = await sql`
    select from backfills where id = ${id} and status = 'running' and queued_at = ${queuedAt}::text::timestamptz`;
  return rows.length > 0;
}
