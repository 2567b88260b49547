import type { CustomFieldValue, Rating, Slot } from "../rules/facts.ts";
import type { CompileContext } from "../rules/fields.ts";
import type { Filter } from "../rules/schema.ts";
import { filtersToSql } from "../rules/toSql.ts";
import type { Queryable, Sql } from "./client.ts";
import type { SlotOwner } from "./customerRow.ts";
import { type Fragment, type Listed, listPage, type Page } from "./lists.ts";
import { named } from "./references.ts";
import type { Reference } from "./writes/types.ts";

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
  (c.delay_amount_days / nullif(c.delay_amount, 0))::float8 as "averagePaymentDelay", c.rating,
  c.workflow_id as "workflowId",
  (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) order by a.place), '[]')
   from unnest(c.user_ids) with ordinality as a(id, place) join users u on u.id = a.id) as "assignedUsers",
  (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name) order by a.place), '[]')
   from unnest(c.payment_method_ids) with ordinality as a(id, place) join payment_methods m on m.id = a.id)
   as "paymentMethods",
  '{"workflow": null, "users": null, "paymentMethods": null, "excluded": null}' || c.assignments as assignments,
  c.excluded_at as "excludedAt", c.version, c.created_at as "createdAt", c.updated_at as "updatedAt"`;

const from = (sql: Queryable) => sql`customers c join organizations o on o.id = c.organization_id`;

/** The conditions of a scope on `c`. */
export function inScope(sql: Queryable, { organizationId, visibleTo }: CustomerScope): Fragment[] {
  const own = visibleTo === null ? [] : [sql`c.user_ids @> array[${visibleTo}]::uuid[]`];
  return [sql`c.organization_id = ${organizationId}`, ...own];
}

/** Customers that are not excluded. */
export async function listCustomers(sql: Sql, scope: CustomerScope, query: CustomerQuery): Promise<Listed<Customer>> {
  const filter = query.filters === undefined ? [] : [compiled(sql, query.filters, await today(sql, scope))];
  const name = query.name === undefined ? [] : [sql`c.name ilike ${`%${escapeLike(query.name)}%`}`];
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: [...inScope(sql, scope), sql`c.excluded_at is null`, ...name, ...filter],
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

async function today(sql: Sql, { organizationId }: CustomerScope): Promise<string> {
  const [row] = await sql<{ today: string }[]>`
    select (now() at time zone time_zone)::date as today from organizations where id = ${organizationId}`;
  return row!.today;
}

function compiled(sql: Sql, { filters, context }: NonNullable<CustomerQuery["filters"]>, today: string): Fragment {
  const { text, params } = filtersToSql(filters, { ...context, today });
  return fragmentOf(sql, text, params);
}

/** Numbered SQL as a fragment, which numbers its parameters anew. The text holds no `$` but placeholders. */
function fragmentOf(sql: Sql, text: string, params: (string | string[])[]): Fragment {
  const parts = text.split(/\$\d+/);
  const values = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => params[Number(number) - 1]!);
  return sql(Object.assign(parts, { raw: parts }), ...values);
}

function orderBy(sql: Sql, sort: CustomerQuery["sort"]): Fragment {
  if (sort === undefined) return sql`c.id`;
  // The oldest overdue day is the longest overdue, so its order is turned round.
  const descending = sort.by === "overdueDays" ? !sort.descending : sort.descending;
  const column =
    sort.by === "averagePaymentDelay"
      ? sql`c.delay_amount_days / nullif(c.delay_amount, 0)`
      : sql`${sql(`c.${SORT_COLUMNS[sort.by]}`)}`;
  return descending ? sql`${column} desc nulls last, c.id desc` : sql`${column} asc nulls last, c.id`;
}

/** A part of a name taken literally by `like`. */
const escapeLike = (text: string) => text.replace(/[\\%_]/g, "\\$&");
