import type { Invoice, Payment } from "../../examples/schema.ts";

export const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/**
 * One customer's money from first principles, in cents: the unpaid parts of its invoices, the unapplied parts of its payments, and
 * the totals billed and paid. Draft and void invoices do not count; an invoice sent as paid implies its payment.
 */
export function openParts({ invoices, payments }: { invoices: Invoice[]; payments: Payment[] }, externalId: string) {
  const customerId = `external:${externalId}`;
  const counting = invoices.filter((invoice) => invoice.customerId === customerId && !isOut(invoice));
  const received = payments.filter((payment) => payment.customerId === customerId);
  const allocations = received.flatMap((payment) => payment.allocations);
  const allocatedTo = (invoice: Invoice) =>
    sum(
      allocations.filter(({ invoiceId }) => invoiceId === `external:${invoice.externalId}`).map(({ amount }) => amount),
    );
  const implied = sum(counting.filter(({ state }) => state === "paid").map(({ amount }) => amount));
  const billed = sum(counting.map(({ amount }) => amount));
  return {
    open: sum(counting.map((invoice) => (invoice.state === "paid" ? 0 : invoice.amount - allocatedTo(invoice)))),
    unapplied: sum(received.map((payment) => payment.amount - sum(payment.allocations.map(({ amount }) => amount)))),
    billed,
    paid: implied + sum(received.map(({ amount }) => amount)),
  };
}

const isOut = ({ state }: Invoice) => state === "draft" || state === "void";
