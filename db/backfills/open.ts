import type { Queryable } from "../client.ts";

/** Backfills that could go on and with which nothing has happened for some seconds: their workflow was not started, or is away. */
export function waitingBackfills(sql: Queryable): Promise<{ organizationId: string; id: string }[]> {
  return sql<{ organizationId: string; id: string }[]>`
    select b.organization_id as "organizationId", b.id from backfills b join organizations o on o.id = b.organization_id
    where b.status in ('counting', 'queued', 'running') and b.updated_at < now() - interval '3 seconds'
      and (b.status = 'counting' or not o.rules_stopped or b.dry_run)
      and (b.status <> 'queued' or not exists (
        select from backfills r where r.organization_id = b.organization_id and r.status = 'running'))
    order by b.queued_at, b.id`;
}

/** Backfills of the organization that may be about to move: one of them has to hear when another one ends or makes room. */
export async function openBackfills(sql: Queryable, organizationId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from backfills where organization_id = ${organizationId} and status in ('counting', 'queued', 'running')
    order by queued_at, id limit 10`;
  return rows.map(({ id }) => id);
}
