import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  const member = async (email: string) => {
    const user = await admin.make("/v1/users", { email, name: email, position: "financeUser" });
    return admin.withKey({ userId: user.id });
  };
  [ann, bob] = [await member("ann@acme.test"), await member("bob@acme.test")];
  await admin.make("/v1/custom_fields", { key: "plan", type: "SELECT", options: ["Basic", "Premium"] });
  const items = [
    { name: "Alpha", country: "US", creditLimit: 100, customFields: { plan: "Basic" } },
    { name: "Beta", country: "US", creditLimit: 300 },
    { name: "Gamma", country: "FR", creditLimit: 200 },
  ];
  await admin.make("/v1/bulk/customers", { items });
});
afterAll(() => api.close());

const US = { field: "country", op: "is", values: ["US"] };
const names = async (client: Client, query: string) => {
  const { status, body } = await client.get(`/v1/customers?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.customers.map((found: { name: string }) => found.name);
};

test("a view keeps name, columns, order and filters, and the customer list takes it", async () => {
  const fields = {
    name: "Large",
    columns: ["name", "outstanding", "customFields.plan", "aging"],
    order: "-creditLimit",
    filters: [US],
  };
  const made = await ann.make("/v1/views", fields);
  const me = (await ann.get("/v1/users/ann@acme.test")).body;
  expect(made).toMatchObject({ ...fields, shared: false, ownerId: me.id });
  expect(await names(ann, `view=${made.id}`)).toEqual(["Beta", "Alpha"]);
  expect(await names(ann, `view=${made.id}&sort=name`)).toEqual(["Alpha", "Beta"]);
  const more = encodeURIComponent(JSON.stringify([{ field: "creditLimit", op: "between", min: 200 }]));
  expect(await names(ann, `view=${made.id}&filter=${more}`)).toEqual(["Beta"]);
  expect(await names(ann, `view=${made.id}&name=alp`)).toEqual(["Alpha"]);
  const changed = await ann.patch(`/v1/views/${made.id}`, { filters: [], order: null });
  expect(changed.body).toMatchObject({ name: "Large", columns: fields.columns, order: null, filters: [] });
  expect(await names(ann, `view=${made.id}`)).toEqual(["Alpha", "Beta", "Gamma"]);
});

test("others see only shared views, and only the owner or an admin changes them", async () => {
  const own = await ann.make("/v1/views", { name: "Mine" });
  const shared = await ann.make("/v1/views", { name: "Ours", shared: true });
  const listed = (await bob.get("/v1/views")).body.views.map((view: { id: string }) => view.id);
  expect(listed).toContain(shared.id);
  expect(listed).not.toContain(own.id);
  expect((await bob.get(`/v1/views/${own.id}`)).status).toBe(404);
  expect((await bob.patch(`/v1/views/${own.id}`, { name: "x" })).status).toBe(404);
  expect((await admin.get(`/v1/views/${own.id}`)).status).toBe(404);
  expect((await bob.get(`/v1/customers?view=${own.id}`)).body.errors).toMatchObject([{ path: "view" }]);
  expect(await names(bob, `view=${shared.id}`)).toHaveLength(3);
  expect((await bob.patch(`/v1/views/${shared.id}`, { name: "x" })).status).toBe(403);
  expect((await bob.send("DELETE", `/v1/views/${shared.id}`)).status).toBe(403);
  expect((await admin.patch(`/v1/views/${shared.id}`, { name: "Renamed" })).body.name).toBe("Renamed");
  expect((await ann.send("DELETE", `/v1/views/${own.id}`)).status).toBe(204);
});

test("keys that stand for no user share what they own", async () => {
  const view = await admin.make("/v1/views", { name: "Integration" });
  const another = await admin.withKey({ scope: "read" });
  expect(view.ownerId).toBeNull();
  expect((await another.get(`/v1/views/${view.id}`)).status).toBe(200);
  expect((await ann.get(`/v1/views/${view.id}`)).status).toBe(404);
});

test("an account manager sees their own customers through a shared view and saves none", async () => {
  const user = await admin.make("/v1/users", { email: "am@acme.test", name: "A", position: "accountManager" });
  const manager = await admin.withKey({ userId: user.id });
  await admin.make("/v1/customers", { name: "Owned", country: "US", userIds: [user.id] });
  const view = await ann.make("/v1/views", { name: "US", filters: [US], shared: true });
  expect(await names(manager, `view=${view.id}`)).toEqual(["Owned"]);
  expect((await manager.post("/v1/views", { name: "No" })).status).toBe(403);
});

test.each([
  [{}, "name"],
  [{ name: "V", order: "-shoeSize" }, "order"],
  [{ name: "V", columns: ["name", "shoeSize"] }, "columns.1"],
  [{ name: "V", columns: ["customFields.none"] }, "columns.0"],
  [{ name: "V", columns: ["name", "name"] }, "columns.1"],
  [{ name: "V", filters: [{ field: "country", op: "is", values: [] }] }, "filters.0.values"],
  [{ name: "V", filters: [{ field: "country", op: "changed" }] }, "filters.0.op"],
  [{ name: "V", filters: [{ field: "workflow", op: "is", values: ["external:none"] }] }, "filters.0.values.0"],
])("%j is refused at %s", async (body, path) => {
  const answer = await ann.post("/v1/views", body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ path }]);
});

test("things in filters are named by id once saved, and a view that names what is gone says so", async () => {
  const workflow = await admin.make("/v1/workflows", { name: "W", externalId: "w" });
  const filters = [{ field: "workflow", op: "is", values: ["external:w"] }];
  const view = await ann.make("/v1/views", { name: "W", filters });
  expect(view.filters[0].values).toEqual([workflow.id]);
  expect((await admin.send("DELETE", `/v1/workflows/${workflow.id}`)).status).toBe(204);
  const answer = await ann.get(`/v1/customers?view=${view.id}`);
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "view.filters.0.values.0" }] } });
});

test("a user who shares a view cannot be deleted before it is, and takes the private ones along", async () => {
  const user = await admin.make("/v1/users", { email: "cat@acme.test", name: "Cat" });
  const cat = await admin.withKey({ userId: user.id });
  const shared = await cat.make("/v1/views", { name: "Cat's", shared: true });
  await cat.make("/v1/views", { name: "Private" });
  const { apiKeys } = (await admin.get("/v1/api_keys?limit=500")).body;
  const key = apiKeys.find((one: { userId: string }) => one.userId === user.id);
  expect((await admin.send("DELETE", `/v1/api_keys/${key.id}`)).status).toBe(204);
  const refused = await admin.send("DELETE", `/v1/users/${user.id}`);
  expect(refused).toMatchObject({ status: 409, body: { message: expect.stringContaining(`"Cat's"`) } });
  await admin.send("DELETE", `/v1/views/${shared.id}`);
  expect((await admin.send("DELETE", `/v1/users/${user.id}`)).status).toBe(204);
});
