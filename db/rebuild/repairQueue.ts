import type { Transaction } from "../client.ts";
import type { Rebuilt } from "./types.ts";

/**
 * Queues the changes of these customers that follow the last evaluated one and are not queued, takes off the queue what is
 * evaluated, and records as failed what was passed over without an evaluation.
 */
export async function repairQueue(
  tx: Transaction,
  organizationId: string,
  customerIds: string[],
): Promise<Pick<Rebuilt, "queued" | "unqueued" | "lost">> {
  await tx`
    create temporary table rebuilt_changes on commit drop as
    select c.id, c.seq, c.customer_id, c.version, e.change_id is not null as judged, q.change_id is not null as queued,
           coalesce(
             max(c.version) filter (where e.change_id is not null) over (partition by c.customer_id), 0) as reached
    from changes c
    left join evaluations e on e.change_id = c.id
    left join change_queue q on q.change_id = c.id
    where c.customer_id = any(${customerIds}::uuid[])`;
  const lost = await tx`
    insert into evaluations (change_id, organization_id, customer_id, outcome, error)
    select id, ${organizationId}, customer_id, 'failed', 'Its evaluation is missing, while later changes are evaluated.'
    from rebuilt_changes where not judged and version < reached`;
  const unqueued = await tx`
    delete from change_queue q using rebuilt_changes r
    where r.id = q.change_id and (r.judged or r.version < r.reached)`;
  const queued = await tx<{ customerId: string }[]>`
    insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
    select r.id, r.seq, o.id, ('x' || right(r.customer_id::text, 6))::bit(24)::int % o.shards, 0, r.customer_id, r.version
    from rebuilt_changes r join organizations o on o.id = ${organizationId}
    where not r.judged and not r.queued and r.version > r.reached
    returning customer_id as "customerId"`;
  // A customer's changes wait in one lane, or a later one would be read before an earlier one.
  await tx`
    update change_queue set lane = 0 where lane > 0 and customer_id = any(${queued.map((row) => row.customerId)}::uuid[])`;
  return { queued: queued.length, unqueued: unqueued.count, lost: lost.count };
}

/** Takes entries off the organization's queue whose change is gone. */
export async function dropOrphans(tx: Transaction, organizationId: string): Promise<number> {
  const dropped = await tx`
    delete from change_queue q
    where q.organization_id = ${organizationId} and not exists (select from changes c where c.id = q.change_id)`;
  return dropped.count;
}
