import { hasItsTurn } from "./backfills/open.ts";
import type { Queryable } from "./client.ts";

/** Shards whose oldest changes or timers have waited longer than a second: a wake-up was lost, or their tracker is at work or away. */
export function waitingShards(sql: Queryable): Promise<{ organizationId: string; shard: number }[]> {
  return sql<{ organizationId: string; shard: number }[]>`
    select o.id as "organizationId", s.shard
    from organizations o cross join lateral generate_series(0, o.shards - 1) as s(shard)
    where not o.rules_stopped and (
      exists (
        select from change_queue q
        where q.organization_id = o.id and q.shard = s.shard and q.queued_at < now() - interval '1 second'
          and ${hasItsTurn(sql, sql`o.id`)})
      or exists (
        select from timers t
        where t.organization_id = o.id and t.shard = s.shard and t.due_at < now() - interval '1 second'))`;
}

/** Temporal workflows that hold notifications and were not looked at for 30 seconds; those not looked at for longest first. */
export async function holdingWorkflows(sql: Queryable): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select temporal_workflow_id as id from notifications
    where status = 'running' and temporal_workflow_id is not null
    group by temporal_workflow_id having min(claimed_at) < now() - interval '30 seconds'
    order by min(claimed_at) limit 200`;
  return rows.map((row) => row.id);
}

/** Notes that a workflow was found at work on what it claimed: it is looked at again after those that were not. */
export async function confirmClaims(sql: Queryable, temporalWorkflowId: string): Promise<void> {
  await sql`
    update notifications set claimed_at = now()
    where status = 'running' and temporal_workflow_id = ${temporalWorkflowId}`;
}

const TRIMMED_AT_ONCE = 5_000;

/** Removes first answers older than 24 h, in steps so that none holds locks for long. Answers how many. */
export async function trimIdempotencyKeys(sql: Queryable): Promise<number> {
  for (let trimmed = 0; ; ) {
    const { count } = await sql`
      delete from idempotency_keys where ctid in (
        select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit ${TRIMMED_AT_ONCE})`;
    trimmed += count;
    if (count < TRIMMED_AT_ONCE) return trimmed;
  }
}

/** Removes what the circuit breaker counted in hours that are over, and control signals that nobody repeats any more. */
export async function trimCounters(sql: Queryable): Promise<void> {
  await sql`delete from rule_hours where hour < now() - interval '2 days'`;
  await sql`delete from control_signals where created_at < now() - interval '7 days'`;
}
