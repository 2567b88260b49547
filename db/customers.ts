import type { CustomFieldValue, Rating, Slot } from "../rules/facts.ts";
import type { CompileContext } from "../rules/fields.ts";
import type { Filter } from "../rules/schema.ts";
import { filtersToSql } from "../rules/toSql.ts";
import type { Queryable, Sql } from "./client.ts";
import type { SlotOwner } from "./customerRow.ts";
import { allOf, COUNTED_UP_TO, type Fragment, type Listed, type Page } from "./lists.ts";
import { belongsTo, named } from "./references.ts";
import { isUuid } from "./uuid.ts";
import type { Reference } from "./writes/types.ts";

/** Buckets of overdue amounts, in minor units. */
export type Aging = Record<"1-30" | "31-60" | "61-90" | "90+", number>;

/** A customer as it is shown. Money in minor units, delays in days. */
export interface Customer {
  id: string;
  externalId: string | null;
  name: string | null;
  email: string | null;
  country: string | null;
  city: string | null;
  language: string | null;
  currency: string;
  creditLimit: number | null;
  parentId: string | null;
  lastReminderAt: string | null;
  customFields: Record<string, CustomFieldValue>;
  outstanding: number;
  due: number;
  overdue: number;
  unapplied: number;
  /** Age of the oldest overdue invoice on the organization's present day. */
  overdueDays: number | null;
  /** Overdue amounts by their age in days, on the same day. */
  aging: Aging;
  /** The quotient as the nearest double. */
  averagePaymentDelay: number | null;
  rating: Rating | null;
  workflowId: string | null;
  assignedUsers: { id: string; email: string; name: string }[];
  paymentMethods: { id: string; name: string }[];
  assignments: Record<Slot, SlotOwner | null>;
  excludedAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Whose customers are meant; `visibleTo` is the user who sees only those assigned to them. */
export interface CustomerScope {
  organizationId: string;
  visibleTo: string | null;
}

const SORT_COLUMNS = {
  name: "name",
  externalId: "external_id",
  country: "country",
  currency: "currency",
  createdAt: "created_at",
  updatedAt: "updated_at",
  outstanding: "outstanding",
  due: "due",
  overdue: "overdue",
  unapplied: "unapplied",
  overdueDays: "overdue_since",
  creditLimit: "credit_limit",
  rating: "rating",
} as const;

/** Columns that are never empty; all others may be. */
const SORT_KINDS: Partial<Record<CustomerSort, "filled" | "amount">> = {
  currency: "filled",
  createdAt: "filled",
  updatedAt: "filled",
  outstanding: "amount",
  due: "amount",
  overdue: "amount",
  unapplied: "amount",
};

export type CustomerSort = keyof typeof SORT_COLUMNS | "averagePaymentDelay";
export const CUSTOMER_SORTS = [...Object.keys(SORT_COLUMNS), "averagePaymentDelay"] as CustomerSort[];

export interface CustomerQuery {
  page: Page;
  /** Part of the name, any case. */
  name?: string | undefined;
  filters?: { filters: Filter[]; context: CompileContext } | undefined;
  sort?: { by: CustomerSort; descending: boolean } | undefined;
}

/** The slots of `assignments` in answers; those that nobody set are null. */
const columns = (sql: Queryable) => sql`
  c.id, c.external_id as "externalId", c.name, c.email, c.country, c.city, c.language, c.currency,
  c.credit_limit as "creditLimit", c.parent_id as "parentId", c.last_reminder_at as "lastReminderAt",
  c.custom_fields as "customFields", c.outstanding, c.due, c.overdue, c.unapplied,
  (now() at time zone o.time_zone)::date - c.overdue_since as "overdueDays",
  ${aging(sql)} as aging,
  (c.delay_amount_days / nullif(c.delay_amount, 0))::float8 as "averagePaymentDelay", c.rating,
  c.workflow_id as "workflowId",
  (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) order by a.place), '[]')
   from unnest(c.user_ids) with ordinality as a(id, place) join users u on u.id = a.id) as "assignedUsers",
  (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name) order by a.place), '[]')
   from unnest(c.payment_method_ids) with ordinality as a(id, place) join payment_methods m on m.id = a.id)
   as "paymentMethods",
  '{"workflow": null, "users": null, "paymentMethods": null, "excluded": null}' || c.assignments as assignments,
  c.excluded_at as "excludedAt", c.version, c.created_at as "createdAt", c.updated_at as "updatedAt"`;

/** Reads invoices of the page's customers only, and of those none for whom nothing is open. */
export const aging = (sql: Queryable) => sql`
  case when c.due = 0 and c.overdue = 0 then '{"1-30": 0, "31-60": 0, "61-90": 0, "90+": 0}'::jsonb else (
    select jsonb_build_object(
      '1-30', coalesce(sum(i.amount - i.allocated) filter (where d.days <= 30), 0),
      '31-60', coalesce(sum(i.amount - i.allocated) filter (where d.days between 31 and 60), 0),
      '61-90', coalesce(sum(i.amount - i.allocated) filter (where d.days between 61 and 90), 0),
      '90+', coalesce(sum(i.amount - i.allocated) filter (where d.days > 90), 0))
    from invoices i
    cross join lateral (select (now() at time zone o.time_zone)::date - i.due_at as days) d
    where i.customer_id = c.id and i.state not in ('draft', 'void') and i.allocated < i.amount and d.days > 0) end`;

const from = (sql: Queryable) => sql`customers c join organizations o on o.id = c.organization_id`;

/** The conditions of a scope on `c`. */
export function inScope(sql: Queryable, scope: CustomerScope): Fragment[] {
  return [sql`c.organization_id = ${scope.organizationId}`, ...visible(sql, scope)];
}

/**
 * The part of a scope that `c` adds where it is joined by its id to rows of the organization. Naming the organization twice would
 * mislead the planner of a database without statistics: it expects one row on both sides and compares all with all (10,000 fresh
 * changes took 30 s).
 */
export function visible(sql: Queryable, { visibleTo }: CustomerScope): Fragment[] {
  return visibleTo === null ? [] : [sql`c.user_ids @> array[${visibleTo}]::uuid[]`];
}

/** The conditions on `c` of customers that are not excluded and meet a query. */
export async function selected(
  sql: Queryable,
  scope: CustomerScope,
  query: Pick<CustomerQuery, "name" | "filters">,
): Promise<Fragment[]> {
  const filter = query.filters === undefined ? [] : [compiled(sql, query.filters, await today(sql, scope))];
  const name = query.name === undefined ? [] : [nameHolds(sql, query.name)];
  return [...inScope(sql, scope), sql`c.excluded_at is null`, ...name, ...filter];
}

/** Part of the name, any case. An index of trigrams serves three letters or more; for fewer it would be read as a whole. */
function nameHolds(sql: Queryable, part: string): Fragment {
  const name = [...part].length < 3 ? sql`n.name || ''` : sql`n.name`;
  return sql`c.id in (select n.customer_id from customer_names n where ${name} ilike ${`%${escapeLike(part)}%`})`;
}

/**
 * Customers that are not excluded. The total is counted first, because it tells how the page is best read: few are sorted, of
 * many the first are found along an index of the order. One statement for both lets the planner guess, and where it expects many
 * and there are few it reads all customers (1,000,000 of them: 2 s instead of 60 ms).
 */
export async function listCustomers(sql: Sql, scope: CustomerScope, query: CustomerQuery): Promise<Listed<Customer>> {
  // What is sensible for one value of a condition is not for another, so no plan is kept.
  return sql.begin("read only", async (tx) => {
    await tx`set local plan_cache_mode = force_custom_plan`;
    const { updatedSince } = query.page;
    const since = updatedSince === undefined ? [] : [tx`c.updated_at >= ${updatedSince}`];
    const where = allOf(tx, [...(await selected(tx, scope, query)), ...since]);
    const found = await countAndSort(tx, where, query);
    const ids = found.totalIsMore ? await inOrder(tx, where, query) : found.ids;
    const rows = await tx<Customer[]>`
      select ${columns(tx)} from ${from(tx)} where c.id = any(${ids}::uuid[])
      order by array_position(${ids}::uuid[], c.id)`;
    return { rows: [...rows], total: found.total, totalIsMore: found.totalIsMore };
  }) as Promise<Listed<Customer>>;
}

/** The total, and the ids of the page unless there are more than are counted. */
async function countAndSort(sql: Queryable, where: Fragment, { page, sort }: CustomerQuery) {
  const key = sort === undefined ? sql`null` : sortColumn(sql, sort).column;
  const order = sort === undefined ? sql`id` : directed(sql, sql`key`, sql`id`, sortColumn(sql, sort));
  const [found] = await sql<{ total: number; ids: string[] }[]>`
    with found as materialized (
      select c.id, ${key} as key from customers c where ${where} limit ${COUNTED_UP_TO + 1}
    ), counted as (
      select count(*) as total from found
    )
    select total, array(
      select id from found where total <= ${COUNTED_UP_TO} order by ${order} offset ${page.offset} limit ${page.limit}
    ) as ids
    from counted`;
  const { total, ids } = found!;
  return { ids, total: Math.min(total, COUNTED_UP_TO), totalIsMore: total > COUNTED_UP_TO };
}

/** The ids of a page, read along an index where there is one of this order. */
async function inOrder(sql: Queryable, where: Fragment, { page, sort }: CustomerQuery): Promise<string[]> {
  const read = (conditions: Fragment, order: Fragment) => sql<{ id: string }[]>`
    select c.id from customers c where ${conditions} order by ${order} offset ${page.offset} limit ${page.limit}`;
  const by = sort === undefined ? null : sortColumn(sql, sort);
  // Whatever has a value comes first, and mostly fills the page: read without the rest, from an index that holds nothing else.
  const first = by === null ? null : leading(sql, by);
  const order = by === null ? null : directed(sql, by.column, sql`c.id`, { ...by, kind: "filled" });
  const filled = first && order ? await read(sql`${where} and ${first}`, order) : [];
  const rows = filled.length === page.limit ? filled : await read(where, orderBy(sql, sort));
  return rows.map(({ id }) => id);
}

/** A condition on the rows that come first in an order; null where there is none that an index serves. */
function leading(sql: Queryable, { column, descending, kind }: SortColumn): Fragment | null {
  if (kind === "nullable") return sql`${column} is not null`;
  return kind === "amount" && descending ? sql`${column} > 0` : null;
}

function isCustomer(sql: Queryable, { organizationId }: CustomerScope, reference: Reference): Fragment {
  const own = isUuid(reference) ? belongsTo(sql, organizationId, "c") : sql`c.organization_id = ${organizationId}`;
  return sql`${named(sql, "customers", reference, "c")} and ${own}`;
}

/** One customer, excluded ones too; null when it is unknown or not visible. */
export async function getCustomer(
  sql: Queryable,
  scope: CustomerScope,
  reference: Reference,
): Promise<Customer | null> {
  const [row] = await sql<Customer[]>`
    select ${columns(sql)} from ${from(sql)} where ${isCustomer(sql, scope, reference)}
      and ${scope.visibleTo === null ? sql`true` : sql`c.user_ids @> array[${scope.visibleTo}]::uuid[]`}`;
  return row ?? null;
}

/** The id that a reference names, if the customer is visible. */
export async function findCustomerId(
  sql: Queryable,
  scope: CustomerScope,
  reference: Reference,
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select c.id from customers c where ${isCustomer(sql, scope, reference)}
      and ${scope.visibleTo === null ? sql`true` : sql`c.user_ids @> array[${scope.visibleTo}]::uuid[]`}`;
  return row?.id ?? null;
}

async function today(sql: Queryable, { organizationId }: CustomerScope): Promise<string> {
  const [row] = await sql<{ today: string }[]>`
    select (now() at time zone time_zone)::date as today from organizations where id = ${organizationId}`;
  return row!.today;
}

function compiled(
  sql: Queryable,
  { filters, context }: NonNullable<CustomerQuery["filters"]>,
  today: string,
): Fragment {
  const { text, params } = filtersToSql(filters, { ...context, today });
  return fragmentOf(sql, text, params);
}

/** Numbered SQL as a fragment, which numbers its parameters anew. The text holds no `$` but placeholders. */
export function fragmentOf(sql: Queryable, text: string, params: (string | string[])[]): Fragment {
  const parts = text.split(/\$\d+/);
  const values = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => params[Number(number) - 1]!);
  return sql(Object.assign(parts, { raw: parts }), ...values);
}

/** What customers are sorted by, and which way round the column goes. */
export interface SortColumn {
  column: Fragment;
  descending: boolean;
  kind: "nullable" | "filled" | "amount";
}

export function sortColumn(sql: Queryable, sort: NonNullable<CustomerQuery["sort"]>): SortColumn {
  // The oldest overdue day is the longest overdue, so its order is turned round.
  const descending = sort.by === "overdueDays" ? !sort.descending : sort.descending;
  const column =
    sort.by === "averagePaymentDelay"
      ? sql`c.delay_amount_days / nullif(c.delay_amount, 0)`
      : sql`${sql(`c.${SORT_COLUMNS[sort.by]}`)}`;
  return { column, descending, kind: SORT_KINDS[sort.by] ?? "nullable" };
}

export function orderBy(sql: Queryable, sort: CustomerQuery["sort"]): Fragment {
  if (sort === undefined) return sql`c.id`;
  const by = sortColumn(sql, sort);
  return directed(sql, by.column, sql`c.id`, by);
}

/** Empty values come last. Saying so of a column that has none would keep the planner from reading an index backwards. */
function directed(sql: Queryable, column: Fragment, id: Fragment, { descending, kind }: SortColumn): Fragment {
  if (!descending) return sql`${column}, ${id}`;
  return kind === "nullable" ? sql`${column} desc nulls last, ${id} desc` : sql`${column} desc, ${id} desc`;
}

/** A part of a name taken literally by `like`. */
const escapeLike = (text: string) => text.replace(/[\\%_]/g, "\\$&");
