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
