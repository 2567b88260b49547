import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import { type Credit, counts, type Invoice, type Ledger } from "./ledger.ts";
import {
  closeMoneySession,
  currencyMistake,
  customerOf,
  isRefusal,
  type MoneySession,
  openMoneySession,
} from "./moneySession.ts";
import { conflict, invalid, notFound, written } from "./results.ts";
import { openScope } from "./scope.ts";
import type { InvoiceInput, Mistake, WriteContext, WriteItem, WriteOutcome, WriteResult } from "./types.ts";

/**
 * Creates and updates invoices, set-based, with everything that follows from them in the same transaction: freed allocations,
 * implied payments, the customers' derived numbers and one change per touched customer. Refused items change nothing.
 */
export async function writeInvoices(
  tx: Transaction,
  context: WriteContext,
  items: WriteItem<InvoiceInput>[],
): Promise<WriteOutcome> {
  const scope = await openScope(tx, context);
  const session = await openMoneySession(tx, scope, "invoice", {
    documents: items.flatMap(({ target, input }) =>
      [target ?? [], input.externalId != null ? `external:${input.externalId}` : []].flat(),
    ),
    customers: items.flatMap(({ input }) => input.customerId ?? []),
    invoices: [],
  });
  const results = items.map((item) => applyInvoice(session, item));
  return { results, wake: await closeMoneySession(tx, session) };
}

function applyInvoice(session: MoneySession, { target, input }: WriteItem<InvoiceInput>): WriteResult {
  const { ledger, documents } = session;
  const externalReference = input.externalId == null ? undefined : `external:${input.externalId}`;
  const id = documents.get(
    target?.toLowerCase().startsWith("external:") === false
      ? target.toLowerCase()
      : (target ?? externalReference ?? ""),
  );
  if (target !== undefined && id === undefined) return notFound("There is no such invoice.");
  const standing = id === undefined ? undefined : ledger.invoices.get(id);

  const customer = customerOf(session, input.customerId, standing?.customerId);
  if (isRefusal(customer)) return customer;
  const refused = currencyMistake(customer, input.currency) ?? externalIdTaken(session, standing, externalReference);
  if (refused) return refused;
  const invoice = draftOf(standing, input, customer);
  const errors = mistakesOf(invoice, input, standing);
  if (errors.length > 0) return invalid(errors);
  return accept(session, standing, invoice, input);
}

function externalIdTaken(
  session: MoneySession,
  standing: Invoice | undefined,
  reference: string | undefined,
): WriteResult | null {
  const holder = reference === undefined ? undefined : session.documents.get(reference);
  if (holder === undefined || holder === standing?.id) return null;
  return conflict("external_id_taken", "Another invoice has this external id.");
}

/** The invoice as it would be, before allocations are looked at. */
function draftOf(standing: Invoice | undefined, input: InvoiceInput, customer: CustomerRow): Invoice {
  const base: Invoice = standing ?? {
    id: newId(),
    customerId: customer.id,
    externalId: null,
    number: null,
    issuedAt: "",
    dueAt: "",
    amount: 0,
    currency: customer.currency,
    state: "open",
    paidAt: null,
    allocated: 0,
    settledAt: null,
  };
  return {
    ...base,
    externalId: input.externalId === undefined ? base.externalId : input.externalId,
    number: input.number === undefined ? base.number : input.number,
    issuedAt: input.issuedAt ?? base.issuedAt,
    dueAt: input.dueAt ?? base.dueAt,
    amount: input.amount ?? base.amount,
    state: input.state ?? base.state,
    paidAt: input.paidAt === undefined ? base.paidAt : input.paidAt,
  };
}

function mistakesOf(invoice: Invoice, input: InvoiceInput, standing: Invoice | undefined): Mistake[] {
  const errors: Mistake[] = [];
  if (!standing) {
    for (const key of ["issuedAt", "dueAt", "amount"] as const) {
      if (input[key] === undefined) errors.push({ path: key, message: "is required" });
    }
  }
  const settled = standing !== undefined && standing.settledAt !== null && invoice.amount <= standing.allocated;
  if (input.state === "paid" && invoice.paidAt === null && !settled) {
    errors.push({ path: "paidAt", message: "is required with state paid: it implies the payment" });
  }
  return errors;
}

function accept(
  session: MoneySession,
  standing: Invoice | undefined,
  draft: Invoice,
  input: InvoiceInput,
): WriteResult {
  const { ledger } = session;
  const invoice = standing ?? draft;
  if (standing) {
    if (standing.externalId !== null && standing.externalId !== draft.externalId)
      session.documents.delete(`external:${standing.externalId}`);
    Object.assign(standing, {
      ...draft,
      allocated: standing.allocated,
      settledAt: standing.settledAt,
      amount: standing.amount,
    });
  } else ledger.invoices.set(draft.id, draft);
  if (invoice.externalId !== null) session.documents.set(`external:${invoice.externalId}`, invoice.id);
  session.documents.set(invoice.id, invoice.id);

  ledger.freeInvoice(invoice, counts(invoice.state) ? draft.amount : 0);
  invoice.amount = draft.amount;
  if (input.state === "open") withdrawImpliedPayment(session, invoice);
  if (input.state === "paid" || moved(session, invoice, input)) implyPayment(session, invoice);
  ledger.settle(invoice);
  session.touched.add(invoice.customerId);
  return written(standing ? 200 : 201, invoice.id, invoice.customerId);
}

/** Whether another paidAt alone was given for an invoice that is paid by the payment that it implied. */
function moved({ ledger }: MoneySession, invoice: Invoice, { paidAt }: InvoiceInput): boolean {
  return paidAt != null && invoice.state === "paid" && ledger.impliedPayment(invoice) !== undefined;
}

/** A posted `paid` with `paidAt` implies the payment of what is still open, dated `paidAt`. */
function implyPayment({ ledger }: MoneySession, invoice: Invoice): void {
  if (invoice.paidAt === null) return;
  const open = invoice.amount - invoice.allocated;
  let payment = ledger.impliedPayment(invoice);
  if (payment) {
    redate(ledger, payment, invoice.paidAt);
    payment.amount += Math.max(0, open - (payment.amount - payment.allocated));
    ledger.changedCredits.add(payment.id);
  } else {
    if (open === 0) return;
    payment = {
      id: newId(),
      customerId: invoice.customerId,
      kind: "payment",
      externalId: null,
      amount: open,
      currency: invoice.currency,
      datedAt: invoice.paidAt,
      allocated: 0,
      impliedByInvoiceId: invoice.id,
    };
    ledger.addCredit(payment);
    ledger.changedCredits.add(payment.id);
  }
  ledger.move(payment, invoice, open);
}

/** Moves a payment to another day, and with it the settling day of every invoice that it pays. */
function redate(ledger: Ledger, payment: Credit, day: string): void {
  payment.datedAt = day;
  for (const { invoiceId } of ledger.creditAllocations(payment.id)) ledger.settle(ledger.invoices.get(invoiceId)!);
}

/** Opening a paid invoice again takes back the payment that its `paid` implied. */
function withdrawImpliedPayment({ ledger }: MoneySession, invoice: Invoice): void {
  const payment = ledger.impliedPayment(invoice);
  if (!payment) return;
  for (const other of ledger.removeCredit(payment)) ledger.settle(other);
  invoice.paidAt = null;
}
