import type { TrimBatch } from "./retention.ts";

/** Result rows deleted by one statement. */
const BATCH = 5_000;

/** Trims jobs that have ended: first a job's results, batch by batch, then the job. */
export async function trimJobs({ sql, organizationId, days, trimmed }: TrimBatch): Promise<string | null> {
  const [job] = await sql<{ id: string }[]>`
    select id from jobs
    where organization_id = ${organizationId} and status in ('completed', 'cancelled', 'failed')
      and finished_at < now() - make_interval(days => ${days}::int)
    order by finished_at limit 1`;
  if (job === undefined) return null;
  const results = await sql`
    delete from job_results where job_id = ${job.id} and position in (
      select position from job_results where job_id = ${job.id} order by position limit ${BATCH})`;
  trimmed.jobResults += results.count;
  if (results.count === BATCH) return job.id;
  const gone = await sql`delete from jobs where id = ${job.id}`;
  trimmed.jobs += gone.count;
  return job.id;
}
