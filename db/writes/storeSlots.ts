import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { inBatches, jsonLines } from "./batches.ts";
import { areGiven, promotion } from "./batchSql.ts";
import type { NewChange } from "./recordChanges.ts";

/** A row as it stands in memory with a change that it raised, or none where only a slot's owner moved. */
interface Moved {
  row: CustomerRow;
  change: NewChange | null;
  /** The row's first change here: what stands in the table is what was before it. */
  isFirst: boolean;
  /** The row's last: it brings the table up to date. */
  isLast: boolean;
}

/**
 * Stores the slots of locked rows, their owners, versions and facts, and records and queues the changes that they raised, in one
 * statement: facts cross once and are parsed once for both. What else the rows hold stays as its writers left it. A row may
 * have raised several changes, in order.
 */
export async function storeSlots(
  tx: Transaction,
  organizationId: string,
  rows: readonly CustomerRow[],
  changes: readonly NewChange[],
): Promise<void> {
  await inBatches(movedOf(rows, changes), (batch) => {
    const live = batch.flatMap(({ row, change }) => (change?.lane === 0 ? [row.id] : []));
    const column = <Value>(read: (change: NewChange) => Value) => batch.map(({ change }) => change && read(change));
    return tx`
      with given as materialized (
        select g.customer_id, g.change_id, case when g.change_id is not null then nextval('change_seq') end as seq, g.version,
               g.source, g.ruleset_number, g.root_id, g.shard, g.lane, g.actor, g.cause, g.before,
               nullif(g.slots, 'null')::jsonb as slots, nullif(g.facts, 'null')::jsonb as facts
        from rows from (
          unnest(${batch.map(({ row }) => row.id)}::uuid[]),
          unnest(${column(({ id }) => id)}::uuid[]),
          unnest(${batch.map(({ row, change }) => change?.version ?? row.version)}::int[]),
          unnest(${column(({ source }) => source)}::text[]),
          unnest(${column(({ rulesetNumber }) => rulesetNumber)}::bigint[]),
          unnest(${column(({ rootId }) => rootId)}::uuid[]),
          unnest(${column(({ shard }) => shard)}::int[]),
          unnest(${column(({ lane }) => lane)}::smallint[]),
          string_to_table(${jsonLines(column(({ actor }) => actor))}, chr(10)),
          string_to_table(${jsonLines(column(({ cause }) => cause))}, chr(10)),
          string_to_table(${jsonLines(batch.map(({ change, isFirst }) => (isFirst ? null : change?.before)))}, chr(10)),
          string_to_table(${jsonLines(batch.map(({ row, isLast }) => (isLast ? slotsOf(row) : null)))}, chr(10)),
          string_to_table(${jsonLines(column(({ after }) => after))}, chr(10))
        ) as g(customer_id, change_id, version, source, ruleset_number, root_id, shard, lane, actor, cause, before, slots, facts)
      ), recorded as (
        insert into changes (id, seq, organization_id, customer_id, version, kind, source, actor, ruleset_number, root_id, cause,
          before, after)
        select i.change_id, i.seq, ${organizationId}, i.customer_id, i.version, 'updated', i.source, nullif(i.actor, 'null')::jsonb,
               i.ruleset_number, i.root_id, i.cause::jsonb, case when i.before = 'null' then c.facts else i.before::jsonb end, i.facts
        from given i join customers c on c.id = i.customer_id and ${areGiven(tx, "customer_id")} where i.change_id is not null
      ), promoted as (${promotion(tx, live)}), queued as (
        insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
        select change_id, seq, ${organizationId}, shard, lane, customer_id, version from given where change_id is not null
      )
      update customers c set workflow_id = s."workflowId", user_ids = s."userIds", payment_method_ids = s."paymentMethodIds",
        assignments = s.assignments, excluded_at = s."excludedAt", version = i.version, facts = coalesce(i.facts, c.facts),
        updated_at = now()
      from given i cross join jsonb_to_record(i.slots) as s(
        "workflowId" uuid, "userIds" uuid[], "paymentMethodIds" uuid[], assignments jsonb, "excludedAt" timestamptz)
      where c.id = i.customer_id and ${areGiven(tx, "customer_id")} and i.slots is not null`;
  });
}

function movedOf(rows: readonly CustomerRow[], changes: readonly NewChange[]): Moved[] {
  const raised = new Map<string, NewChange[]>();
  for (const change of changes) {
    const own = raised.get(change.customerId);
    if (own) own.push(change);
    else raised.set(change.customerId, [change]);
  }
  return rows.flatMap((row) => {
    const own = raised.get(row.id) ?? [null];
    return own.map((change, place) => ({ row, change, isFirst: place === 0, isLast: place === own.length - 1 }));
  });
}

function slotsOf({ workflowId, userIds, paymentMethodIds, assignments, excludedAt }: CustomerRow) {
  return { workflowId, userIds, paymentMethodIds, assignments, excludedAt };
}
