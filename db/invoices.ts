import type { Queryable, Sql } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { allOf, type Listed, listPage, type Page } from "./lists.ts";
import { named } from "./references.ts";
import type { Reference } from "./writes/types.ts";

/** An invoice as it is shown; money in minor units, days as ISO days. */
export interface Invoice {
  id: string;
  externalId: string | null;
  customerId: string;
  number: string | null;
  issuedAt: string;
  dueAt: string;
  amount: number;
  currency: string;
  state: "draft" | "open" | "paid" | "void" | "disputed";
  paidAt: string | null;
  /** Σ of the allocations of payments and credit notes to it, and what is left. */
  allocated: number;
  open: number;
  /** The last day among them once they cover the amount. */
  settledAt: string | null;
  createdAt: string;
  updatedAt: string;
}

const columns = (sql: Queryable) => sql`
  t.id, t.external_id as "externalId", t.customer_id as "customerId", t.number, t.issued_at as "issuedAt",
  t.due_at as "dueAt", t.amount, t.currency, t.state, t.paid_at as "paidAt", t.allocated,
  t.amount - t.allocated as open, t.settled_at as "settledAt", t.created_at as "createdAt", t.updated_at as "updatedAt"`;

const from = (sql: Queryable) => sql`invoices t join customers c on c.id = t.customer_id`;

/** Invoices of the customers in scope, or of one of them. */
export function listInvoices(
  sql: Sql,
  scope: CustomerScope,
  { page, customerId }: { page: Page; customerId?: string | undefined },
): Promise<Listed<Invoice>> {
  const conditions = [...visible(sql, scope), sql`t.organization_id = ${scope.organizationId}`];
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: customerId === undefined ? conditions : [...conditions, sql`t.customer_id = ${customerId}`],
    order: sql`t.id`,
    page,
  });
}

export async function getInvoice(sql: Queryable, scope: CustomerScope, reference: Reference): Promise<Invoice | null> {
  const [row] = await sql<Invoice[]>`
    select ${columns(sql)} from ${from(sql)}
    where ${allOf(sql, visible(sql, scope))} and t.organization_id = ${scope.organizationId}
      and ${named(sql, "invoices", reference)}`;
  return row ?? null;
}
