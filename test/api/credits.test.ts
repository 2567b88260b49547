import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let customerId: string;
let count = 0;

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

beforeEach(async () => {
  count += 1;
  customerId = (await admin.make("/v1/customers", { externalId: `C-${count}`, name: "Globex" })).id;
});

const invoice = (fields: Record<string, unknown> = {}) =>
  admin.make("/v1/invoices", { customerId, issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 10_000, ...fields });
const balances = async () => {
  const { body } = await admin.get(`/v1/customers/${customerId}`);
  const { outstanding, due, overdue, unapplied } = body;
  return { outstanding, open: due + overdue, unapplied };
};

const KINDS = [
  { path: "/v1/payments", plural: "payments", day: "paidAt", settles: true },
  { path: "/v1/credit_notes", plural: "creditNotes", day: "issuedAt", settles: true },
  { path: "/v1/refunds", plural: "refunds", day: "issuedAt", settles: false },
];

describe.each(KINDS)("$path", ({ path, plural, day, settles }) => {
  const fields = (more: Record<string, unknown> = {}) => ({
    customerId,
    amount: 4_000,
    currency: "EUR",
    [day]: "2026-02-07",
    ...more,
  });

  test("lower outstanding by their whole amount, unapplied or not", async () => {
    const { id: invoiceId } = await invoice();
    const made = await admin.make(path, fields({ allocations: [{ invoiceId, amount: 3_000 }] }));
    expect(made).toMatchObject({
      customerId,
      [day]: "2026-02-07",
      allocated: 3_000,
      unapplied: 1_000,
      allocations: [{ invoiceId, amount: 3_000 }],
    });
    expect(await balances()).toEqual({ outstanding: 6_000, open: 7_000, unapplied: 1_000 });
  });

  test(`${settles ? "settle" : "never settle"} the invoice that they cover in full`, async () => {
    const { id: invoiceId } = await invoice();
    await admin.make(path, fields({ amount: 10_000, allocations: [{ invoiceId, amount: 10_000 }] }));
    const { body } = await admin.get(`/v1/invoices/${invoiceId}`);
    expect(body).toMatchObject({
      open: 0,
      state: settles ? "paid" : "open",
      settledAt: settles ? "2026-02-07" : null,
    });
    const customer = await admin.get(`/v1/customers/${customerId}`);
    expect(customer.body).toMatchObject({ outstanding: 0, averagePaymentDelay: settles ? 7 : null });
  });

  test("are found by either id, listed by customer and deleted, which opens the invoice again", async () => {
    const { id: invoiceId } = await invoice();
    const externalId = `X-${count}`;
    const { id } = await admin.make(path, fields({ externalId, allocations: [{ invoiceId, amount: 4_000 }] }));
    expect((await admin.get(`${path}/external:${externalId}`)).body).toMatchObject({ id, externalId });
    expect((await admin.get(`${path}?customerId=${customerId}`)).body).toMatchObject({ total: 1, [plural]: [{ id }] });
    expect((await admin.send("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await admin.get(`${path}/${id}`)).status).toBe(404);
    expect(await balances()).toEqual({ outstanding: 10_000, open: 10_000, unapplied: 0 });
  });

  test("are updated by a POST with a known externalId and by PATCH", async () => {
    const externalId = `Y-${count}`;
    await admin.make(path, fields({ externalId }));
    const again = await admin.post(path, { externalId, customerId, amount: 5_000 });
    expect(again).toMatchObject({ status: 200, body: { amount: 5_000, [day]: "2026-02-07" } });
    const patched = await admin.patch(`${path}/external:${externalId}`, { amount: 6_000 });
    expect(patched).toMatchObject({ status: 200, body: { amount: 6_000 } });
    expect(await balances()).toEqual({ outstanding: -6_000, open: 0, unapplied: 6_000 });
  });

  test("are refused with the path of each mistake", async () => {
    const { id: invoiceId } = await invoice();
    const cases: [Record<string, unknown>, string, string?][] = [
      [{ amount: undefined }, "amount"],
      [{ [day]: undefined }, day],
      [{ [day]: "2026-02-30" }, day],
      [{ amount: 0 }, "amount"],
      [{ currency: "USD" }, "currency", "currency_mismatch"],
      [{ allocations: [{ invoiceId, amount: 4_001 }] }, "allocations"],
      [{ amount: 20_000, allocations: [{ invoiceId, amount: 10_001 }] }, "allocations.0.amount"],
      [{ customerId: "external:nobody" }, "customerId"],
    ];
    for (const [more, at, code] of cases) {
      const { status, body } = await admin.post(path, fields(more));
      expect(status, at).toBe(422);
      expect(body.errors, at).toMatchObject([{ path: at }]);
      if (code !== undefined) expect(body.code).toBe(code);
    }
    expect(await balances()).toEqual({ outstanding: 10_000, open: 10_000, unapplied: 0 });
  });

  test("come in bulk, with a result per item and one change for the customer", async () => {
    const { version } = (await admin.get(`/v1/customers/${customerId}`)).body;
    const items = [fields({ externalId: `B-${count}` }), fields({ amount: -1 }), fields({ externalId: `B-${count}` })];
    const { body } = await admin.post(`/v1/bulk/${path.slice("/v1/".length)}`, { items });
    expect(body.results).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 422, errors: [{ path: "amount" }] },
      { index: 2, status: 200 },
    ]);
    expect(await balances()).toEqual({ outstanding: -4_000, open: 0, unapplied: 4_000 });
    expect((await admin.get(`/v1/customers/${customerId}`)).body.version).toBe(version + 1);
  });
});

