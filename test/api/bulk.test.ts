import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const statuses = (results: { status: number }[]) => results.map(({ status }) => status);

test("a bulk item may name as parent what an item before it creates", async () => {
  const client = await api.organization();
  const items = [
    { externalId: "Z", name: "Group" },
    { externalId: "A", name: "Subsidiary", parentId: "external:Z" },
    { externalId: "B", name: "Orphan", parentId: "external:C" },
    { externalId: "C", name: "Too late" },
  ];
  const { results } = await client.make("/v1/bulk/customers", { items });
  expect(statuses(results)).toEqual([201, 201, 422, 201]);
  expect(results[2].errors).toMatchObject([{ path: "parentId" }]);
  const { parentId } = (await client.get("/v1/customers/external:A")).body;
  expect(parentId).toBe(results[0].id);
});

test("circles of parents are refused at parentId, one by one and within one request", async () => {
  const client = await api.organization();
  const items = ["A", "B", "C"].map((externalId) => ({ externalId, name: externalId }));
  await client.make("/v1/bulk/customers", { items });
  expect((await client.patch("/v1/customers/external:A", { parentId: "external:B" })).status).toBe(200);
  const refused = await client.patch("/v1/customers/external:B", { parentId: "external:A" });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "parentId" }] } });
  const { results } = await client.make("/v1/bulk/customers", {
    items: [
      { externalId: "B", parentId: "external:C" },
      { externalId: "C", parentId: "external:A" },
    ],
  });
  expect(statuses(results)).toEqual([200, 422]);
});

test("items of a customer whose totals could not be kept are refused, each in its place, and the others are written", async () => {
  const client = await api.organization();
  await client.make("/v1/bulk/customers", { items: ["huge", "other"].map((name) => ({ externalId: name, name })) });
  const invoice = (customer: string, index: number, amount: number) => ({
    ...{ externalId: `${customer}-${index}`, customerId: `external:${customer}`, amount },
    ...{ issuedAt: "2026-01-01", dueAt: "2026-01-31" },
  });
  // 901 amounts of the largest kind pass 2^53 - 1, 900 do not.
  const huge = Array.from({ length: 900 }, (_, index) => invoice("huge", index, 10 ** 13));
  expect(new Set(statuses((await client.make("/v1/bulk/invoices", { items: huge })).results))).toEqual(new Set([201]));

  const items = [invoice("other", 1, 100), invoice("huge", 900, 1), invoice("huge", 901, 10 ** 13)];
  const { results } = await client.make("/v1/bulk/invoices", {
    items: [...items, invoice("other", 2, 200), { amount: 0 }],
  });
  expect(results).toMatchObject([
    { index: 0, status: 201 },
    { index: 1, status: 422, code: "total_out_of_range" },
    { index: 2, status: 422, code: "total_out_of_range" },
    { index: 3, status: 201 },
    { index: 4, status: 422, code: "invalid" },
  ]);
  expect((await client.get("/v1/customers/external:other")).body).toMatchObject({ outstanding: 300, version: 2 });
  expect((await client.get("/v1/customers/external:huge")).body).toMatchObject({ outstanding: 9e15, version: 2 });
  expect((await client.get("/v1/invoices/external:huge-900")).status).toBe(404);

  const refund = { customerId: "external:huge", issuedAt: "2026-02-01" };
  const credits = [
    { ...refund, amount: 10 ** 13 },
    { ...refund, customerId: "external:other", amount: 50 },
  ];
  expect(statuses((await client.make("/v1/bulk/refunds", { items: credits })).results)).toEqual([201, 201]);
  const alone = await client.post("/v1/invoices", invoice("huge", 902, 10 ** 13));
  expect(alone).toMatchObject({ status: 422, body: { code: "total_out_of_range" } });
});
