import type { Transaction } from "../client.ts";
import { type Allocation, type Credit, type Invoice, Ledger } from "./ledger.ts";
import type { WriteScope } from "./scope.ts";
import { insertCredits, storeAllocations, updateCredits } from "./storeCredits.ts";
import { insertInvoices, updateInvoices } from "./storeInvoices.ts";

/**
 * Reads documents of locked customers with every allocation that touches them, and the documents at the other end, since
 * freeing an allocation moves both ends.
 */
export async function loadLedger(tx: Transaction, invoiceIds: string[], creditIds: string[]): Promise<Ledger> {
  const ledger = new Ledger();
  if (invoiceIds.length + creditIds.length === 0) return ledger;
  // What is written can move these credits, and through them every invoice that they settle: those are settled anew from all
  // their allocations. Unions, because an `or` over two columns would be planned as a scan.
  const allocations = await tx<Allocation[]>`
    with movable as (
      select unnest(${creditIds}::uuid[]) as id
      union select credit_id from allocations where invoice_id = any(${invoiceIds}::uuid[])
      union select id from credits where implied_by_invoice_id = any(${invoiceIds}::uuid[])
    ), settled as (
      select unnest(${invoiceIds}::uuid[]) as id
      union select a.invoice_id from allocations a join movable m on m.id = a.credit_id
    )
    select a.credit_id as "creditId", a.invoice_id as "invoiceId", a.customer_id as "customerId", a.amount
    from allocations a join settled s on s.id = a.invoice_id`;
  const allInvoices = [...new Set([...invoiceIds, ...allocations.map((row) => row.invoiceId)])];
  const allCredits = [...new Set([...creditIds, ...allocations.map((row) => row.creditId)])];
  const [invoices, credits] = await Promise.all([
    tx<Invoice[]>`
      select id, customer_id as "customerId", external_id as "externalId", number, issued_at as "issuedAt", due_at as "dueAt",
             amount, currency, state, paid_at as "paidAt", allocated, settled_at as "settledAt"
      from invoices where id = any(${allInvoices}::uuid[])`,
    tx<Credit[]>`
      select id, customer_id as "customerId", kind, external_id as "externalId", amount, currency, dated_at as "datedAt",
             allocated, implied_by_invoice_id as "impliedByInvoiceId"
      from credits where id = any(${allCredits}::uuid[]) or implied_by_invoice_id = any(${invoiceIds}::uuid[])`,
  ]);
  for (const invoice of invoices) ledger.invoices.set(invoice.id, invoice);
  for (const credit of credits) ledger.addCredit(credit);
  for (const { id } of [...invoices, ...credits]) ledger.stored.add(id);
  for (const allocation of allocations) ledger.addAllocation(allocation);
  return ledger;
}

/** Writes what changed in the ledger: invoices and credits before the allocations between them. */
export async function storeLedger(tx: Transaction, scope: WriteScope, ledger: Ledger): Promise<void> {
  const invoices = [...ledger.changedInvoices].map((id) => ledger.invoices.get(id)!);
  const credits = [...ledger.changedCredits].flatMap((id) => ledger.credits.get(id) ?? []);
  const changed = [...ledger.changedAllocations];
  const allocations = changed.flatMap((key) => ledger.allocations.get(key) ?? []);
  const gone = changed.filter((key) => !ledger.allocations.has(key)).map((key) => key.split(":") as [string, string]);
  if (gone.length > 0) {
    await tx`
      delete from allocations using unnest(${gone.map(([id]) => id)}::uuid[], ${gone.map(([, id]) => id)}::uuid[]) as g(credit_id, invoice_id)
      where allocations.credit_id = g.credit_id and allocations.invoice_id = g.invoice_id`;
  }
  if (ledger.removedCredits.size > 0)
    await tx`delete from credits where id = any(${[...ledger.removedCredits]}::uuid[])`;
  await insertInvoices(
    tx,
    scope,
    invoices.filter(({ id }) => !ledger.stored.has(id)),
  );
  await updateInvoices(
    tx,
    invoices.filter(({ id }) => ledger.stored.has(id)),
  );
  await insertCredits(
    tx,
    scope,
    credits.filter(({ id }) => !ledger.stored.has(id)),
  );
  await updateCredits(
    tx,
    credits.filter(({ id }) => ledger.stored.has(id)),
  );
  await storeAllocations(tx, allocations);
}
