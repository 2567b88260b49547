import type { ApiClient } from "../../helpers/apiClient.ts";

/** A document as its writer left it; nobody else writes it. */
interface Invoice {
  externalId: string;
  customer: string;
  amount: number;
  state: "open" | "void";
  paid: boolean;
}
interface Payment {
  externalId: string;
  customer: string;
  amount: number;
}

/** What a writer knows its documents to be, from the answers it got. */
export interface Written {
  invoices: Invoice[];
  payments: Payment[];
}

/**
 * Writes invoices and payments of its own for customers that other writers write to as well: new ones, payments with and without
 * allocations, edits, voids and deletions, as its random numbers have it. Every refusal is thrown.
 */
export async function write(api: ApiClient, place: number, customers: string[], writes: number): Promise<Written> {
  const random = seeded(place + 1);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const amount = () => 100 * (1 + Math.floor(random() * 10_000));
  const written: Written = { invoices: [], payments: [] };

  const invoice = async () => {
    const made: Invoice = {
      ...{ externalId: `I-${place}-${written.invoices.length}`, customer: pick(customers) ?? "", amount: amount() },
      ...{ state: "open", paid: false },
    };
    const dueAt = random() < 0.3 ? "2099-01-31" : day(2025, 1 + Math.floor(random() * 12));
    const { externalId, customer } = made;
    const dates = { issuedAt: "2024-12-01", dueAt };
    const body = { externalId, customerId: `external:${customer}`, ...dates, amount: made.amount, currency: "EUR" };
    await api.post("/v1/invoices", body);
    written.invoices.push(made);
  };
  const payment = async (invoice?: Invoice) => {
    const customer = invoice?.customer ?? pick(customers) ?? "";
    const made = { externalId: `P-${place}-${written.payments.length}`, customer, amount: invoice?.amount ?? amount() };
    const allocations = invoice ? [{ invoiceId: `external:${invoice.externalId}`, amount: made.amount }] : [];
    const paidAt = day(2025, 1 + Math.floor(random() * 12));
    const money = { amount: made.amount, currency: "EUR", paidAt, allocations };
    await api.post("/v1/payments", { externalId: made.externalId, customerId: `external:${customer}`, ...money });
    if (invoice) invoice.paid = true;
    written.payments.push(made);
  };
  const edit = async (one: Invoice, change: Partial<Pick<Invoice, "amount" | "state">>) => {
    await api.patch(`/v1/invoices/external:${one.externalId}`, change);
    Object.assign(one, change);
  };
  const remove = async (one: Payment) => {
    await api.delete(`/v1/payments/external:${one.externalId}`);
    one.amount = 0;
  };

  for (let count = 0; count < writes; count++) {
    const open = written.invoices.filter(({ state }) => state === "open");
    const known = pick(open);
    const unpaid = pick(open.filter(({ paid }) => !paid));
    const standing = pick(written.payments.filter((one) => one.amount > 0));
    const dice = random();
    if (dice < 0.35 && unpaid) await payment(unpaid);
    else if (dice < 0.45) await payment();
    else if (dice < 0.6 && known) await edit(known, { amount: amount() });
    else if (dice < 0.66 && known) await edit(known, { state: "void" });
    else if (dice < 0.7 && standing) await remove(standing);
    else await invoice();
  }
  return written;
}

const day = (year: number, month: number) => `${year}-${String(month).padStart(2, "0")}-15`;

/** Mulberry32: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
