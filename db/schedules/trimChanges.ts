import type { TrimBatch } from "./retention.ts";

/** Changes looked at by one statement. */
const BATCH = 5_000;

/**
 * Trims changes with their evaluations. A change stays while it waits for its evaluation, while it is its customer's last one,
 * while a run or a timer of it is kept, and while a rule remembers that it fired for it.
 */
export async function trimChanges({ sql, organizationId, days, after, trimmed }: TrimBatch): Promise<string | null> {
  const [batch] = await sql<{ looked: number; gone: number; last: number | null; goesOn: boolean | null }[]>`
    with batch as materialized (
      select id, seq, customer_id, version, created_at < now() - make_interval(days => ${days}::int) as old
      from changes where organization_id = ${organizationId} and seq > ${after === "" ? 0 : Number(after)}::bigint
      order by seq limit ${BATCH}
    ), gone as (
      delete from changes c using batch b
      where c.id = b.id and b.old
        and exists (select from changes n where n.customer_id = b.customer_id and n.version > b.version)
        and exists (select from evaluations e where e.change_id = b.id)
        and not exists (select from change_queue q where q.change_id = b.id)
        and not exists (select from rule_runs r where r.change_id = b.id and r.kind in ('change', 'exit'))
        and not exists (select from rule_runs r where r.change_id = b.id and r.kind in ('backfill', 'replay'))
        and not exists (select from timers t where t.customer_id = b.customer_id and t.change_id = b.id)
        and not exists (select from rule_states s where s.customer_id = b.customer_id and s.change_id = b.id)
      returning c.id
    ), judged as (
      delete from evaluations e using gone where e.change_id = gone.id
    )
    select (select count(*) from batch) as looked, (select count(*) from gone) as gone, (select max(seq) from batch) as last,
           (select old from batch order by seq desc limit 1) as "goesOn"`;
  trimmed.changes += batch!.gone;
  // Numbers are given in the order of writing but for those written at the same time: after a young change come no old ones.
  return batch!.looked < BATCH || batch!.goesOn !== true ? null : String(batch!.last);
}
