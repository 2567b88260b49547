import { beforeAll, expect, it } from "vitest";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";
import { type Balance, balanceOf, type ListedInvoice, type ListedPayment } from "./ledger.ts";
import { type Written, write } from "./writer.ts";

const WRITERS = 32;
const WRITES = 3_000;
const CUSTOMERS = Array.from({ length: 20 }, (_, index) => `C-${index}`);

interface ListedChange {
  version: number;
  before: object | null;
  after: object & { outstanding: number };
  evaluated: boolean;
}

let stack: SharedStack;
let organization: ApiOrganization;
let written: Written[];
beforeAll(async () => {
  stack = await sharedStack();
  organization = await stack.organization();
  const items = CUSTOMERS.map((externalId) => ({ externalId, name: externalId }));
  await organization.api.post("/v1/bulk/customers", { items });
  const share = (place: number) => Math.floor(WRITES / WRITERS) + (place < WRITES % WRITERS ? 1 : 0);
  written = await Promise.all(
    Array.from({ length: WRITERS }, (_, place) => write(organization.api, place, CUSTOMERS, share(place))),
  );
  await organization.settled();
}, 300_000);

/** Every row of a list, page by page. */
async function all<Row>(path: string, plural: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await organization.api.get<{ [plural: string]: Row[] }>(
      `${path}${path.includes("?") ? "&" : "?"}limit=500&offset=${rows.length}`,
    );
    const more = page[plural] ?? [];
    rows.push(...more);
    if (more.length < 500) return rows;
  }
}

it("keeps every document as its last acknowledged write left it, though 32 writers write to 20 customers", async () => {
  const invoices = await all<ListedInvoice>("/v1/invoices", "invoices");
  const payments = await all<ListedPayment>("/v1/payments", "payments");
  const listed = (one: { externalId: string; amount: number }) => [one.externalId, one.amount] as const;
  const expectedInvoices = written.flatMap((by) => by.invoices);
  const expectedPayments = written.flatMap((by) => by.payments).filter(({ amount }) => amount > 0);
  expect(Object.fromEntries(invoices.map(listed))).toEqual(Object.fromEntries(expectedInvoices.map(listed)));
  expect(Object.fromEntries(payments.map(listed))).toEqual(Object.fromEntries(expectedPayments.map(listed)));
  const voided = (some: { externalId: string; state: string }[]) =>
    some.flatMap(({ externalId, state }) => (state === "void" ? [externalId] : [])).sort();
  expect(voided(invoices)).toEqual(voided(expectedInvoices));
});

it.each(CUSTOMERS)(
  "has for %s the balance that its documents give, and a chain of changes without a gap",
  async (name) => {
    type Customer = Balance & { id: string; version: number };
    const customer = await organization.api.get<Customer>(`/v1/customers/external:${name}`);
    const invoices = await all<ListedInvoice>(`/v1/invoices?customerId=${customer.id}`, "invoices");
    const payments = await all<ListedPayment>(`/v1/payments?customerId=${customer.id}`, "payments");
    const { averagePaymentDelay: delay, ...exact } = balanceOf(
      invoices,
      payments,
      new Date().toISOString().slice(0, 10),
    );
    expect(customer).toMatchObject(exact);
    if (delay === null) expect(customer.averagePaymentDelay).toBeNull();
    else expect(customer.averagePaymentDelay).toBeCloseTo(delay, 9);

    const changes = await all<ListedChange>(`/v1/changes?customerId=${customer.id}`, "changes");
    changes.sort((one, other) => one.version - other.version);
    expect(changes.map(({ version }) => version)).toEqual(changes.map((_, index) => index + 1));
    changes.forEach((change, index) => {
      expect(change.before).toEqual(changes[index - 1]?.after ?? null);
      expect(change.evaluated).toBe(true);
    });
    expect(changes.at(-1)).toMatchObject({ version: customer.version, after: { outstanding: exact.outstanding } });
  },
);
