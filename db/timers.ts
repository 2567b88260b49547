import type { Queryable, Transaction } from "./client.ts";
import type { NewTimer } from "./evaluation/occasion.ts";

/** Sets timers; the tracker of their shard judges them once they are due. */
export async function insertTimers(tx: Transaction, organizationId: string, timers: NewTimer[]): Promise<void> {
  if (timers.length === 0) return;
  await tx`
    insert into timers (id, organization_id, shard, customer_id, kind, rule_id, rule_version, change_id, place, run_id, due_at)
    select id, ${organizationId}, shard, "customerId", kind, "ruleId", "ruleVersion", "changeId", place, "runId", "dueAt"
    from jsonb_to_recordset(${tx.json(timers as never)}) as r(
      id uuid, shard int, "customerId" uuid, kind text, "ruleId" uuid, "ruleVersion" int, "changeId" uuid, place int, "runId" uuid,
      "dueAt" timestamptz)`;
}

/** When the shard's earliest timer is due: an ISO instant, or null where none is set or the organization's rules are stopped. */
export async function nextTimer(sql: Queryable, organizationId: string, shard: number): Promise<string | null> {
  const [row] = await sql<{ at: string | null }[]>`
    select min(due_at) as at from timers
    where organization_id = ${organizationId} and shard = ${shard}
      and not exists (select from organizations where id = ${organizationId} and rules_stopped)`;
  return row?.at ?? null;
}

/**
 * Lets held runs go on: their actions are carried out by the tracker, in the order of the customer's changes. Answers the
 * shards to wake once the transaction is committed.
 */
export async function releaseRuns(tx: Transaction, organizationId: string, runIds: string[]): Promise<number[]> {
  if (runIds.length === 0) return [];
  const rows = await tx<{ shard: number }[]>`
    with released as (
      insert into timers (id, organization_id, shard, customer_id, kind, rule_id, rule_version, change_id, run_id, due_at)
      select gen_random_uuid(), r.organization_id, ('x' || right(r.customer_id::text, 6))::bit(24)::int % o.shards, r.customer_id, 'release',
             r.rule_id, r.rule_version, r.change_id, r.id, now()
      from rule_runs r join organizations o on o.id = r.organization_id
      where r.organization_id = ${organizationId} and r.id = any(${runIds}::uuid[]) and r.actions @> '[{"status": "held"}]'
      on conflict do nothing
      returning shard)
    select distinct shard from released`;
  return rows.map(({ shard }) => shard);
}
