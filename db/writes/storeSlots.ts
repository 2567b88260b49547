import type { Facts } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { inBatches, jsonLines } from "./batches.ts";
import { areGiven, promotion } from "./batchSql.ts";
import type { NewChange } from "./recordChanges.ts";

/** A row as it stands in memory with a change that it raised, or none where only a slot's owner moved. */
interface Moved {
  row: CustomerRow;
  change: NewChange | null;
  /** What the table's facts lack of those before the change and of those after it. */
  before: Partial<Facts>;
  after: Partial<Facts>;
  /** The row's last: it brings the table up to date. */
  isLast: boolean;
}

/**
 * Stores the slots of locked rows, their owners, versions and facts, and records and queues the changes that they raised, in one
 * statement. What else the rows hold stays as its writers left it; of the facts only what moved crosses and is parsed. A row may
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
               g.source, g.ruleset_number, g.root_id, g.shard, g.lane, g.actor, g.cause,
               nullif(g.slots, 'null')::jsonb as slots, g.before::jsonb as before, g.after::jsonb as after
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
          string_to_table(${jsonLines(batch.map(({ row, isLast }) => (isLast ? slotsOf(row) : null)))}, chr(10)),
          string_to_table(${jsonLines(batch.map(({ before }) => before))}, chr(10)),
          string_to_table(${jsonLines(batch.map(({ after }) => after))}, chr(10))
        ) as g(customer_id, change_id, version, source, ruleset_number, root_id, shard, lane, actor, cause, slots, before, after)
      ), moved as materialized (
        select i.customer_id, i.change_id, i.version, i.slots, c.facts || i.before as before, c.facts || i.after as after
        from given i join customers c on c.id = i.customer_id and ${areGiven(tx, "customer_id")}
      ), recorded as (
        insert into changes (id, seq, organization_id, customer_id, version, kind, source, actor, ruleset_number, root_id, cause,
          before, after)
        select i.change_id, i.seq, ${organizationId}, i.customer_id, i.version, 'updated', i.source, nullif(i.actor, 'null')::jsonb,
               i.ruleset_number, i.root_id, i.cause::jsonb, m.before, m.after
        from given i join moved m on m.change_id = i.change_id
      ), promoted as (${promotion(tx, live)}), queued as (
        insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
        select change_id, seq, ${organizationId}, shard, lane, customer_id, version from given where change_id is not null
      )
      update customers c set workflow_id = s."workflowId", user_ids = s."userIds", payment_method_ids = s."paymentMethodIds",
        assignments = s.assignments, excluded_at = s."excludedAt", version = m.version, facts = m.after,
        updated_at = now()
      from moved m cross join jsonb_to_record(m.slots) as s(
        "workflowId" uuid, "userIds" uuid[], "paymentMethodIds" uuid[], assignments jsonb, "excludedAt" timestamptz)
      where c.id = m.customer_id and ${areGiven(tx, "customer_id")} and m.slots is not null`;
  });
}

function movedOf(rows: readonly CustomerRow[], changes: readonly NewChange[]): Moved[] {
  const raised = new Map<string, NewChange[]>();
  for (const change of changes) {
    const own = raised.get(change.customerId);
    if (own) own.push(change);
    else raised.set(change.customerId, [change]);
  }
  return rows.flatMap((row): Moved[] => {
    const own = raised.get(row.id);
    if (!own) return [{ row, change: null, before: {}, after: {}, isLast: true }];
    // What was before the first of them is what stands in the table, under the row's lock.
    const stored = own[0]!.before;
    return own.map((change, place) => ({
      row,
      change,
      before: difference(stored, change.before),
      after: difference(stored, change.after),
      isLast: place === own.length - 1,
    }));
  });
}

/** What of these facts is not in the stored ones as it is. */
function difference(stored: Facts | null, facts: Facts | null): Partial<Facts> {
  const entries = Object.entries(facts ?? {}).filter(([key, value]) => !isSame(stored?.[key as keyof Facts], value));
  return Object.fromEntries(entries);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));
}

function slotsOf({ workflowId, userIds, paymentMethodIds, assignments, excludedAt }: CustomerRow) {
  return { workflowId, userIds, paymentMethodIds, assignments, excludedAt };
}
