/** An invoice and a payment as the API lists them; only what balances depend on. */
export interface ListedInvoice {
  id: string;
  externalId: string;
  customerId: string;
  state: "draft" | "open" | "paid" | "void" | "disputed";
  amount: number;
  dueAt: string;
}
export interface ListedPayment {
  id: string;
  externalId: string;
  customerId: string;
  amount: number;
  paidAt: string;
  allocations: { invoiceId: string; amount: number }[];
}

export interface Balance {
  outstanding: number;
  due: number;
  overdue: number;
  unapplied: number;
  averagePaymentDelay: number | null;
  rating: string | null;
}

const DAY_MS = 86_400_000;
const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS;

/**
 * A customer's balance from its documents alone, as the words of the trade have it: written anew here, so that it shares no
 * mistake with the product. Delay: Σ(amount × days late) / Σ(amount) over invoices that payments have settled.
 */
export function balanceOf(invoices: ListedInvoice[], payments: ListedPayment[], today: string): Balance {
  const counted = invoices.filter(({ state }) => state !== "void" && state !== "draft");
  const balance: Balance = {
    outstanding: 0,
    due: 0,
    overdue: 0,
    unapplied: 0,
    averagePaymentDelay: null,
    rating: null,
  };
  let weighted = 0;
  let weight = 0;
  for (const invoice of counted) {
    const parts = payments.flatMap(({ paidAt, allocations }) =>
      allocations.filter(({ invoiceId }) => invoiceId === invoice.id).map(({ amount }) => ({ amount, paidAt })),
    );
    const rest = invoice.amount - parts.reduce((sum, { amount }) => sum + amount, 0);
    if (rest < 0) throw new Error(`more is allocated to ${invoice.externalId} than it is worth`);
    balance[invoice.dueAt < today ? "overdue" : "due"] += rest;
    if (rest > 0) continue;
    const settledAt =
      parts
        .map(({ paidAt }) => paidAt)
        .sort()
        .at(-1) ?? "";
    weighted += invoice.amount * days(invoice.dueAt, settledAt);
    weight += invoice.amount;
  }
  for (const { amount, allocations } of payments) {
    balance.unapplied += amount - allocations.reduce((sum, part) => sum + part.amount, 0);
  }
  balance.outstanding =
    counted.reduce((sum, { amount }) => sum + amount, 0) - payments.reduce((sum, { amount }) => sum + amount, 0);
  if (weight === 0) return balance;
  const delay = weighted / weight;
  return {
    ...balance,
    averagePaymentDelay: delay,
    rating: delay <= 30 ? "A" : delay <= 60 ? "B" : delay <= 90 ? "C" : "D",
  };
}
