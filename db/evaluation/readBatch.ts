import type { Transaction } from "../client.ts";
import { lockRulesetShared } from "../rulesets.ts";
import type { EvaluationScope, QueuedChange } from "./types.ts";

/**
 * Opens an evaluation: the organization's shared ruleset lock (so that no rule is stopped between the look at its status and
 * the commit of its effects), then the shard's lock (a tracker that was reset or started twice waits for the other).
 */
export async function openEvaluation(tx: Transaction, organizationId: string, shard: number): Promise<EvaluationScope> {
  // A batch is done in well below a second; what hangs longer is given up and tried again.
  await tx`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '20s', true)`;
  await lockRulesetShared(tx, organizationId);
  await tx`select pg_advisory_xact_lock(hashtextextended('shard:' || ${organizationId} || ':' || ${shard}::text, 0))`;
  const [scope] = await tx<EvaluationScope[]>`
    select id as "organizationId", time_zone as "timeZone", locale, currency, shards, ruleset_number as "rulesetNumber",
           rules_stopped as "rulesStopped", now() as at
    from organizations where id = ${organizationId}`;
  if (!scope) throw new Error(`organization ${organizationId} does not exist`);
  return scope;
}

/**
 * The shard's next changes, live lane first, each customer's in version order: only those that follow the customer's last
 * evaluated version without a gap.
 */
export async function readBatch(
  tx: Transaction,
  organizationId: string,
  shard: number,
  limit: number,
): Promise<QueuedChange[]> {
  const rows = await tx<QueuedChange[]>`
    select c.id, q.lane, c.customer_id as "customerId", c.version, c.kind, c.source, c.ruleset_number as "rulesetNumber",
           c.root_id as "rootId", c.cause, c.before, c.after, coalesce(t.version, 0) as tracked,
           u.excluded_at is not null and c.version >= (u.assignments #>> '{excluded,version}')::int as excluded
    from (
      select change_id, seq, lane from change_queue
      where organization_id = ${organizationId} and shard = ${shard} order by lane, seq limit ${limit}
    ) q
    join changes c on c.id = q.change_id
    join customers u on u.id = c.customer_id
    left join customer_tracking t on t.customer_id = c.customer_id
    order by q.lane, q.seq`;
  const next = new Map<string, number>();
  return rows.filter((row) => {
    const expected = next.get(row.customerId) ?? row.tracked + 1;
    if (row.version !== expected) return false;
    next.set(row.customerId, expected + 1);
    return true;
  });
}
