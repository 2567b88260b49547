import type { Queryable, Transaction } from "../client.ts";
import { type CustomerRow, factsOf } from "../customerRow.ts";
import type { Fragment } from "../lists.ts";
import { inBatches, jsonLines } from "./batches.ts";
import { areGiven, promotion } from "./batchSql.ts";
import { compareTexts } from "./compareTexts.ts";
import { asCreatedMeanwhile } from "./createdMeanwhile.ts";
import type { NewChange } from "./recordChanges.ts";
import { laneOf, shardOf, type WriteScope } from "./scope.ts";

/** A customer as it is to be stored, and the change that this write raises for it, if any. */
export interface StoredCustomer {
  row: CustomerRow;
  change: NewChange | undefined;
}

/**
 * Inserts new customers with the changes that create them, in external-id order, so that racing writers wait for instead of
 * deadlocking each other.
 */
export async function insertCustomers(
  tx: Transaction,
  scope: WriteScope,
  customers: readonly StoredCustomer[],
): Promise<void> {
  const place = ({ row }: StoredCustomer) => row.externalId ?? row.id;
  const ordered = [...customers].sort((a, b) => compareTexts(place(a), place(b)));
  await inBatches(ordered, (batch) =>
    tx`
      with given as materialized (${given(tx, scope, batch)}), recorded as (
        ${recordedColumns(tx)}
        select ${recorded(tx, scope)}, 'created', null, i.facts from given i
      ), queued as (${queued(tx, scope)})
      insert into customers (id, organization_id, external_id, name, email, country, city, language, currency, credit_limit, parent_id,
        last_reminder_at, custom_fields, workflow_id, user_ids, payment_method_ids, assignments, version, facts, created_at, updated_at)
      select i.id, ${scope.organizationId}, f."externalId", f.name, f.email, f.country, f.city, f.language, f.currency, f."creditLimit",
        f."parentId", f."lastReminderAt", f."customFields", f.workflow, f.users, f."paymentMethods", i.assignments, i.version, i.facts,
        f."createdAt", f."createdAt"
      from given i cross join jsonb_to_record(i.facts) as f(${ownColumns(tx)})`.catch(asCreatedMeanwhile),
  );
}

/** Stores locked customers as they stand in memory, with their changes. */
export async function updateCustomers(
  tx: Transaction,
  scope: WriteScope,
  customers: readonly StoredCustomer[],
): Promise<void> {
  await inBatches(customers, (batch) =>
    tx`
      with ${changed(tx, scope, batch)}
      update customers c set
        external_id = f."externalId", name = f.name, email = f.email, country = f.country, city = f.city, language = f.language,
        currency = f.currency, credit_limit = f."creditLimit", parent_id = f."parentId", last_reminder_at = f."lastReminderAt",
        custom_fields = f."customFields", workflow_id = f.workflow, user_ids = f.users, payment_method_ids = f."paymentMethods",
        assignments = i.assignments, excluded_at = i.excluded_at, ${movedBalances(tx)}
      from given i cross join jsonb_to_record(i.facts) as f(${ownColumns(tx)}, ${balanceColumns(tx)})
      where c.id = i.id and ${areGiven(tx, "id")}`.catch(asCreatedMeanwhile),
  );
}

/** The same for customers of whom nothing but the derived numbers can have moved: reading fewer columns saves an eighth. */
export async function updateBalances(
  tx: Transaction,
  scope: WriteScope,
  customers: readonly StoredCustomer[],
): Promise<void> {
  await inBatches(
    customers,
    (batch) => tx`
      with ${changed(tx, scope, batch)}
      update customers c set ${movedBalances(tx)}
      from given i cross join jsonb_to_record(i.facts) as f(${balanceColumns(tx)})
      where c.id = i.id and ${areGiven(tx, "id")}`,
  );
}

/** The changes of standing customers, whose `before` are the facts in the table. */
function changed(tx: Transaction, scope: WriteScope, batch: readonly StoredCustomer[]): Fragment {
  const live = laneOf(scope) === 0 ? batch.flatMap(({ row, change }) => (change ? [row.id] : [])) : [];
  return tx`
    given as materialized (${given(tx, scope, batch)}), recorded as (
      ${recordedColumns(tx)}
      select ${recorded(tx, scope)}, case when c.facts is null then 'created' else 'updated' end, c.facts, i.facts
      from given i join customers c on c.id = i.id and ${areGiven(tx, "id")} where i.change_id is not null
    ), promoted as (${promotion(tx, live)}), queued as (${queued(tx, scope)})`;
}

/**
 * The rows of a batch. Facts cross once, as one line of JSON each, and Postgres takes the columns from them: as JSON objects of
 * columns, facts before and facts after, most of a write's time was parsing.
 */
function given(sql: Queryable, scope: WriteScope, batch: readonly StoredCustomer[]): Fragment {
  return sql`
    select g.id, g.change_id, case when g.change_id is not null then nextval('change_seq') end as seq, g.version, g.shard,
           g.excluded_at, g.assignments::jsonb as assignments, g.facts::jsonb as facts
    from rows from (
      unnest(${batch.map(({ row }) => row.id)}::uuid[]),
      unnest(${batch.map(({ change }) => change?.id ?? null)}::uuid[]),
      unnest(${batch.map(({ row }) => row.version)}::int[]),
      unnest(${batch.map(({ row }) => shardOf(row.id, scope.shards))}::int[]),
      unnest(${batch.map(({ row }) => row.excludedAt)}::timestamptz[]),
      string_to_table(${jsonLines(batch.map(({ row }) => row.assignments))}, chr(10)),
      string_to_table(${jsonLines(batch.map(({ row, change }) => change?.after ?? factsOf(row, scope.today)))}, chr(10))
    ) as g(id, change_id, version, shard, excluded_at, assignments, facts)`;
}

const ownColumns = (sql: Queryable): Fragment => sql`
  "externalId" text, name text, email text, country text, city text, language text, currency char(3), "creditLimit" bigint,
  "parentId" uuid, "lastReminderAt" timestamptz, "customFields" jsonb, workflow uuid, users uuid[], "paymentMethods" uuid[],
  "createdAt" timestamptz`;

const balanceColumns = (sql: Queryable): Fragment => sql`
  outstanding bigint, due bigint, overdue bigint, unapplied bigint, "overdueSince" date, "delaySums" numeric[], rating char(1)`;

const movedBalances = (sql: Queryable): Fragment => sql`
  outstanding = f.outstanding, due = f.due, overdue = f.overdue, unapplied = f.unapplied, overdue_since = f."overdueSince",
  delay_amount_days = f."delaySums"[1], delay_amount = f."delaySums"[2], rating = f.rating, version = i.version,
  facts = case when i.change_id is null then c.facts else i.facts end, updated_at = now()`;

const recordedColumns = (sql: Queryable): Fragment => sql`
  insert into changes (id, seq, organization_id, customer_id, version, source, actor, ruleset_number, root_id, kind, before, after)`;

/** What every change of a write from outside is recorded with: it is its own root. */
const recorded = (sql: Queryable, { organizationId, source, actor, rulesetNumber }: WriteScope): Fragment => sql`
  i.change_id, i.seq, ${organizationId}, i.id, i.version, ${source}, ${actor === null ? null : sql.json({ ...actor })}::jsonb,
  ${rulesetNumber}::bigint, i.change_id`;

const queued = (sql: Queryable, scope: WriteScope): Fragment => sql`
  insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
  select change_id, seq, ${scope.organizationId}, shard, ${laneOf(scope)}::smallint, id, version
  from given where change_id is not null`;