test("the same external id names a payment, a credit note and a refund apart", async () => {
  const base = { customerId, amount: 100, externalId: "same" };
  await admin.make("/v1/payments", { ...base, paidAt: "2026-01-01" });
  const note = await admin.post("/v1/credit_notes", { ...base, issuedAt: "2026-01-01" });
  const refund = await admin.post("/v1/refunds", { ...base, issuedAt: "2026-01-01" });
  expect([note.status, refund.status]).toEqual([201, 201]);
  expect(await balances()).toEqual({ outstanding: -300, open: 0, unapplied: 300 });
});

test("a credit note and a payment settle an invoice together, on the later day", async () => {
  const { id: invoiceId } = await invoice();
  await admin.make("/v1/credit_notes", {
    ...{ customerId, amount: 4_000, issuedAt: "2026-03-01" },
    allocations: [{ invoiceId, amount: 4_000 }],
  });
  await admin.make("/v1/payments", {
    ...{ customerId, amount: 6_000, paidAt: "2026-02-01" },
    allocations: [{ invoiceId, amount: 6_000 }],
  });
  const { body } = await admin.get(`/v1/customers/${customerId}/invoices`);
  expect(body.invoices).toMatchObject([{ state: "paid", settledAt: "2026-03-01", open: 0 }]);
});

test("overdue amounts are told by their age, for one customer and in lists", async () => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const ages = [-5, 0, 1, 30, 31, 60, 61, 90, 91, 400];
  const items = ages.map((age, index) => ({
    ...{ customerId, issuedAt: "2020-01-01", dueAt: day(age), amount: 10 ** Math.min(index, 6) },
  }));
  await admin.make("/v1/bulk/invoices", { items });
  await invoice({ dueAt: day(40), state: "void" });
  await invoice({ dueAt: day(40), state: "draft" });
  const expected = { "1-30": 1_100, "31-60": 110_000, "61-90": 2_000_000, "90+": 2_000_000 };
  const one = (await admin.get(`/v1/customers/${customerId}`)).body;
  expect(one).toMatchObject({ aging: expected, overdue: 4_111_100, overdueDays: 400 });
  const listed = (await admin.get("/v1/customers?sort=-overdue&limit=1")).body.customers[0];
  expect(listed.aging).toEqual(expected);
  const other = await admin.make("/v1/customers", { name: "No debt" });
  expect(other.aging).toEqual({ "1-30": 0, "31-60": 0, "61-90": 0, "90+": 0 });
});
