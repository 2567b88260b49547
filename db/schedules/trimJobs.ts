import type { TrimBatch } from "./retention.ts";

/** Result rows deleted by one statement. */
const BATCH = 5_000;

/** What keeps a row for each thing that it did, by tables and the columns of the results. */
interface Kept {
  things: "jobs" | "backfills";
  results: "job_results" | "backfill_results";
  of: "job_id" | "backfill_id";
  by: "position" | "customer_id";
}

export const trimJobs = trimEnded({ things: "jobs", results: "job_results", of: "job_id", by: "position" });
export const trimBackfills = trimEnded({
  things: "backfills",
  results: "backfill_results",
  of: "backfill_id",
  by: "customer_id",
});

/** Trims jobs or backfills that have ended: first the results of one, batch by batch, then itself. */
function trimEnded({ things, results, of, by }: Kept) {
  return async ({ sql, organizationId, days, trimmed }: TrimBatch): Promise<string | null> => {
    const [ended] = await sql<{ id: string }[]>`
      select id from ${sql(things)}
      where organization_id = ${organizationId} and status in ('completed', 'cancelled', 'failed')
        and finished_at < now() - make_interval(days => ${days}::int)
      order by finished_at limit 1`;
    if (ended === undefined) return null;
    const deleted = await sql`
      delete from ${sql(results)} where ${sql(of)} = ${ended.id} and ${sql(by)} in (
        select ${sql(by)} from ${sql(results)} where ${sql(of)} = ${ended.id} order by ${sql(by)} limit ${BATCH})`;
    trimmed.jobResults += deleted.count;
    if (deleted.count === BATCH) return ended.id;
    // It may have been retried meanwhile.
    const gone = await sql`
      delete from ${sql(things)} where id = ${ended.id} and status in ('completed', 'cancelled', 'failed')`;
    trimmed.jobs += gone.count;
    return ended.id;
  };
}
