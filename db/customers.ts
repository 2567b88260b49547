import type { CustomFieldValue, Rating, Slot } from "../rules/facts.ts";
import type { CompileContext } from "../rules/fields.ts";
import type { Filter } from "../rules/schema.ts";
import { filtersToSql } from "../rules/toSql.ts";
import type { Queryable, Sql } from "./client.ts";
import type { SlotOwner } from "./customerRow.ts";
import { type Fragment, type Listed, listPage, type Page } from "./lists.ts";
import { named } from "./references.ts";
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
  const name = query.name === undefined ? [] : [sql`c.name ilike ${`%${escapeLike(query.name)}%`}`];
  return [...inScope(sql, scope), sql`c.excluded_at is null`, ...name, ...filter];
}

/** Customers that are not excluded. */
export async function listCustomers(sql: Sql, scope: CustomerScope, query: CustomerQuery): Promise<Listed<Customer>> {
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: await selected(sql, scope, query),
    order: orderBy(sql, query.sort),
    page: query.page,
    updatedColumn: sql`c.updated_at`,
  });
}

/** One customer, excluded ones too; null when it is unknown or not visible. */
export async function getCustomer(
  sql: Queryable,
  scope: CustomerScope,
  reference: Reference,
): Promise<Customer | null> {
  const [row] = await sql<Customer[]>`
    select ${columns(sql)} from ${from(sql)}
    where c.organization_id = ${scope.organizationId} and ${named(sql, "customers", reference, "c")}
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
    select c.id from customers c
    where c.organization_id = ${scope.organizationId} and ${named(sql, "customers", reference, "c")}
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
function fragmentOf(sql: Queryable, text: string, params: (string | string[])[]): Fragment {
  const parts = text.split(/\$\d+/);
  const values = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => params[Number(number) - 1]!);
  return sql(Object.assign(parts, { raw: parts }), ...values);
}

/** What customers are sorted by, and which way round the column goes. */
export function sortColumn(
  sql: Queryable,
  sort: NonNullable<CustomerQuery["sort"]>,
): { column: Fragment; descending: boolean } {
  // The oldest overdue day is the longest overdue, so its order is turned round.
  const descending = sort.by === "overdueDays" ? !sort.descending : sort.descending;
  const column =
    sort.by === "averagePaymentDelay"
      ? sql`c.delay_amount_days / nullif(c.delay_amount, 0)`
      : sql`${sql(`c.${SORT_COLUMNS[sort.by]}`)}`;
  return { column, descending };
}

export function orderBy(sql: Queryable, sort: CustomerQuery["sort"]): Fragment {
  if (sort === undefined) return sql`c.id`;
  const { column, descending } = sortColumn(sql, sort);
  return descending ? sql`${column} desc nulls last, c.id desc` : sql`${column} asc nulls last, c.id`;
}

/** A part of a name taken literally by `like`. */
const escapeLike = (text: string) => text.replace(/[\\%_]/g, "\\$&");
