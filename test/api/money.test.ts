import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let customer: { id: string };
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  admin = await api.organization();
  customer = await admin.make("/v1/customers", { externalId: "C", name: "Globex" });
});
afterAll(() => api.close());

const open = { customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 14000, currency: "EUR" };
const paid = (amount: number, on: string, invoiceId: string) => ({
  ...{ customerId: "external:C", amount, currency: "EUR", paidAt: on },
  allocations: [{ invoiceId, amount }],
});
const shown = async () => (await admin.get("/v1/customers/external:C")).body;

test("an invoice and its payment move the balance in the same write, and both answer what was allocated", async () => {
  const invoice = await admin.post("/v1/invoices", { externalId: "I-1", number: "I-1", state: "open", ...open });
  expect(invoice.status).toBe(201);
  expect(invoice.body).toMatchObject({
    customerId: customer.id,
    number: "I-1",
    amount: 14000,
    allocated: 0,
    open: 14000,
  });
  expect(await shown()).toMatchObject({ outstanding: 14000, balance: 14000 });

  const payment = await admin.post("/v1/payments", { externalId: "P-1", ...paid(10000, "2026-02-07", "external:I-1") });
  expect(payment.status).toBe(201);
  expect(payment.body).toMatchObject({
    ...{ customerId: customer.id, amount: 10000, paidAt: "2026-02-07", allocated: 10000, unapplied: 0 },
    allocations: [{ invoiceId: invoice.body.id, amount: 10000 }],
  });
  expect((await admin.get("/v1/invoices/external:I-1")).body).toMatchObject({ allocated: 10000, open: 4000 });
  expect(await shown()).toMatchObject({ outstanding: 4000, version: 3 });

  expect((await admin.send("DELETE", "/v1/payments/external:P-1")).status).toBe(204);
  expect((await admin.get("/v1/payments/external:P-1")).status).toBe(404);
  expect(await shown()).toMatchObject({ outstanding: 14000, version: 4 });
});

test("140 paid 7 days late and 85 paid 55 days late give an exact delay of 5655/225 and rating A", async () => {
  const due = { ...open, dueAt: "2026-01-10" };
  await admin.make("/v1/invoices", { ...due, externalId: "a", amount: 14000 });
  await admin.make("/v1/invoices", { ...due, externalId: "b", amount: 8500 });
  await admin.make("/v1/payments", paid(14000, "2026-01-17", "external:a"));
  await admin.make("/v1/payments", paid(8500, "2026-03-06", "external:b"));
  expect(await shown()).toMatchObject({ averagePaymentDelay: 5655 / 225, rating: "A", outstanding: 0 });
});

test("an overdue invoice tells its age in the organization's days", async () => {
  const [row] = await api.database.sql<{ day: string }[]>`select (now() at time zone 'UTC')::date - 12 as day`;
  await admin.make("/v1/invoices", { ...open, issuedAt: "2020-01-01", dueAt: row!.day });
  expect(await shown()).toMatchObject({ overdue: 14000, due: 0, overdueDays: 12 });
});

test("a known externalId updates, PATCH changes the given fields, and lists are per customer or over all", async () => {
  const first = await admin.make("/v1/invoices", { ...open, externalId: "I" });
  const again = await admin.post("/v1/invoices", { externalId: "I", amount: 9000 });
  expect(again).toMatchObject({ status: 200, body: { id: first.id, amount: 9000, dueAt: open.dueAt } });
  const patched = await admin.patch("/v1/invoices/external:I", { state: "disputed" });
  expect(patched.body).toMatchObject({ state: "disputed", amount: 9000 });
  await admin.make("/v1/customers", { externalId: "D", name: "Other" });
  await admin.make("/v1/invoices", { ...open, customerId: "external:D" });
  expect((await admin.get("/v1/invoices")).body.total).toBe(2);
  expect((await admin.get("/v1/invoices?customerId=external:D")).body.total).toBe(1);
  expect((await admin.get("/v1/customers/external:C/invoices")).body.invoices).toMatchObject([{ id: first.id }]);
  expect((await admin.get("/v1/invoices?customerId=external:none")).body).toMatchObject({ total: 0, invoices: [] });
});

test("deleting the payment that an invoice posted as paid implied opens the invoice, which then has no day of payment", async () => {
  const { id: customerId } = await admin.make("/v1/customers", { name: "Implied" });
  const paid = {
    customerId,
    issuedAt: "2026-01-01",
    dueAt: "2026-01-31",
    amount: 100,
    state: "paid",
    paidAt: "2026-02-05",
  };
  const { id } = await admin.make("/v1/invoices", paid);
  const [payment] = (await admin.get(`/v1/payments?customerId=${customerId}`)).body.payments;
  expect(payment).toMatchObject({ impliedByInvoiceId: id, amount: 100, paidAt: "2026-02-05" });
  expect((await admin.send("DELETE", `/v1/payments/${payment.id}`)).status).toBe(204);
  const opened = { state: "open", paidAt: null, open: 100, settledAt: null };
  expect((await admin.get(`/v1/invoices/${id}`)).body).toMatchObject(opened);
  expect((await admin.get(`/v1/customers/${customerId}`)).body.outstanding).toBe(100);
});

test("another currency than the customer's is currency_mismatch", async () => {
  const answer = await admin.post("/v1/invoices", { ...open, currency: "USD" });
  expect(answer).toMatchObject({ status: 422, body: { code: "currency_mismatch", errors: [{ path: "currency" }] } });
});

describe("bulk", () => {
  test("answers each item in order; bad items of every kind stop none of the others", async () => {
    const items = [
      { ...open, externalId: "1" },
      { ...open, externalId: "2", amount: 0, hat: 1 },
      { ...open, externalId: "3", customerId: "external:none" },
      "nonsense",
      { ...open, externalId: "1", amount: 500 },
    ];
    const { status, body } = await admin.post("/v1/bulk/invoices", { items });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 422, errors: [{ path: "amount" }, { path: "hat" }] },
      { index: 2, status: 422 },
      { index: 3, status: 422, errors: [{ path: "" }] },
      { index: 4, status: 200 },
    ]);
    expect(body.results[4].id).toBe(body.results[0].id);
    expect(await shown()).toMatchObject({ outstanding: 500, version: 2 });
  });

  test("of payments allocates to invoices, and wakes the tracker once", async () => {
    await admin.make("/v1/bulk/invoices", { items: [1, 2, 3].map((n) => ({ ...open, externalId: `I-${n}` })) });
    const wakes = api.wakes.length;
    const items = [1, 2, 3].map((n) => paid(14000, "2026-01-31", `external:I-${n}`));
    const { results } = await admin.make("/v1/bulk/payments", { items });
    expect(results.map((result: { status: number }) => result.status)).toEqual([201, 201, 201]);
    expect(api.wakes).toHaveLength(wakes + 1);
    expect(await shown()).toMatchObject({ outstanding: 0, averagePaymentDelay: 0, rating: "A", version: 3 });
  });

  test("that refuses everything writes and wakes nothing", async () => {
    const wakes = api.wakes.length;
    const { results } = await admin.make("/v1/bulk/customers", { items: [{}, { name: 5 }] });
    expect(results.map((result: { status: number }) => result.status)).toEqual([422, 422]);
    expect(api.wakes.slice(wakes).flatMap((wake) => wake.shards)).toEqual([]);
  });
});
