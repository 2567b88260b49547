import type { Queryable } from "../client.ts";
import type { Fragment } from "../lists.ts";

/**
 * Whether a queued change `q` may be evaluated now: what masses raise waits for the end of the backfill that runs, at most half a
 * minute, so that it reaches its last customer first: evaluated beside it, 100,000 customers took 25 s instead of 22.
 */
export function hasItsTurn(sql: Queryable, organizationId: string | Fragment): Fragment {
  return sql`(
    q.lane = 0 or q.queued_at < now() - interval '30 seconds' or not exists (
      select from backfills b where b.organization_id = ${organizationId} and b.status = 'running' and not b.dry_run))`;
}

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

/** The organization's shards: what a backfill left for the trackers has its turn once it ends or is paused. */
export async function shardsToWake(sql: Queryable, organizationId: string): Promise<number[]> {
  const rows = await sql<{ shard: number }[]>`
    select generate_series(0, shards - 1) as shard from organizations where id = ${organizationId}`;
  return rows.map(({ shard }) => shard);
}
