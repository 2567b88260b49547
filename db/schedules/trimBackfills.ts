import type { TrimBatch } from "./retention.ts";

/** Result rows deleted by one statement. */
const BATCH = 5_000;

/** Trims backfills that have ended: first a backfill's results, batch by batch, then the backfill. */
export async function trimBackfills({ sql, organizationId, days, trimmed }: TrimBatch): Promise<string | null> {
  const [backfill] = await sql<{ id: string }[]>`
    select id from backfills
    where organization_id = ${organizationId} and status in ('completed', 'cancelled', 'failed')
      and finished_at < now() - make_interval(days => ${days}::int)
    order by finished_at limit 1`;
  if (backfill === undefined) return null;
  const results = await sql`
    delete from backfill_results where backfill_id = ${backfill.id} and customer_id in (
      select customer_id from backfill_results where backfill_id = ${backfill.id} limit ${BATCH})`;
  trimmed.jobResults += results.count;
  if (results.count === BATCH) return backfill.id;
  const gone = await sql`delete from backfills where id = ${backfill.id}`;
  trimmed.jobs += gone.count;
  return backfill.id;
}
