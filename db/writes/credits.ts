import type { Transaction } from "../client.ts";
import { newId } from "../uuid.ts";
import { type Credit, counts, type Invoice } from "./ledger.ts";
import {
  closeMoneySession,
  currencyMistake,
  customerOf,
  isRefusal,
  type MoneySession,
  openMoneySession,
} from "./moneySession.ts";
import { lookUp } from "./references.ts";
import { conflict, invalid, notFound, written } from "./results.ts";
import { openScope } from "./scope.ts";
import type {
  CreditInput,
  CreditKind,
  Mistake,
  Reference,
  WriteContext,
  WriteItem,
  WriteOutcome,
  WriteResult,
} from "./types.ts";

/**
 * Creates and updates payments, credit notes or refunds, set-based. `allocations`, where given, replace the standing ones; what
 * they leave of the amount is unapplied. Allocating more than an invoice's open part or the amount is refused with the path.
 */
export async function writeCredits(
  tx: Transaction,
  context: WriteContext,
  kind: CreditKind,
  items: WriteItem<CreditInput>[],
): Promise<WriteOutcome> {
  const scope = await openScope(tx, context);
  const session = await openMoneySession(tx, scope, kind, {
    documents: items.flatMap(({ target, input }) =>
      [target ?? [], input.externalId != null ? `external:${input.externalId}` : []].flat(),
    ),
    customers: items.flatMap(({ input }) => input.customerId ?? []),
    invoices: items.flatMap(({ input }) => (input.allocations ?? []).map((allocation) => allocation.invoiceId)),
  });
  const results = items.map((item) => applyCredit(session, kind, item));
  return { results, wake: await closeMoneySession(tx, session) };
}

/** Deletes a payment, credit note or refund: its allocations are freed and the invoices open again. */
export async function deleteCredit(
  tx: Transaction,
  context: WriteContext,
  kind: CreditKind,
  reference: Reference,
): Promise<WriteOutcome> {
  const scope = await openScope(tx, context);
  const session = await openMoneySession(tx, scope, kind, { documents: [reference], customers: [], invoices: [] });
  const credit = standingCredit(session, reference);
  const customer = credit ? customerOf(session, undefined, credit.customerId) : notFound("There is no such document.");
  if (!credit || isRefusal(customer)) {
    return { results: [customer as WriteResult], wake: { organizationId: scope.organizationId, shards: [] } };
  }
  for (const invoice of session.ledger.removeCredit(credit)) {
    // The day was that of the payment which the invoice's `paid` implied.
    if (invoice.id === credit.impliedByInvoiceId) invoice.paidAt = null;
    session.ledger.settle(invoice);
  }
  session.touched.add(credit.customerId);
  return { results: [written(200, credit.id, credit.customerId)], wake: await closeMoneySession(tx, session) };
}

function standingCredit(session: MoneySession, reference: Reference | undefined): Credit | undefined {
  if (reference === undefined) return undefined;
  const id = session.documents.get(reference.startsWith("external:") ? reference : reference.toLowerCase());
  return id === undefined ? undefined : session.ledger.credits.get(id);
}

