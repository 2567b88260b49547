import type { Queryable, Sql } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { allOf, type Listed, listPage, type Page } from "./lists.ts";
import { named } from "./references.ts";
import type { CreditKind, Reference } from "./writes/types.ts";

/** A payment, credit note or refund as it is shown; money in minor units. */
export interface Credit {
  id: string;
  externalId: string | null;
  customerId: string;
  amount: number;
  currency: string;
  /** ISO day: paidAt of a payment, issuedAt of the others. */
  datedAt: string;
  allocated: number;
  /** What is not allocated to any invoice. */
  unapplied: number;
  allocations: { invoiceId: string; amount: number }[];
  /** The invoice whose posted `paid` state implies this payment. */
  impliedByInvoiceId: string | null;
  createdAt: string;
  updatedAt: string;
}

const columns = (sql: Queryable) => sql`
  t.id, t.external_id as "externalId", t.customer_id as "customerId", t.amount, t.currency, t.dated_at as "datedAt",
  t.allocated, t.amount - t.allocated as unapplied,
  (select coalesce(jsonb_agg(jsonb_build_object('invoiceId', a.invoice_id, 'amount', a.amount) order by a.invoice_id), '[]')
   from allocations a where a.credit_id = t.id) as allocations,
  t.implied_by_invoice_id as "impliedByInvoiceId", t.created_at as "createdAt", t.updated_at as "updatedAt"`;

const from = (sql: Queryable) => sql`credits t join customers c on c.id = t.customer_id`;

/** Credits of one kind of the customers in scope, or of one of them. */
export function listCredits(
  sql: Sql,
  scope: CustomerScope,
  { kind, page, customerId }: { kind: CreditKind; page: Page; customerId?: string | undefined },
): Promise<Listed<Credit>> {
  const conditions = [...visible(sql, scope), sql`t.organization_id = ${scope.organizationId}`, sql`t.kind = ${kind}`];
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: customerId === undefined ? conditions : [...conditions, sql`t.customer_id = ${customerId}`],
    order: sql`t.id`,
    page,
  });
}

export async function getCredit(
  sql: Queryable,
  scope: CustomerScope,
  kind: CreditKind,
  reference: Reference,
): Promise<Credit | null> {
  const [row] = await sql<Credit[]>`
    select ${columns(sql)} from ${from(sql)}
    where ${allOf(sql, visible(sql, scope))} and t.organization_id = ${scope.organizationId} and t.kind = ${kind}
      and ${named(sql, "credits", reference)}`;
  return row ?? null;
}
