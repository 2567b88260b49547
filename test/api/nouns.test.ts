import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

interface Case {
  path: string;
  plural: string;
  body: Record<string, unknown>;
  edit: Record<string, unknown>;
}
const cases: Case[] = [
  { path: "/v1/users", plural: "users", body: { email: "ann@acme.test", name: "Ann" }, edit: { name: "Anna" } },
  { path: "/v1/workflows", plural: "workflows", body: { name: "Agency" }, edit: { name: "Legal" } },
  { path: "/v1/dunning_plans", plural: "dunningPlans", body: { name: "Agency" }, edit: { externalId: "plan-1" } },
  {
    path: "/v1/payment_methods",
    plural: "paymentMethods",
    body: { name: "Card", kind: "card" },
    edit: { kind: "sepa" },
  },
  {
    path: "/v1/custom_fields",
    plural: "customFields",
    body: { key: "plan", label: "Plan", type: "TEXT" },
    edit: { label: "P" },
  },
  { path: "/v1/channels", plural: "channels", body: { name: "App", kind: "inApp" }, edit: { name: "Inbox" } },
  { path: "/v1/api_keys", plural: "apiKeys", body: { name: "CRM", scope: "write" }, edit: { requestsPerMinute: 5 } },
];

test.each(cases)("$path: create, read, list, change and delete", async ({ path, plural, body, edit }) => {
  const made = await admin.post(path, body);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject(body);
  const one = `${path}/${made.body.id}`;
  const { secret: _, ...readable } = made.body;
  expect((await admin.get(one)).body).toEqual(readable);
  const listed = (await admin.get(`${path}?limit=500`)).body[plural];
  expect(listed).toContainEqual(readable);
  const changed = await admin.patch(one, edit);
  expect(changed.body).toMatchObject({ ...readable, ...edit, updatedAt: expect.any(String) });
  expect((await admin.send("PUT", one, { body: {} })).status).toBe(200);
  expect((await admin.send("DELETE", one)).status).toBe(204);
  expect((await admin.get(one)).status).toBe(404);
  expect((await admin.send("DELETE", one)).status).toBe(404);
});

test.each(["/v1/workflows", "/v1/payment_methods"])("%s: a known externalId updates", async (path) => {
  const first = await admin
    .make(path, { name: "One", kind: "card", externalId: "e" })
    .catch(() => admin.make(path, { name: "One", externalId: "e" }));
  const body = path.endsWith("methods")
    ? { name: "Two", kind: "sepa", externalId: "e" }
    : { name: "Two", externalId: "e" };
  const again = await admin.post(path, body);
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({ id: first.id, name: "Two" });
  expect((await admin.get(`${path}/external:e`)).body.name).toBe("Two");
});

describe("names that are taken", () => {
  test("an email in any case is 409", async () => {
    await admin.make("/v1/users", { email: "bob@acme.test", name: "Bob" });
    const again = await admin.post("/v1/users", { email: "BOB@acme.test", name: "Other" });
    expect(again).toMatchObject({ status: 409, body: { code: "taken" } });
    expect((await admin.get("/v1/users/Bob@ACME.test")).body.name).toBe("Bob");
  });

  test("a custom field's key is 409", async () => {
    await admin.make("/v1/custom_fields", { key: "tier", type: "TEXT" });
    expect((await admin.post("/v1/custom_fields", { key: "tier", type: "NUMBER" })).status).toBe(409);
  });
});

