import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadRuleset } from "../../db/rulesets.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let ann: { id: string };
let agency: { id: string };
let hook: { id: string };

beforeAll(async () => {
  api = await createTestApi({ ALLOW_PRIVATE_WEBHOOKS: true });
});
beforeEach(async () => {
  admin = await api.organization();
  ann = await admin.make("/v1/users", { email: "ann@acme.test", name: "Ann" });
  agency = await admin.make("/v1/workflows", { name: "Agency", externalId: "agency" });
  hook = await admin.make("/v1/channels", { name: "Ops", kind: "webhook", url: "http://127.0.0.1:9/x", secret: "s" });
  await admin.make("/v1/custom_fields", { key: "segment", type: "TEXT" });
});
afterAll(() => api.close());

const big = () => ({
  name: "Big balance",
  trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500000 },
  filters: [{ field: "customFields.segment", op: "contains", value: "B2B" }],
  actions: [{ type: "assignWorkflow", workflowId: "external:agency" }],
});
const create = async (fields: object = {}) => await admin.make("/v1/rules", { ...big(), ...fields });
const activate = (id: string, body: object = {}) => admin.post(`/v1/rules/${id}/activate`, body);

/** The names in force, in order. */
async function inForce(): Promise<string[]> {
  const { sql } = api.database;
  const [row] = await sql<{ number: number }[]>`
    select ruleset_number as number from organizations where id = ${admin.organizationId}`;
  const entries = await loadRuleset(sql, admin.organizationId, row!.number);
  return entries.map(({ name, version }) => `${name} v${version}`);
}

test("a new rule is a draft at the end of the list, with everything named by id", async () => {
  const first = await create();
  const second = await create({
    name: "Owners",
    filters: [
      { field: "users", op: "is", values: ["ANN@acme.test"] },
      { field: "workflow", op: "isNot", values: ["external:agency"] },
    ],
    actions: [{ type: "assignUsers", userIds: ["ann@acme.test"] }],
    note: "For the new year",
  });
  expect(first).toMatchObject({ status: "draft", version: 1, position: 1, actions: [{ workflowId: agency.id }] });
  expect(second).toMatchObject({
    position: 2,
    note: "For the new year",
    filters: [{ values: [ann.id] }, { values: [agency.id] }],
    actions: [{ userIds: [ann.id], mode: "replace" }],
  });
  expect(second).not.toHaveProperty("definition");
  expect(await inForce()).toEqual([]);
});

test("every save is a version with author and note, and a given field changes alone", async () => {
  const { id } = await create();
  const { body } = await admin.patch(`/v1/rules/${id}`, { name: "Bigger", note: "Renamed" });
  expect(body).toMatchObject({ version: 2, name: "Bigger", note: "Renamed", filters: big().filters });
  const { versions, total } = (await admin.get(`/v1/rules/${id}/versions`)).body;
  expect(total).toBe(2);
  expect(versions).toMatchObject([
    { version: 1, name: "Big balance", note: null },
    { version: 2, name: "Bigger", note: "Renamed" },
  ]);
  expect(versions[1].author.keyId).toBeTruthy();
});

test("the version is the ETag, and a stale one is 412", async () => {
  const { id } = await create();
  expect((await admin.get(`/v1/rules/${id}`)).headers.get("etag")).toBe('"1"');
  const fresh = await admin.patch(`/v1/rules/${id}`, { name: "A" }, { "If-Match": '"1"' });
  expect(fresh.headers.get("etag")).toBe('"2"');
  const stale = await admin.patch(`/v1/rules/${id}`, { name: "B" }, { "If-Match": '"1"' });
  expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
});

test("mistakes of an edit are told with their place, and save nothing", async () => {
  const { id } = await create();
  const answer = await admin.patch(`/v1/rules/${id}`, {
    filters: [{ field: "country", op: "is", values: [] }],
    hat: 1,
  });
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: { path: string }) => error.path).sort()).toEqual(["filters.0.values", "hat"]);
  expect((await admin.get(`/v1/rules/${id}`)).body.version).toBe(1);
});

