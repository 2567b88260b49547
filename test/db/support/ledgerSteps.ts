import type { Sql } from "../../../db/client.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { deleteCredit, writeCredits, writeInvoices } from "../../../db/writes/index.ts";
import type { CreditInput, CreditKind, InvoiceInput, WriteResult } from "../../../db/writes/types.ts";
import type { TestOrganization } from "../../helpers/organization.ts";

/** One write of one document, by its external id. Days: due in January 2020 (overdue), or LATER (not yet due). */
export type LedgerStep =
  | { invoice: string; as: InvoiceInput }
  | { kind: CreditKind; credit: string; as: CreditInput }
  /** The payment that an invoice's `paid` implied. */
  | { impliedBy: string; as: CreditInput }
  | { remove: string; kind: CreditKind };

export const LATER = "2990-12-31";
const FIRST = { customerId: "external:C", issuedAt: "2020-01-01", dueAt: "2020-01-31", amount: 1_000 };

/** An invoice of 1,000 due 31 January 2020, unless told otherwise; again for the same id, a change of it. */
export const invoice = (id: string, as: InvoiceInput = {}): LedgerStep => ({ invoice: id, as });
/** A payment of 1,000 on 7 February 2020, unless told otherwise. */
export const payment = (id: string, as: CreditInput = {}): LedgerStep => ({ kind: "payment", credit: id, as });
export const creditNote = (id: string, as: CreditInput = {}): LedgerStep => ({ kind: "creditNote", credit: id, as });
export const refund = (id: string, as: CreditInput = {}): LedgerStep => ({ kind: "refund", credit: id, as });
export const remove = (id: string, kind: CreditKind = "payment"): LedgerStep => ({ remove: id, kind });
export const impliedBy = (id: string, as: CreditInput): LedgerStep => ({ impliedBy: id, as });
/** Allocations as {invoice: amount}. */
export const on = (amounts: Record<string, number>) => ({
  allocations: Object.entries(amounts).map(([id, amount]) => ({ invoiceId: `external:${id}`, amount })),
});

/** Carries steps out, each in a transaction of its own, for a customer C; answers the result of each. */
export async function playSteps(sql: Sql, org: TestOrganization, steps: LedgerStep[]): Promise<WriteResult[]> {
  await org.customers([{ externalId: "C", name: "Globex" }]);
  const seen = new Set<string>();
  const isFirst = (key: string) => !seen.has(key) && Boolean(seen.add(key));
  const results: WriteResult[] = [];
  for (const step of steps) {
    const outcome = await inTransaction(sql, async (tx) => {
      const context = org.context();
      if ("invoice" in step) {
        const base = isFirst(`invoice:${step.invoice}`) ? FIRST : {};
        return writeInvoices(tx, context, [{ input: { externalId: step.invoice, ...base, ...step.as } }]);
      }
      if ("remove" in step) return deleteCredit(tx, context, step.kind, `external:${step.remove}`);
      if ("impliedBy" in step) {
        const [row] = await tx<{ id: string }[]>`
          select c.id from credits c join invoices i on i.id = c.implied_by_invoice_id where i.organization_id = ${org.id} and i.external_id = ${step.impliedBy}`;
        return writeCredits(tx, context, "payment", [{ target: row!.id, input: step.as }]);
      }
      const first = { customerId: "external:C", amount: 1_000, datedAt: "2020-02-07" };
      const base = isFirst(`${step.kind}:${step.credit}`) ? first : {};
      return writeCredits(tx, context, step.kind, [{ input: { externalId: step.credit, ...base, ...step.as } }]);
    });
    results.push(...outcome.results);
  }
  return results;
}

/** What a test expects of documents and customer; what it does not name may be anything. */
export interface LedgerState {
  /** external id → [state, allocated, settling day] */
  invoices: Record<string, [string, number, string | null]>;
  /** external id (`implied:<invoice>` for an implied payment) → [amount, allocated] */
  credits: Record<string, [number, number]>;
  balance: { outstanding: number; due: number; overdue: number; unapplied: number };
}

export async function readLedger(sql: Sql, organizationId: string): Promise<LedgerState> {
  const invoices = await sql`
    select external_id as id, state, allocated, settled_at as "settledAt" from invoices where organization_id = ${organizationId}`;
  const credits = await sql`
    select coalesce(c.external_id, 'implied:' || i.external_id) as id, c.amount, c.allocated
    from credits c left join invoices i on i.id = c.implied_by_invoice_id where c.organization_id = ${organizationId}`;
  const [balance] = await sql<LedgerState["balance"][]>`
    select outstanding, due, overdue, unapplied from customers where organization_id = ${organizationId} and external_id = 'C'`;
  return {
    invoices: Object.fromEntries(invoices.map((row) => [row.id, [row.state, row.allocated, row.settledAt]])),
    credits: Object.fromEntries(credits.map((row) => [row.id, [row.amount, row.allocated]])),
    balance: balance!,
  };
}
