import type { Queryable } from "../client.ts";

/** Jobs whose turn it is and on which nobody has worked for some seconds: their workflow was not started, or is away. */
export function waitingJobs(sql: Queryable): Promise<{ organizationId: string; id: string }[]> {
  return sql<{ organizationId: string; id: string }[]>`
    select organization_id as "organizationId", id from (
      select distinct on (organization_id) organization_id, id, updated_at from jobs
      where status in ('queued', 'running') order by organization_id, queued_at, id
    ) first
    where updated_at < now() - interval '3 seconds'`;
}

/** The job whose turn it is, if any waits. */
export async function nextJob(sql: Queryable, organizationId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id from jobs where organization_id = ${organizationId} and status in ('queued', 'running')
    order by queued_at, id limit 1`;
  return row?.id ?? null;
}

/** Removes uploads of which nothing has come for an hour: their API process died. */
export async function sweepUploads(sql: Queryable): Promise<number> {
  const gone = await sql`delete from jobs where status = 'receiving' and updated_at < now() - interval '1 hour'`;
  return gone.count;
}
