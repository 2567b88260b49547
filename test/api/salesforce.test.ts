import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

const PATH = "/v1/integrations/salesforce/account_owners";

let api: TestApi;
let admin: Client;
let salesforce: Client;
let ann: string;
let bob: string;
let count = 0;
let accountId: string;

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  salesforce = await admin.withKey({ scope: "write", source: "salesforce" });
  ann = (await admin.make("/v1/users", { email: "Ann@acme.test", name: "Ann" })).id;
  bob = (await admin.make("/v1/users", { email: "bob@acme.test", name: "Bob" })).id;
});
afterAll(() => api.close());

beforeEach(async () => {
  accountId = `001-${++count}`;
  await admin.make("/v1/customers", { externalId: accountId, name: "Account" });
});

const send = async (items: unknown[]) => {
  const { status, body } = await salesforce.post(PATH, { items });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.results;
};
const usersOf = async (id = accountId) => {
  const { body } = await admin.get(`/v1/customers/external:${id}`);
  return body.assignedUsers.map((user: { id: string }) => user.id);
};

test("owners become the customer's users in their order, whatever the case of their emails, by source salesforce", async () => {
  expect(await send([{ accountId, owners: ["BOB@acme.test", "ann@ACME.test"] }])).toMatchObject([
    { index: 0, accountId, status: 200 },
  ]);
  expect(await usersOf()).toEqual([bob, ann]);
  const { body } = await admin.get(`/v1/customers/external:${accountId}`);
  expect(body.assignments.users).toMatchObject({ source: "salesforce" });
});

test("unknown accounts and emails are told per item, and the known owners of an item are still set", async () => {
  const results = await send([
    { accountId: "nobody", owners: ["ann@acme.test"] },
    { accountId, owners: ["who@acme.test", "ann@acme.test", ann] },
    { accountId: 7, owners: [] },
  ]);
  expect(results).toMatchObject([
    { index: 0, accountId: "nobody", status: 404, code: "not_found" },
    { index: 1, accountId, status: 200, errors: [{ path: "owners.0" }, { path: "owners.2" }] },
    { index: 2, status: 422, errors: [{ path: "accountId" }] },
  ]);
  expect(await usersOf()).toEqual([ann]);
});

test("where no owner is a user the standing ones stay, and an empty list leaves nobody assigned", async () => {
  await send([{ accountId, owners: ["ann@acme.test"] }]);
  const [refused] = await send([{ accountId, owners: ["who@acme.test"] }]);
  expect(refused).toMatchObject({ status: 422, code: "unknown_owners", errors: [{ path: "owners.0" }] });
  expect(await usersOf()).toEqual([ann]);
  await send([{ accountId, owners: [] }]);
  expect(await usersOf()).toEqual([]);
});

test("the same account twice is applied in order and raises one change", async () => {
  await send([
    { accountId, owners: ["ann@acme.test"] },
    { accountId, owners: ["bob@acme.test"] },
  ]);
  expect(await usersOf()).toEqual([bob]);
  expect((await admin.get(`/v1/customers/external:${accountId}`)).body.version).toBe(2);
});

test("what salesforce set stays against the api until it is released", async () => {
  await send([{ accountId, owners: ["ann@acme.test"] }]);
  const kept = await admin.patch(`/v1/customers/external:${accountId}`, { userIds: [bob] });
  expect(kept.body.overruled).toMatchObject([{ slot: "users", kept: [ann], by: { source: "salesforce" } }]);
  await salesforce.post(`/v1/customers/external:${accountId}/release`, { slots: ["users"] });
  await admin.patch(`/v1/customers/external:${accountId}`, { userIds: [bob] });
  expect(await usersOf()).toEqual([bob]);
});

test("an excluded customer is refused alone", async () => {
  const other = await admin.make("/v1/customers", { externalId: `x-${count}`, name: "Excluded" });
  await api.database.sql`update customers set excluded_at = now() where id = ${other.id}`;
  const results = await send([
    { accountId: `x-${count}`, owners: ["ann@acme.test"] },
    { accountId, owners: ["ann@acme.test"] },
  ]);
  expect(results).toMatchObject([{ status: 409, code: "customer_excluded" }, { status: 200 }]);
});

test("thousands of accounts are set by one request, each with one change", async () => {
  const items = Array.from({ length: 3_000 }, (_, index) => ({ externalId: `big-${index}`, name: "Big" }));
  await admin.make("/v1/bulk/customers", { items });
  const results = await send(items.map(({ externalId }) => ({ accountId: externalId, owners: ["ann@acme.test"] })));
  expect(results.filter((result: { status: number }) => result.status === 200)).toHaveLength(3_000);
  const [row] = await api.database.sql<{ changes: number }[]>`
    select count(*) as changes from changes where source = 'salesforce' and after -> 'users' @> ${api.database.sql.json([ann])}
      and after ->> 'externalId' like 'big-%'`;
  expect(row!.changes).toBe(3_000);
});

test("is for keys with source salesforce alone, and not when one acts for the console", async () => {
  const items = [{ accountId, owners: [] }];
  expect((await admin.post(PATH, { items })).status).toBe(403);
  const reader = await admin.withKey({ scope: "read", source: "salesforce" });
  expect((await reader.post(PATH, { items })).status).toBe(403);
  const boss = await admin.withKey({ scope: "admin", source: "salesforce" });
  expect((await boss.post(PATH, { items })).status).toBe(200);
  expect((await boss.post(PATH, { items }, { "X-Source": "manual" })).status).toBe(403);
});