describe("custom fields", () => {
  test.each([
    [{ key: "a", type: "SELECT" }, "options"],
    [{ key: "a", type: "TEXT", options: ["x"] }, "options"],
    [{ key: "a", type: "SELECT", options: ["x", "x"] }, "options"],
    [{ key: "a b", type: "TEXT" }, "key"],
    [{ key: "a", type: "COLOR" }, "type"],
  ])("%j is refused", async (body, path) => {
    expect(await admin.post("/v1/custom_fields", body)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  test("keep their type and the options that customers hold; others may go", async () => {
    const options = ["Basic", "Premium", "Old"];
    const field = await admin.make("/v1/custom_fields", { key: "level", type: "SELECT", options });
    await admin.make("/v1/customers", { name: "Globex", customFields: { level: "Basic" } });
    const path = `/v1/custom_fields/${field.id}`;
    for (const edit of [{ type: "TEXT" }, { options: ["Premium", "Old"] }]) {
      expect(await admin.patch(path, edit)).toMatchObject({ status: 409, body: { code: "in_use" } });
    }
    expect((await admin.patch(path, { options: ["Basic", "Gold"] })).body.options).toEqual(["Basic", "Gold"]);
    expect((await admin.send("DELETE", path)).status).toBe(409);
  });
});

test("what customers hold cannot be deleted", async () => {
  const user = await admin.make("/v1/users", { email: "held@acme.test", name: "Held" });
  const workflow = await admin.make("/v1/workflows", { name: "Held" });
  const method = await admin.make("/v1/payment_methods", { name: "Held", kind: "card" });
  const { id } = await admin.make("/v1/customers", {
    ...{ name: "Holder", userIds: [user.id], workflowId: workflow.id, paymentMethodIds: [method.id] },
  });
  const paths = [`/v1/users/${user.id}`, `/v1/workflows/${workflow.id}`, `/v1/payment_methods/${method.id}`];
  for (const path of paths) {
    expect(await admin.send("DELETE", path)).toMatchObject({ status: 409, body: { code: "in_use" } });
  }
  await admin.patch(`/v1/customers/${id}`, { userIds: [], workflowId: null, paymentMethodIds: [] });
  for (const path of paths) expect((await admin.send("DELETE", path)).status, path).toBe(204);
});

test("the last owner can neither go nor step down, and a user with a key stays", async () => {
  const path = "/v1/users/o@acme.test";
  expect(await admin.patch(path, { role: "admin" })).toMatchObject({ status: 409, body: { code: "last_owner" } });
  expect(await admin.send("DELETE", path)).toMatchObject({ status: 409, body: { code: "last_owner" } });
  const other = await admin.make("/v1/users", { email: "second@acme.test", name: "Second", role: "owner" });
  expect((await admin.patch(path, { role: "admin" })).status).toBe(200);
  await admin.make("/v1/users", { email: "third@acme.test", name: "Third", role: "owner" });
  await admin.make("/v1/api_keys", { name: "Second's", userId: other.id });
  expect(await admin.send("DELETE", `/v1/users/${other.id}`)).toMatchObject({ status: 409, body: { code: "in_use" } });
});

describe("channels", () => {
  test.each([
    "http://localhost:9/x",
    "http://127.0.0.1/x",
    "http://127.1/x",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://[::1]/x",
    "http://[::ffff:127.0.0.1]/",
    "http://[fd00::1]/",
    "http://[fec0::1]/",
    "http://192.0.2.1/",
    "http://10.1.2.3/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/",
    "http://intranet/",
    "http://db.internal/",
    "http://localhost./",
    "ftp://hooks.acme.test/",
    "https://user:pw@hooks.acme.test/",
    "hooks.acme.test",
    "",
  ])("refuse the target %j", async (url) => {
    const answer = await admin.post("/v1/channels", { name: "Ops", kind: "webhook", url });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "url" }] } });
  });

  test("take public targets, keep their secret to themselves, and know what each kind needs", async () => {
    const made = await admin.post("/v1/channels", {
      name: "Ops",
      kind: "webhook",
      url: "https://8.8.8.8/x",
      secret: "shh",
    });
    expect(made.status).toBe(201);
    expect(made.text).not.toContain("shh");
    for (const [body, path] of [
      [{ kind: "webhook" }, "url"],
      [{ kind: "inApp", url: "https://acme.test/" }, "url"],
      [{ kind: "slack", url: "https://acme.test/", secret: "s" }, "secret"],
      [{ kind: "slack" }, "url"],
      [{ kind: "slack", url: "http://127.0.0.1/x" }, "url"],
      [{ kind: "email", url: "smtp://acme.test/" }, "url"],
      [{ kind: "email", messagesPerMinute: 0 }, "messagesPerMinute"],
      [{ kind: "inApp", messagesPerMinute: 5 }, "messagesPerMinute"],
    ] as const) {
      const answer = await admin.post("/v1/channels", { name: "X", ...body });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    }
    const moved = await admin.patch(`/v1/channels/${made.body.id}`, { url: "http://10.0.0.1/" });
    expect(moved.status).toBe(422);
  });

  test("show their address to admins only: whoever knows that of a Slack webhook may write there", async () => {
    const { id } = await admin.make("/v1/channels", { name: "S", kind: "slack", url: "https://8.8.8.8/hook" });
    const reader = await admin.withKey({ name: "BI", scope: "read" });
    expect((await admin.get(`/v1/channels/${id}`)).body.url).toBe("https://8.8.8.8/hook");
    expect((await reader.get(`/v1/channels/${id}`)).body).toMatchObject({ id, kind: "slack", url: null });
    expect((await reader.get("/v1/channels")).text).not.toContain("8.8.8.8");
  });

  test("send as fast as they go unless told, Slack's one a second", async () => {
    const slack = { name: "S", kind: "slack", url: "https://8.8.8.8/x" };
    for (const [body, messagesPerMinute] of [
      [{ name: "M", kind: "email" }, null],
      [{ name: "M", kind: "email", messagesPerMinute: 100 }, 100],
      [slack, 60],
      [{ ...slack, messagesPerMinute: null }, null],
    ] as const) {
      const made = await admin.make("/v1/channels", body);
      expect(made.messagesPerMinute, JSON.stringify(body)).toBe(messagesPerMinute);
      const changed = await admin.patch(`/v1/channels/${made.id}`, { messagesPerMinute: 7 });
      expect(changed.body).toMatchObject({ messagesPerMinute: 7, name: body.name });
    }
  });

  test("reach private targets where the installation allows it", async () => {
    const open = await createTestApi({ ALLOW_PRIVATE_WEBHOOKS: true });
    try {
      const client = await open.organization();
      const answer = await client.post("/v1/channels", { name: "Ops", kind: "webhook", url: "http://127.0.0.1:9/x" });
      expect(answer.status).toBe(201);
    } finally {
      await open.close();
    }
  });
});

describe("the organization", () => {
  test("changes the given settings and keeps the others", async () => {
    const edit = { delayMode: "paidAndOverdue", timeZone: "Asia/Tokyo", limits: { backfillApprovalAbove: 5 } };
    const { body } = await admin.patch("/v1/organization", edit);
    expect(body).toMatchObject({ ...edit, name: "Acme", currency: "EUR", rulesStopped: false });
    for (const wrong of [{ timeZone: "Mars/Base" }, { timeZone: "+05:00" }, { currency: "eur" }, { delayMode: "x" }]) {
      expect((await admin.patch("/v1/organization", wrong)).status).toBe(422);
    }
  });

  test("stops and starts its rules; starting wakes every shard", async () => {
    await api.database.sql`update organizations set shards = 3 where id = ${admin.organizationId}`;
    const wakes = api.wakes.length;
    expect((await admin.post("/v1/organization/stop_rules")).body.rulesStopped).toBe(true);
    expect(api.wakes).toHaveLength(wakes);
    expect((await admin.post("/v1/organization/start_rules")).body.rulesStopped).toBe(false);
    expect(api.wakes.at(-1)).toMatchObject({ organizationId: admin.organizationId, shards: [0, 1, 2] });
  });
});
