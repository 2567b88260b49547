import { giveTurns, room } from "./channelPace.ts";
import type { Queryable, Sql, Transaction } from "./client.ts";
import { gatherDigests } from "./digests.ts";
import { inTransaction } from "./transaction.ts";

/** Notifications per run workflow. */
export const CLAIM = 200;

export interface Claimed {
  id: string;
  channelId: string;
  /** Null for a digest, which tells of several rules and customers. */
  ruleId: string | null;
  customerId: string | null;
  kind: "webhook" | "slack" | "email" | "inApp";
}

/**
 * Claims planned notifications for one Temporal workflow, each channel's oldest first and no more than it has room for, after
 * making the digests that are due. A workflow that asks again (its first answer was lost) gets what it holds already. Runs get
 * the ids of what carries them out. `now` may lie ahead of the clock.
 */
export async function claimNotifications(
  sql: Sql,
  organizationId: string,
  temporalWorkflowId: string,
  temporalRunId: string,
  now: string | null = null,
): Promise<Claimed[]> {
  return inTransaction(sql, async (tx) => {
    // An attempt before, given up by Temporal, may still be about to commit: nobody else would deliver what it claims.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`claims:${temporalWorkflowId}`}, 0))`;
    const standing = await tx<{ id: string }[]>`
      select id from notifications
      where organization_id = ${organizationId} and status = 'running' and temporal_workflow_id = ${temporalWorkflowId}`;
    const ids = (standing.length > 0 ? standing : await claim(tx, organizationId, temporalWorkflowId, now)).map(
      (row) => row.id,
    );
    if (ids.length === 0) return [];
    await tx`
      update rule_runs set status = 'running', temporal_workflow_id = ${temporalWorkflowId}, temporal_run_id = ${temporalRunId}
      where id in (select run_id from notifications where id = any(${ids}::uuid[])) and status in ('planned', 'running', 'waiting')`;
    return tx<Claimed[]>`
      select n.id, n.channel_id as "channelId", r.rule_id as "ruleId", n.customer_id as "customerId", n.kind
      from notifications n left join rule_runs r on r.id = n.run_id
      where n.id = any(${ids}::uuid[]) order by n.id`;
  });
}

async function claim(tx: Transaction, organizationId: string, temporalWorkflowId: string, now: string | null) {
  const [organization] = await tx<{ stopped: boolean }[]>`
    select rules_stopped as stopped from organizations where id = ${organizationId}`;
  if (organization?.stopped !== false) return [];
  await gatherDigests(tx, organizationId, now);
  // Their turns are given out below, by one at a time.
  await tx`
    select id from channels where organization_id = ${organizationId} and messages_per_minute is not null order by id for update`;
  const claimed = await tx<{ id: string }[]>`
    with picked as (
      select n.id
      from (select * from channels where organization_id = ${organizationId} order by random()) ch cross join lateral (
        select id from notifications
        where channel_id = ch.id and status = 'planned' and (due_at is null or due_at <= greatest(now(), ${now}::timestamptz))
        order by id limit ${room(tx, CLAIM)} for update skip locked
      ) n limit ${CLAIM}
    )
    update notifications n set status = 'running', temporal_workflow_id = ${temporalWorkflowId}, claimed_at = now()
    from picked where n.id = picked.id returning n.id`;
  await giveTurns(
    tx,
    claimed.map((row) => row.id),
  );
  return claimed;
}

/** Gives claimed notifications back whose workflow is gone; they are planned again under the same key. */
export async function unclaimNotifications(sql: Queryable, temporalWorkflowId: string): Promise<number> {
  const result = await sql`
    update notifications set status = 'planned', temporal_workflow_id = null
    where status = 'running' and temporal_workflow_id = ${temporalWorkflowId}`;
  return result.count;
}

/** Gives one claimed notification back, to be claimed anew once its organization's rules are started again. */
export async function putBack(sql: Queryable, id: string): Promise<void> {
  await sql`update notifications set status = 'planned', temporal_workflow_id = null where id = ${id} and status = 'running'`;
}

/**
 * Organizations with notifications that could be claimed and were not for two seconds, or with digests that are due, and how many
 * (at most 200 a channel are counted).
 */
export function waitingNotifications(sql: Queryable): Promise<{ organizationId: string; count: number }[]> {
  return sql<{ organizationId: string; count: number }[]>`
    select o.id as "organizationId", (planned.count + gathering.count)::int as count
    from organizations o cross join lateral (
      select count(*) from channels ch cross join lateral (
        select from notifications
        where channel_id = ch.id and status = 'planned' and created_at < now() - interval '2 seconds'
          and (due_at is null or due_at <= now())
        limit ${room(sql, CLAIM)}) few
      where ch.organization_id = o.id
    ) planned cross join lateral (
      select count(*) from (
        select from notifications where organization_id = o.id and status = 'gathering' and digest_id is null and due_at <= now()
        limit 1) few
    ) gathering where planned.count + gathering.count > 0 and not o.rules_stopped`;
}
