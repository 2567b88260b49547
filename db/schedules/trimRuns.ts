import type { TrimBatch } from "./retention.ts";

/** Runs looked at by one statement; each may have several notifications. */
const BATCH = 1_000;
const DIGESTS = 5_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Trims runs that have ended, with their notifications. A run stays while anything of its root is open, since the guard against
 * loops looks at all of a root's runs, while a change of its customer waits for evaluation, while its rule remembers that it has
 * fired, and while a cooldown of its rule may still look at what it has sent.
 */
export async function trimRuns({ sql, organizationId, days, after, trimmed }: TrimBatch): Promise<string | null> {
  const [batch] = await sql<{ looked: number; runs: number; notifications: number; last: string | null }[]>`
    with batch as materialized (
      -- Ids begin with the time at which they were made.
      select id, rule_id, root_id, customer_id, status, finished_at, created_at from rule_runs
      where organization_id = ${organizationId} and id > ${after === "" ? FIRST_ID : after}::uuid and id < ${idBefore(days)}::uuid
      order by id limit ${BATCH}
    ), cooldowns as materialized (
      select rule_id, max((action ->> 'cooldownHours')::numeric) as hours
      from rule_versions, jsonb_array_elements((definition -> 'actions') || coalesce(definition -> 'exitActions', '[]')) action
      where organization_id = ${organizationId} and action ? 'cooldownHours' group by rule_id
    ), ended as materialized (
      select b.id from batch b
      where b.status in ('applied', 'partlyApplied', 'skipped', 'failed', 'cancelled')
        and coalesce(b.finished_at, b.created_at) < now() - make_interval(days => ${days}::int)
        and not exists (select from notifications n where n.run_id = b.id and n.status not in ('sent', 'failed', 'cancelled'))
        and not exists (select from rule_runs o where o.root_id = b.root_id and o.status in ('planned', 'held', 'running', 'waiting'))
        and not exists (select from change_queue q where q.organization_id = ${organizationId} and q.customer_id = b.customer_id)
        and not exists (select from rule_states s where s.customer_id = b.customer_id and s.rule_id = b.rule_id)
        and not exists (select from timers t where t.customer_id = b.customer_id and t.rule_id = b.rule_id)
        and not exists (select from cooldowns d where d.rule_id = b.rule_id
                        and coalesce(b.finished_at, b.created_at) > now() - make_interval(secs => (d.hours * 3600)::float8))
    ), messages as (
      -- What was retried meanwhile is open again.
      delete from notifications n using ended where n.run_id = ended.id and n.status in ('sent', 'failed', 'cancelled') returning n.id
    ), gone as (
      delete from rule_runs r using ended
      where r.id = ended.id and r.status in ('applied', 'partlyApplied', 'skipped', 'failed', 'cancelled') returning r.id
    )
    select (select count(*) from batch) as looked, (select count(*) from gone) as runs,
           (select count(*) from messages) as notifications, (select id from batch order by id desc limit 1) as last`;
  trimmed.runs += batch!.runs;
  trimmed.notifications += batch!.notifications;
  return batch!.looked < BATCH ? null : batch!.last;
}

/** Trims digests that have ended; what they gathered goes with its own runs. */
export async function trimDigests({ sql, organizationId, days, after, trimmed }: TrimBatch): Promise<string | null> {
  const gone = await sql<{ id: string }[]>`
    delete from notifications where id in (
      select id from notifications n
      where organization_id = ${organizationId} and id > ${after === "" ? FIRST_ID : after}::uuid and id < ${idBefore(days)}::uuid
        and run_id is null and status in ('sent', 'failed', 'cancelled')
        and not exists (select from notifications g where g.digest_id = n.id and g.status not in ('sent', 'failed', 'cancelled'))
      order by id limit ${DIGESTS})
    returning id`;
  trimmed.notifications += gone.length;
  return gone.length < DIGESTS
    ? null
    : gone
        .map(({ id }) => id)
        .sort()
        .at(-1)!;
}

/** The first id that could have been made so many days ago. */
function idBefore(days: number): string {
  const instant = Math.max(0, Date.now() - days * 86_400_000);
  const hex = instant.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
