import { compareTexts } from "./compareTexts.ts";
import type { CreditKind, InvoiceInput } from "./types.ts";

export type InvoiceState = NonNullable<InvoiceInput["state"]>;

/** An invoice in memory; amounts in minor units, days ISO. */
export interface Invoice {
  id: string;
  customerId: string;
  externalId: string | null;
  number: string | null;
  issuedAt: string;
  dueAt: string;
  amount: number;
  currency: string;
  state: InvoiceState;
  paidAt: string | null;
  allocated: number;
  settledAt: string | null;
}

/** A payment, credit note or refund in memory. */
export interface Credit {
  id: string;
  customerId: string;
  kind: CreditKind;
  externalId: string | null;
  amount: number;
  currency: string;
  datedAt: string;
  allocated: number;
  impliedByInvoiceId: string | null;
}

export interface Allocation {
  creditId: string;
  invoiceId: string;
  customerId: string;
  amount: number;
}

/** A state that takes no part in balances and holds no allocations. */
export function counts(state: InvoiceState): boolean {
  return state !== "draft" && state !== "void";
}

/**
 * The documents that a write touches and the allocations between them, in memory: the rules of allocation without SQL.
 * What changed is marked, so that `storeLedger` writes that alone.
 */
export class Ledger {
  readonly invoices = new Map<string, Invoice>();
  readonly credits = new Map<string, Credit>();
  readonly allocations = new Map<string, Allocation>();
  /** Ids of the documents that stand in their tables. */
  readonly stored = new Set<string>();
  readonly changedInvoices = new Set<string>();
  readonly changedCredits = new Set<string>();
  readonly changedAllocations = new Set<string>();
  readonly removedCredits = new Set<string>();
  private readonly implied = new Map<string, Credit>();
  private readonly ofInvoice = new Map<string, Set<string>>();
  private readonly ofCredit = new Map<string, Set<string>>();

  addAllocation(allocation: Allocation): void {
    const key = keyOf(allocation.creditId, allocation.invoiceId);
    this.allocations.set(key, allocation);
    index(this.ofInvoice, allocation.invoiceId).add(key);
    index(this.ofCredit, allocation.creditId).add(key);
  }

  invoiceAllocations(invoiceId: string): Allocation[] {
    return [...(this.ofInvoice.get(invoiceId) ?? [])].map((key) => this.allocations.get(key)!);
  }

  creditAllocations(creditId: string): Allocation[] {
    return [...(this.ofCredit.get(creditId) ?? [])].map((key) => this.allocations.get(key)!);
  }

  /** Moves what a credit allocates to an invoice by `delta`; the caller has checked the open parts. */
  move(credit: Credit, invoice: Invoice, delta: number): void {
    if (delta === 0) return;
    const key = keyOf(credit.id, invoice.id);
    const standing = this.allocations.get(key);
    const amount = (standing?.amount ?? 0) + delta;
    if (amount === 0) {
      this.allocations.delete(key);
      this.ofInvoice.get(invoice.id)?.delete(key);
      this.ofCredit.get(credit.id)?.delete(key);
    } else if (standing) standing.amount = amount;
    else this.addAllocation({ creditId: credit.id, invoiceId: invoice.id, customerId: invoice.customerId, amount });
    credit.allocated += delta;
    invoice.allocated += delta;
    this.changedAllocations.add(key);
    this.changedCredits.add(credit.id);
    this.changedInvoices.add(invoice.id);
  }

  /** Frees allocations of an invoice until at most `keep` stays, latest document first. What is freed becomes unapplied. */
  freeInvoice(invoice: Invoice, keep: number): void {
    if (invoice.allocated <= keep) return;
    const latestFirst = this.invoiceAllocations(invoice.id)
      .map((allocation) => ({ allocation, credit: this.credits.get(allocation.creditId)! }))
      .sort((a, b) => compareTexts(b.credit.datedAt, a.credit.datedAt) || compareTexts(b.credit.id, a.credit.id));
    for (const { allocation, credit } of latestFirst) {
      if (invoice.allocated <= keep) return;
      this.move(credit, invoice, -Math.min(allocation.amount, invoice.allocated - keep));
    }
  }

  /** Frees everything that a credit allocates. */
  freeCredit(credit: Credit): Invoice[] {
    const touched: Invoice[] = [];
    for (const allocation of this.creditAllocations(credit.id)) {
      const invoice = this.invoices.get(allocation.invoiceId)!;
      this.move(credit, invoice, -allocation.amount);
      touched.push(invoice);
    }
    return touched;
  }

  removeCredit(credit: Credit): Invoice[] {
    const touched = this.freeCredit(credit);
    this.changedCredits.delete(credit.id);
    this.removedCredits.add(credit.id);
    this.credits.delete(credit.id);
    if (credit.impliedByInvoiceId !== null) this.implied.delete(credit.impliedByInvoiceId);
    return touched;
  }

  addCredit(credit: Credit): void {
    this.credits.set(credit.id, credit);
    if (credit.impliedByInvoiceId !== null) this.implied.set(credit.impliedByInvoiceId, credit);
  }

  /** The payment that a posted `paid` implied for this invoice. */
  impliedPayment(invoice: Invoice): Credit | undefined {
    return this.implied.get(invoice.id);
  }

  /**
   * `open`/`paid` follow the allocations, and the settling day with them: the last day among the documents once payments and
   * credit notes (not refunds) cover the amount. A disputed invoice stays disputed.
   */
  settle(invoice: Invoice): void {
    const settling = this.invoiceAllocations(invoice.id)
      .map((allocation) => ({ amount: allocation.amount, credit: this.credits.get(allocation.creditId)! }))
      .filter(({ credit }) => credit.kind !== "refund");
    const covered = settling.reduce((sum, { amount }) => sum + amount, 0) === invoice.amount;
    invoice.settledAt = covered
      ? settling
          .map(({ credit }) => credit.datedAt)
          .sort()
          .at(-1)!
      : null;
    if (invoice.state === "open" || invoice.state === "paid") invoice.state = covered ? "paid" : "open";
    this.changedInvoices.add(invoice.id);
  }
}

function keyOf(creditId: string, invoiceId: string): string {
  return `${creditId}:${invoiceId}`;
}

function index(map: Map<string, Set<string>>, id: string): Set<string> {
  let keys = map.get(id);
  if (!keys) {
    keys = new Set();
    map.set(id, keys);
  }
  return keys;
}
