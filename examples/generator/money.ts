import type { Invoice, Payment } from "../schema.ts";
import type { Account, Behaviour } from "./customers.ts";
import { addDays, daysBetween, FIRST_DAY, LAST_DAY } from "./days.ts";
import type { Random } from "./random.ts";

/** Invoices and payments before they are numbered: an invoice is named by its object. */
export type InvoiceDraft = Omit<Invoice, "externalId" | "number">;
export interface PaymentDraft extends Omit<Payment, "externalId" | "allocations"> {
  allocations: { invoice: InvoiceDraft; amount: number }[];
}
export interface Money {
  invoices: InvoiceDraft[];
  payments: PaymentDraft[];
}

/** Days from due date to payment, fewest and most. */
const delays: Record<Behaviour, [number, number]> = {
  early: [-10, -1],
  onTime: [-2, 4],
  late: [8, 34],
  veryLate: [35, 80],
  hopeless: [85, 140],
  instalments: [0, 25],
  batches: [0, 12],
};

/** A year of one account's invoices and of the payments that came in until the last day. */
export function createMoney(random: Random, account: Account): Money {
  const invoices = createInvoices(random, account);
  const payments =
    account.behaviour === "batches" ? payInBatches(random, account, invoices) : payEach(random, account, invoices);
  if (random.chance(3)) payments.push(onAccount(random, account));
  return { invoices, payments };
}

function createInvoices(random: Random, account: Account): InvoiceDraft[] {
  const invoices: InvoiceDraft[] = [];
  const firstMonth = random.between(0, account.interval - 1);
  const dayOfMonth = random.between(0, 27);
  for (let month = firstMonth; month < 12; month += account.interval) {
    const issuedAt = addDays(FIRST_DAY, month * 30 + dayOfMonth);
    if (issuedAt > LAST_DAY) break;
    invoices.push({
      customerId: `external:${account.customer.externalId}`,
      issuedAt,
      dueAt: addDays(issuedAt, account.terms),
      // Usage moves the bill by up to a tenth either way.
      amount: Math.round((account.monthly * account.interval * random.between(90, 110)) / 100),
      currency: account.customer.currency,
      state: stateOf(random, issuedAt),
    });
  }
  return invoices;
}

function stateOf(random: Random, issuedAt: string): Invoice["state"] {
  if (random.chance(1)) return "disputed";
  if (daysBetween(issuedAt, LAST_DAY) < 10 && random.chance(8)) return "draft";
  return "open";
}

function payEach(random: Random, account: Account, invoices: InvoiceDraft[]): PaymentDraft[] {
  return invoices.filter((invoice) => invoice.state === "open").flatMap((invoice) => pay(random, account, invoice));
}

function pay(random: Random, account: Account, invoice: InvoiceDraft): PaymentDraft[] {
  const paidAt = settlingDay(random, account, invoice);
  if (account.behaviour === "instalments") return payInInstalments(random, account, invoice, paidAt);
  if (paidAt > LAST_DAY) return [];
  if (random.chance(4)) {
    invoice.state = "paid";
    invoice.paidAt = paidAt;
    return [];
  }
  // An overpayment leaves the surplus unapplied.
  const surplus = random.chance(1) ? random.between(10, 90) * 100 : 0;
  return [payment(account, paidAt, invoice.amount + surplus, [{ invoice, amount: invoice.amount }])];
}

function payInInstalments(random: Random, account: Account, invoice: InvoiceDraft, firstDay: string): PaymentDraft[] {
  const first = Math.floor((invoice.amount * random.between(35, 65)) / 100);
  const secondDay = addDays(firstDay, random.between(20, 45));
  const parts = [
    { day: firstDay, amount: first },
    { day: secondDay, amount: invoice.amount - first },
  ];
  return parts
    .filter(({ day }) => day <= LAST_DAY)
    .map(({ day, amount }) => payment(account, day, amount, [{ invoice, amount }]));
}

/** Two invoices at a time, when the second of them is settled. */
function payInBatches(random: Random, account: Account, invoices: InvoiceDraft[]): PaymentDraft[] {
  const open = invoices.filter((invoice) => invoice.state === "open");
  const payments: PaymentDraft[] = [];
  for (let at = 0; at < open.length; at += 2) {
    const batch = open.slice(at, at + 2);
    const last = batch.at(-1);
    if (last === undefined) break;
    const paidAt = settlingDay(random, account, last);
    if (paidAt > LAST_DAY) break;
    const total = batch.reduce((sum, invoice) => sum + invoice.amount, 0);
    payments.push(
      payment(
        account,
        paidAt,
        total,
        batch.map((invoice) => ({ invoice, amount: invoice.amount })),
      ),
    );
  }
  return payments;
}

/** Money that came without saying what for. */
function onAccount(random: Random, account: Account): PaymentDraft {
  const paidAt = addDays(FIRST_DAY, random.between(30, 360));
  return payment(account, paidAt, random.between(1, 5) * 10_000, []);
}

function settlingDay(random: Random, account: Account, invoice: InvoiceDraft): string {
  const paidAt = addDays(invoice.dueAt, random.between(...delays[account.behaviour]));
  if (paidAt < invoice.issuedAt) return invoice.issuedAt;
  return paidAt;
}

function payment(
  account: Account,
  paidAt: string,
  amount: number,
  allocations: PaymentDraft["allocations"],
): PaymentDraft {
  const { externalId, currency } = account.customer;
  return { customerId: `external:${externalId}`, amount, currency, paidAt, allocations };
}