describe("the rules in force", () => {
  test("follow activation, edits of active rules, order, deactivation and deletion; drafts never count", async () => {
    const [one, two, three] = [
      await create({ name: "one" }),
      await create({ name: "two" }),
      await create({ name: "three" }),
    ];
    await activate(one.id);
    await activate(two.id);
    expect(await inForce()).toEqual(["one v1", "two v1"]);
    await admin.patch(`/v1/rules/${three.id}`, { name: "three, still a draft" });
    await admin.patch(`/v1/rules/${one.id}`, { name: "uno" });
    expect(await inForce()).toEqual(["uno v2", "two v1"]);
    const ruleIds = [three.id, two.id, one.id];
    const ordered = await admin.send("PUT", "/v1/rules/order", { body: { ruleIds } });
    expect(ordered.body.rules.map((rule: { id: string }) => rule.id)).toEqual(ruleIds);
    expect(await inForce()).toEqual(["two v1", "uno v2"]);
    await admin.post(`/v1/rules/${two.id}/deactivate`);
    expect(await inForce()).toEqual(["uno v2"]);
    await admin.send("DELETE", `/v1/rules/${one.id}`);
    expect(await inForce()).toEqual([]);
    const { rules } = (await admin.get("/v1/rules")).body;
    expect(rules.map((rule: { position: number }) => rule.position)).toEqual([1, 2]);
  });

  test("a repeated move does no harm and makes no new ruleset", async () => {
    const { id } = await create();
    await activate(id);
    const [before] = await api.database.sql`select count(*) as count from rulesets`;
    expect((await activate(id)).body.status).toBe("active");
    await admin.post(`/v1/rules/${id}/deactivate`);
    expect((await admin.post(`/v1/rules/${id}/deactivate`)).body.status).toBe("inactive");
    const [after] = await api.database.sql`select count(*) as count from rulesets`;
    expect(after!.count).toBe(before!.count + 1);
    expect((await activate(id)).body.status).toBe("active");
  });

  test("a change carries the number of the ruleset that stood when it was written", async () => {
    const { id } = await create();
    const first = await admin.make("/v1/customers", { name: "Before" });
    await activate(id);
    const second = await admin.make("/v1/customers", { name: "After" });
    const number = async (customerId: string) =>
      (await admin.get(`/v1/changes?customerId=${customerId}`)).body.changes[0].rulesetNumber;
    expect(await number(second.id)).toBe((await number(first.id)) + 1);
  });
});

test("a draft cannot be deactivated, and a deleted rule is gone but for its versions", async () => {
  const { id } = await create();
  expect((await admin.post(`/v1/rules/${id}/deactivate`)).status).toBe(409);
  expect((await admin.send("DELETE", `/v1/rules/${id}`)).status).toBe(204);
  expect((await admin.get(`/v1/rules/${id}`)).status).toBe(404);
  expect((await activate(id)).status).toBe(404);
  expect((await admin.get(`/v1/rules/${id}/versions`)).body.total).toBe(1);
});

test("a duplicate is a draft of its own at the end", async () => {
  const { id } = await create();
  await activate(id);
  const { status, body } = await admin.post(`/v1/rules/${id}/duplicate`);
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: "Copy of Big balance", status: "draft", version: 1, position: 2 });
  expect(body.id).not.toBe(id);
});