function applyCredit(session: MoneySession, kind: CreditKind, { target, input }: WriteItem<CreditInput>): WriteResult {
  const externalReference = input.externalId == null ? undefined : `external:${input.externalId}`;
  const standing = standingCredit(session, target ?? externalReference);
  if (target !== undefined && !standing) return notFound("There is no such document.");
  const customer = customerOf(session, input.customerId, standing?.customerId);
  if (isRefusal(customer)) return customer;
  const mismatch = currencyMistake(customer, input.currency);
  if (mismatch) return mismatch;
  const holder = externalReference === undefined ? undefined : session.documents.get(externalReference);
  if (holder !== undefined && holder !== standing?.id)
    return conflict("external_id_taken", "Another document has this external id.");

  const credit: Credit = standing ?? {
    id: newId(),
    customerId: customer.id,
    kind,
    externalId: null,
    amount: 0,
    currency: customer.currency,
    datedAt: "",
    allocated: 0,
    impliedByInvoiceId: null,
  };
  const errors: Mistake[] = [];
  if (!standing && input.amount === undefined) errors.push({ path: "amount", message: "is required" });
  if (!standing && input.datedAt === undefined)
    errors.push({ path: kind === "payment" ? "paidAt" : "issuedAt", message: "is required" });
  const amount = input.amount ?? credit.amount;
  const wanted = input.allocations && checkAllocations(session, credit, amount, input.allocations, errors);
  if (!wanted && amount < credit.allocated)
    errors.push({ path: "amount", message: `is below the ${credit.allocated} allocated to invoices` });
  if (errors.length > 0) return invalid(errors);

  if (input.externalId !== undefined && input.externalId !== credit.externalId) {
    if (credit.externalId !== null) session.documents.delete(`external:${credit.externalId}`);
    credit.externalId = input.externalId;
  }
  credit.amount = amount;
  credit.datedAt = input.datedAt ?? credit.datedAt;
  store(session, credit, wanted);
  return written(standing ? 200 : 201, credit.id, credit.customerId);
}

/** Puts the credit and its allocations into the ledger and settles every invoice concerned. */
function store(session: MoneySession, credit: Credit, wanted: Map<Invoice, number> | undefined): void {
  const { ledger } = session;
  ledger.addCredit(credit);
  ledger.changedCredits.add(credit.id);
  session.documents.set(credit.id, credit.id);
  if (credit.externalId !== null) session.documents.set(`external:${credit.externalId}`, credit.id);
  // The day may have moved, so what it already settles is settled anew too.
  const concerned = new Set(
    ledger.creditAllocations(credit.id).map((allocation) => ledger.invoices.get(allocation.invoiceId)!),
  );
  if (wanted) {
    for (const invoice of concerned)
      ledger.move(credit, invoice, (wanted.get(invoice) ?? 0) - allocatedTo(session, credit, invoice));
    for (const [invoice, amount] of wanted) {
      ledger.move(credit, invoice, amount - allocatedTo(session, credit, invoice));
      concerned.add(invoice);
    }
  }
  for (const invoice of concerned) ledger.settle(invoice);
  session.touched.add(credit.customerId);
}

function allocatedTo({ ledger }: MoneySession, credit: Credit, invoice: Invoice): number {
  return ledger.creditAllocations(credit.id).find((allocation) => allocation.invoiceId === invoice.id)?.amount ?? 0;
}

/** The amounts wanted per invoice, with every mistake noted: unknown or foreign invoices, more than the open part or the amount. */
function checkAllocations(
  session: MoneySession,
  credit: Credit,
  amount: number,
  allocations: NonNullable<CreditInput["allocations"]>,
  errors: Mistake[],
): Map<Invoice, number> {
  const wanted = new Map<Invoice, number>();
  for (const [index, allocation] of allocations.entries()) {
    const id = lookUp(session.invoiceLookup, allocation.invoiceId);
    const invoice = id === undefined ? undefined : session.ledger.invoices.get(id);
    const mistake = !invoice ? "names no invoice of this organization" : allocationMistake(credit, invoice);
    if (!invoice || mistake) {
      errors.push({ path: `allocations.${index}.invoiceId`, message: mistake! });
      continue;
    }
    const total = (wanted.get(invoice) ?? 0) + allocation.amount;
    const open = invoice.amount - invoice.allocated + allocatedTo(session, credit, invoice);
    if (total > open) {
      errors.push({ path: `allocations.${index}.amount`, message: `is more than the invoice's open part of ${open}` });
    }
    wanted.set(invoice, total);
  }
  const sum = [...wanted.values()].reduce((left, right) => left + right, 0);
  if (sum > amount) errors.push({ path: "allocations", message: `sum to ${sum}, more than the amount of ${amount}` });
  return wanted;
}

function allocationMistake(credit: Credit, invoice: Invoice): string | null {
  if (invoice.customerId !== credit.customerId) return "is an invoice of another customer";
  return counts(invoice.state) ? null : `is ${invoice.state}: nothing can be allocated to it`;
}
