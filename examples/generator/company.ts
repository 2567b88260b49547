import type { Company, Invoice, Payment } from "../schema.ts";
import { createAccount } from "./customers.ts";
import { createMoney, type InvoiceDraft, type Money, type PaymentDraft } from "./money.ts";
import { customFields, paymentMethods, users, workflows } from "./people.ts";
import { createRandom } from "./random.ts";
import { story } from "./story.ts";

const SEED = 20_261_115;
const CUSTOMERS = 500;

/**
 * The sample company: always the same one. Invoices are numbered by issue date, payments by payment date, both listed in that order,
 * so that loading the files from top to bottom month by month replays the year.
 */
export function createCompany(): Company {
  const random = createRandom(SEED);
  const accounts = [];
  for (let index = story.length + 1; index <= CUSTOMERS; index++) accounts.push(createAccount(random, index));
  const { invoices, payments } = number(accounts.map((account) => createMoney(random, account)));
  return {
    users,
    customFields,
    workflows,
    paymentMethods,
    customers: [...story.map(({ customer }) => customer), ...accounts.map(({ customer }) => customer)],
    invoices: [...story.flatMap((account) => account.invoices), ...invoices].sort((a, b) =>
      compare(a.issuedAt, b.issuedAt),
    ),
    payments: [...story.flatMap((account) => account.payments), ...payments].sort((a, b) =>
      compare(a.paidAt, b.paidAt),
    ),
  };
}

/** The records as JSON, one a line: small, and a difference shows line by line. */
export function serialize(records: readonly object[]): string {
  return `[\n${records.map((record) => JSON.stringify(record)).join(",\n")}\n]\n`;
}

function number(money: Money[]): { invoices: Invoice[]; payments: Payment[] } {
  const names = new Map<InvoiceDraft, string>();
  const invoices = byDay(
    money.flatMap((account) => account.invoices),
    (draft) => draft.issuedAt,
  ).map((draft, index) => {
    const externalId = `I-${String(index + 1).padStart(5, "0")}`;
    names.set(draft, externalId);
    return { externalId, number: `${draft.issuedAt.slice(0, 4)}-${String(index + 1).padStart(5, "0")}`, ...draft };
  });
  const payments = byDay(
    money.flatMap((account) => account.payments),
    (draft) => draft.paidAt,
  ).map((draft, index) => ({
    externalId: `P-${String(index + 1).padStart(5, "0")}`,
    ...draft,
    allocations: draft.allocations.map((allocation) => nameAllocation(allocation, names)),
  }));
  return { invoices, payments };
}

function nameAllocation({ invoice, amount }: PaymentDraft["allocations"][number], names: Map<InvoiceDraft, string>) {
  const externalId = names.get(invoice);
  if (externalId === undefined) throw new Error("A payment names an invoice of another account");
  return { invoiceId: `external:${externalId}`, amount };
}

/** Stable: records of one day keep their order. */
function byDay<T>(records: T[], day: (record: T) => string): T[] {
  return records.sort((a, b) => compare(day(a), day(b)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
