import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let customerId: string;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  customerId = (await admin.make("/v1/customers", { externalId: "C-1", name: "Globex" })).id;
});
afterAll(() => api.close());

const contact = (fields: Record<string, unknown> = {}) =>
  admin.make("/v1/contacts", { customerId: "external:C-1", name: "Hank", ...fields });

test("a contact answers what was sent, under both lists and by either id", async () => {
  const fields = { externalId: "K-1", name: "Hank", email: "hank@globex.test", position: "CFO" };
  const made = await contact(fields);
  expect(made).toMatchObject({ ...fields, customerId, main: false, emailStatus: "ok" });
  expect((await admin.get("/v1/contacts/external:K-1")).body).toEqual(made);
  for (const path of ["/v1/contacts", "/v1/contacts?customerId=external:C-1", `/v1/customers/${customerId}/contacts`]) {
    expect((await admin.get(path)).body.contacts, path).toContainEqual(made);
  }
});

test("a POST with a known externalId updates, PATCH and PUT change the given fields, DELETE removes", async () => {
  const { id } = await contact({ externalId: "K-2", position: "CEO" });
  const again = await admin.post("/v1/contacts", { externalId: "K-2", emailStatus: "bounced" });
  expect(again).toMatchObject({ status: 200, body: { id, name: "Hank", position: "CEO", emailStatus: "bounced" } });
  for (const method of ["PATCH", "PUT"]) {
    const answer = await admin.send(method, `/v1/contacts/${id}`, { body: { name: method } });
    expect(answer).toMatchObject({ status: 200, body: { name: method, position: "CEO" } });
  }
  expect((await admin.send("DELETE", `/v1/contacts/${id}`)).status).toBe(204);
  expect((await admin.get(`/v1/contacts/${id}`)).status).toBe(404);
});

describe("the main contact", () => {
  const mains = async () => {
    const { body } = await admin.get(`/v1/customers/${customerId}/contacts`);
    return body.contacts.filter((one: { main: boolean }) => one.main).map((one: { id: string }) => one.id);
  };

  test("is at most one: naming another moves the flag, by POST and by PATCH", async () => {
    const first = await contact({ main: true });
    const second = await contact({ main: true });
    expect(await mains()).toEqual([second.id]);
    await admin.patch(`/v1/contacts/${first.id}`, { main: true });
    expect(await mains()).toEqual([first.id]);
    await admin.patch(`/v1/contacts/${first.id}`, { main: false });
    expect(await mains()).toEqual([]);
  });

  test("stays one when many are named at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => contact({ main: true })));
    expect(answers).toHaveLength(8);
    expect(await mains()).toHaveLength(1);
  });
});

test("the same external id posted by many at once makes one contact", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      admin.post("/v1/contacts", { externalId: "race", customerId: "external:C-1", name: "R" }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
});

test.each([
  [{ name: "X" }, "customerId"],
  [{ customerId: "external:C-1" }, "name"],
  [{ customerId: "external:nobody", name: "X" }, "customerId"],
  [{ customerId: "external:C-1", name: "X", email: "x" }, "email"],
  [{ customerId: "external:C-1", name: "X", emailStatus: "lost" }, "emailStatus"],
  [{ customerId: "external:C-1", name: "X", hat: 1 }, "hat"],
])("%j is refused at %s", async (body, path) => {
  const answer = await admin.post("/v1/contacts", body);
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
});

test("a contact stays with its customer, and an externalId with its contact", async () => {
  const other = await admin.make("/v1/customers", { name: "Other" });
  const { id } = await contact({ externalId: "K-3" });
  const moved = await admin.patch(`/v1/contacts/${id}`, { customerId: other.id });
  expect(moved).toMatchObject({ status: 422, body: { errors: [{ path: "customerId" }] } });
  const taken = await admin.patch(`/v1/contacts/${(await contact()).id}`, { externalId: "K-3" });
  expect(taken).toMatchObject({ status: 409, body: { message: "Another contact has this externalId." } });
});

test("contacts are no facts: writing one raises no change", async () => {
  const before = (await admin.get("/v1/customers/external:C-1")).body.version;
  await contact({ main: true });
  expect((await admin.get("/v1/customers/external:C-1")).body.version).toBe(before);
});

test("an account manager reads contacts of assigned customers only and writes none; a finance user writes", async () => {
  const user = await admin.make("/v1/users", { email: "am@acme.test", name: "A", position: "accountManager" });
  const manager = await admin.withKey({ userId: user.id });
  const own = await admin.make("/v1/customers", { name: "Own", userIds: [user.id] });
  const mine = await contact({ customerId: own.id });
  const hidden = await contact();
  expect((await manager.get("/v1/contacts")).body).toMatchObject({ total: 1, contacts: [{ id: mine.id }] });
  expect((await manager.get(`/v1/contacts/${mine.id}`)).status).toBe(200);
  expect((await manager.get(`/v1/contacts/${hidden.id}`)).status).toBe(404);
  expect((await manager.get(`/v1/customers/${customerId}/contacts`)).status).toBe(404);
  expect((await manager.patch(`/v1/contacts/${mine.id}`, { name: "No" })).status).toBe(403);
  const finance = await admin.make("/v1/users", { email: "fu@acme.test", name: "F", position: "financeUser" });
  const clerk = await admin.withKey({ userId: finance.id });
  expect((await clerk.patch(`/v1/contacts/${hidden.id}`, { name: "Yes" })).status).toBe(200);
});

test("contacts of an excluded customer stay readable and can no longer be written", async () => {
  const gone = await admin.make("/v1/customers", { name: "Gone" });
  const { id } = await contact({ customerId: gone.id });
  await api.database.sql`update customers set excluded_at = now() where id = ${gone.id}`;
  expect((await admin.get(`/v1/contacts/${id}`)).status).toBe(200);
  const refused = [
    await admin.patch(`/v1/contacts/${id}`, { name: "X" }),
    await admin.send("DELETE", `/v1/contacts/${id}`),
    await admin.post("/v1/contacts", { customerId: gone.id, name: "X" }),
  ];
  for (const answer of refused) expect(answer).toMatchObject({ status: 409, body: { code: "customer_excluded" } });
});