describe("an order", () => {
  test("must name each rule once", async () => {
    const [one, two] = [await create(), await create()];
    const stranger = await (await api.organization()).make("/v1/rules", {
      ...big(),
      filters: [],
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    const send = async (ruleIds: string[]) => {
      const answer = await admin.send("PUT", "/v1/rules/order", { body: { ruleIds } });
      return answer.status === 200 ? [] : answer.body.errors.map((error: { path: string }) => error.path);
    };
    expect(await send([one.id])).toEqual(["ruleIds"]);
    expect(await send([one.id, one.id, two.id])).toEqual(["ruleIds.1"]);
    expect(await send([one.id, two.id, stranger.id])).toEqual(["ruleIds.2"]);
    expect(await send([two.id, one.id])).toEqual([]);
  });
});

describe("applying a rule to the customers that are there", () => {
  test.each(["thisRule", "allActiveRules"])(
    "%s: the answer names the backfill, and its workflow is woken",
    async (applyToExisting) => {
      const { id } = await create({ actions: [message(hook.id)] });
      const { status, body } = await activate(id, { applyToExisting });
      expect([status, body.status]).toEqual([200, "active"]);
      expect(api.wakes.at(-1)).toMatchObject({ backfills: [body.backfillId] });
      const backfill = await admin.get(`/v1/backfills/${body.backfillId}`);
      expect(backfill.body).toMatchObject({ status: "counting", notifications: false, dryRun: false });
      expect(backfill.body.ruleIds).toContain(id);
    },
  );

  test("none: there is no backfill", async () => {
    const { id } = await create({ actions: [message(hook.id)] });
    expect((await activate(id, { applyToExisting: "none" })).body).not.toHaveProperty("backfillId");
  });
});

function message(channelId: string) {
  return {
    type: "sendNotification",
    channelId,
    to: [{ assignedUsers: true }],
    subject: "Hi",
    body: "{{ customer.name }}",
  };
}

describe("what a rule uses", () => {
  test.each([
    ["a workflow", () => `/v1/workflows/${agency.id}`],
    ["a user", () => `/v1/users/${ann.id}`],
    ["a channel", () => `/v1/channels/${hook.id}`],
    ["a custom field", () => "/v1/custom_fields/segment"],
  ])("cannot be deleted while the rule lives: %s", async (_, path) => {
    const actions = [
      { type: "assignWorkflow", workflowId: agency.id },
      { type: "assignUsers", userIds: [ann.id] },
      message(hook.id),
    ];
    const { id } = await create({ actions });
    const refused = await admin.send("DELETE", path());
    expect(refused).toMatchObject({ status: 409, body: { code: "in_use" } });
    expect(refused.body.message).toContain("Big balance");
    await admin.send("DELETE", `/v1/rules/${id}`);
    expect((await admin.send("DELETE", path())).status).toBe(204);
  });

  test("a custom field stays while a version that was in force reads it, though the rule has changed or is deleted", async () => {
    const { id } = await create();
    await activate(id);
    const edit = { filters: [{ field: "city", op: "is", values: ["Oslo"] }] };
    expect((await admin.patch(`/v1/rules/${id}`, edit)).status).toBe(200);
    const refused = await admin.send("DELETE", "/v1/custom_fields/segment");
    expect(refused).toMatchObject({ status: 409, body: { code: "in_use" } });
    expect(refused.body.message).toContain('version 1 of the rule "Big balance"');
    await admin.send("DELETE", `/v1/rules/${id}`);
    expect((await admin.patch("/v1/custom_fields/segment", { type: "NUMBER" })).status).toBe(409);
    const still = await admin.send("DELETE", "/v1/custom_fields/segment");
    expect(still.body.message).toContain('version 1 of the deleted rule "Big balance"');
  });

  test("a custom field that only a draft's former version read can go", async () => {
    const { id } = await create();
    await admin.patch(`/v1/rules/${id}`, { filters: [] });
    expect((await admin.send("DELETE", "/v1/custom_fields/segment")).status).toBe(204);
  });

  test("a custom field keeps its type, also where only a template reads it", async () => {
    const body = "{{ customer.customFields.segment }}";
    await create({ filters: [], actions: [{ ...message(hook.id), body }] });
    const answer = await admin.patch("/v1/custom_fields/segment", { type: "NUMBER" });
    expect(answer).toMatchObject({ status: 409, body: { code: "in_use" } });
    expect((await admin.patch("/v1/custom_fields/segment", { label: "Segment" })).status).toBe(200);
  });
});

test("saves and moves that race leave one order without gaps and one ruleset a move", async () => {
  const made = await Promise.all(Array.from({ length: 8 }, (_, index) => create({ name: `r${index}` })));
  await Promise.all(made.map(({ id }) => activate(id)));
  const { rules } = (await admin.get("/v1/rules")).body;
  expect(rules.map((rule: { position: number }) => rule.position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const numbers = await api.database.sql<{ number: number }[]>`
    select number from rulesets where organization_id = ${admin.organizationId} order by number`;
  expect(numbers.map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await inForce()).toHaveLength(8);
});
