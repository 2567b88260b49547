import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let ann: { id: string };
let bob: { id: string };
let agency: { id: string };
let card: { id: string };

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  await admin.make("/v1/custom_fields", { key: "plan", label: "Plan", type: "SELECT", options: ["Basic", "Premium"] });
  ann = await admin.make("/v1/users", { email: "ann@acme.test", name: "Ann", position: "accountManager" });
  bob = await admin.make("/v1/users", { email: "bob@acme.test", name: "Bob" });
  agency = await admin.make("/v1/workflows", { name: "Collection agency", externalId: "agency" });
  card = await admin.make("/v1/payment_methods", { name: "Card", kind: "card", externalId: "card" });
});
afterAll(() => api.close());

const customer = async (fields: Record<string, unknown> = {}) =>
  await admin.make("/v1/customers", { name: "Globex", ...fields });

test("a new customer answers every field of the contract, and its tracker is woken after the commit", async () => {
  const body = {
    externalId: "C-1",
    name: "Globex",
    country: "US",
    currency: "EUR",
    creditLimit: 500000,
    customFields: { plan: "Basic" },
  };
  const answer = await admin.post("/v1/customers", body);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(answer.body).toMatchObject({
    ...body,
    ...{ outstanding: 0, due: 0, overdue: 0, unapplied: 0, overdueDays: null, averagePaymentDelay: null, rating: null },
    ...{ balance: 0, workflowId: null, dunningPlanId: null, accountManagerId: null, assignedUsers: [] },
    ...{ paymentMethods: [], excludedAt: null, version: 1, overruled: [] },
    assignments: { workflow: null, users: null, paymentMethods: null },
  });
  expect(api.wakes.at(-1)).toEqual({ organizationId: admin.organizationId, shards: [0] });
});

test("a POST with a known externalId updates the customer and answers 200", async () => {
  const first = await customer({ externalId: "C-2", city: "Lyon" });
  const again = await admin.post("/v1/customers", { externalId: "C-2", name: "Globex SA" });
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({ id: first.id, name: "Globex SA", city: "Lyon", version: 2 });
});

test.each(["PATCH", "PUT"])("%s changes the given fields only, by external id and by ours", async (method) => {
  const { id } = await customer({ externalId: `C-${method}`, city: "Lyon", customFields: { plan: "Basic" } });
  const byOurs = await admin.send(method, `/v1/customers/${id}`, { body: { country: "FR" } });
  expect(byOurs.body).toMatchObject({ id, country: "FR", city: "Lyon", customFields: { plan: "Basic" } });
  const byTheirs = await admin.send(method, `/v1/customers/external:C-${method}`, { body: { city: null } });
  expect(byTheirs.body).toMatchObject({ id, country: "FR", city: null });
});

test("assignments are written by any reference and answered with names and who set them", async () => {
  const { id } = await customer();
  const { body } = await admin.patch(`/v1/customers/${id}`, {
    workflowId: "external:agency",
    userIds: [bob.id, "ANN@acme.test"],
    paymentMethodIds: ["external:card"],
  });
  expect(body).toMatchObject({
    workflowId: agency.id,
    dunningPlanId: agency.id,
    accountManagerId: bob.id,
    assignedUsers: [
      { id: bob.id, email: "bob@acme.test", name: "Bob" },
      { id: ann.id, email: "ann@acme.test", name: "Ann" },
    ],
    paymentMethods: [{ id: card.id, name: "Card" }],
    assignments: { workflow: { source: "api" }, users: { source: "api" }, paymentMethods: { source: "api" } },
  });
});

describe("the names of the API that this product's users know", () => {
  test("dunningPlanId writes the workflow, and its mistakes are told under its own name", async () => {
    const made = await customer({ dunningPlanId: agency.id });
    expect(made.workflowId).toBe(agency.id);
    const wrong = await admin.patch(`/v1/customers/${made.id}`, { dunningPlanId: made.id });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toMatchObject([{ path: "dunningPlanId" }]);
  });

  test("accountManagerId replaces the first assigned user and keeps the others; null assigns nobody", async () => {
    const { id } = await customer({ userIds: [ann.id, bob.id] });
    const third = await admin.make("/v1/users", { email: "cat@acme.test", name: "Cat" });
    const replaced = await admin.patch(`/v1/customers/${id}`, { accountManagerId: "cat@acme.test" });
    expect(replaced.body.assignedUsers.map((user: { id: string }) => user.id)).toEqual([third.id, bob.id]);
    const cleared = await admin.patch(`/v1/customers/${id}`, { accountManagerId: null });
    expect(cleared.body).toMatchObject({ accountManagerId: null, assignedUsers: [] });
    const unknown = await admin.patch(`/v1/customers/${id}`, { accountManagerId: "nobody@acme.test" });
    expect(unknown.body.errors).toMatchObject([{ path: "accountManagerId" }]);
  });

  test("accountManagerId together with userIds stands before them, once", async () => {
    const both = await customer({ userIds: [ann.id, bob.id], accountManagerId: "BOB@acme.test" });
    expect(both.assignedUsers.map((user: { id: string }) => user.id)).toEqual([bob.id, ann.id]);
  });

  test("a bulk that names a customer twice applies accountManagerId to what the first item left", async () => {
    const cleo = await admin.make("/v1/users", { email: "cleo@acme.test", name: "Cleo" });
    const usersAfter = async (items: object[]) => {
      const { body } = await admin.post("/v1/bulk/customers", { items });
      expect(body.results.map((result: { status: number }) => result.status)).toEqual(
        items.map((_, n) => (n ? 200 : 201)),
      );
      const { assignedUsers } = (await admin.get(`/v1/customers/${body.results[0].id}`)).body;
      return assignedUsers.map((user: { id: string }) => user.id);
    };
    const named = (externalId: string) => ({ externalId, name: "Twice", userIds: [ann.id, bob.id] });
    expect(await usersAfter([named("T-1"), { externalId: "T-1", accountManagerId: cleo.id }])).toEqual([
      cleo.id,
      bob.id,
    ]);
    expect(await usersAfter([named("T-2"), { externalId: "T-2", accountManagerId: bob.id }])).toEqual([bob.id]);
    const cleared = [
      named("T-3"),
      { externalId: "T-3", accountManagerId: null },
      { externalId: "T-3", accountManagerId: ann.id },
    ];
    expect(await usersAfter(cleared)).toEqual([ann.id]);
  });

  test("two names that contradict each other are refused", async () => {
    const answer = await admin.post("/v1/customers", { name: "X", workflowId: agency.id, dunningPlanId: null });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "dunningPlanId" }] } });
  });
});

describe("a list of customers", () => {
  let other: Client;
  beforeAll(async () => {
    other = await api.organization({ name: "Other" });
    const items = ["Alpha GmbH", "beta gmbh", "Gamma 100%", "Delta"].map((name, index) => ({
      name,
      externalId: `L-${index}`,
      country: index < 2 ? "DE" : "FR",
      creditLimit: index * 100,
    }));
    await other.make("/v1/bulk/customers", { items });
  });

  const cases: [string, string, string[]][] = [
    ["all in a stable order", "", ["Alpha GmbH", "beta gmbh", "Gamma 100%", "Delta"]],
    ["a page", "?offset=1&limit=2", ["beta gmbh", "Gamma 100%"]],
    ["part of the name in any case", "?name=GMBH", ["Alpha GmbH", "beta gmbh"]],
    ["a name with a wildcard taken literally", "?name=0%25", ["Gamma 100%"]],
    ["a filter", filter([{ field: "country", op: "is", values: ["FR"] }]), ["Gamma 100%", "Delta"]],
    [
      "alternatives and bounds",
      filter([
        {
          anyOf: [
            { field: "country", op: "is", values: ["FR"] },
            { field: "name", op: "is", values: ["beta gmbh"] },
          ],
        },
        { field: "creditLimit", op: "between", max: 200 },
      ]),
      ["beta gmbh", "Gamma 100%"],
    ],
    ["a sort the other way round", "?sort=-creditLimit&limit=2", ["Delta", "Gamma 100%"]],
    ["what was written since a past instant", "?updatedSince=2000-01-01&limit=1", ["Alpha GmbH"]],
    ["nothing written since a coming instant", "?updatedSince=2999-01-01T00:00:00Z", []],
  ];
  test.each(cases)("gives %s", async (_, query, names) => {
    const { status, body } = await other.get(`/v1/customers${query}`);
    expect(status).toBe(200);
    expect(body.customers.map((found: { name: string }) => found.name)).toEqual(names);
  });

  test("tells offset, limit and the exact total", async () => {
    const { body } = await other.get("/v1/customers?limit=1");
    expect(body).toMatchObject({ offset: 0, limit: 1, total: 4 });
    expect(body).not.toHaveProperty("totalIsMore");
  });

  test.each([
    ["?limit=501", "limit"],
    ["?limit=0", "limit"],
    ["?limit=many", "limit"],
    ["?offset=-1", "offset"],
    ["?limit=1&limit=2", "limit"],
    ["?updatedSince=yesterday", "updatedSince"],
    ["?updatedSince=9999-01-01", "updatedSince"],
    ["?color=red", "color"],
    ["?sort=secret", "sort"],
    ["?filter=[", "filter"],
    [filter([{ field: "country", op: "is", values: [] }]), "filter.0.values"],
    [filter([{ field: "shoeSize", op: "isEmpty" }]), "filter.0.field"],
    [filter([{ field: "country", op: "changed" }]), "filter.0.op"],
  ])("refuses %s with the path %s", async (query, path) => {
    const { status, body } = await other.get(`/v1/customers${query}`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path }]);
  });
});

test("counting stops at 10,000", async () => {
  const large = await api.organization({ name: "Large" });
  const items = (from: number) =>
    Array.from({ length: 5_001 }, (_, index) => ({ name: "N", externalId: `N-${from + index}` }));
  await large.make("/v1/bulk/customers", { items: items(0) });
  expect((await large.get("/v1/customers?limit=1")).body).toMatchObject({ total: 5_001 });
  await large.make("/v1/bulk/customers", { items: items(10_000) });
  expect((await large.get("/v1/customers?limit=1")).body).toMatchObject({ total: 10_000, totalIsMore: true });
});

describe("the version of a customer", () => {
  test("is its ETag, and a write on a stale one answers 412 and changes nothing", async () => {
    const { id } = await customer();
    const fresh = await admin.patch(`/v1/customers/${id}`, { city: "Bonn" }, { "If-Match": '"1"' });
    expect(fresh.status).toBe(200);
    expect(fresh.headers.get("etag")).toBe('"2"');
    for (const stale of ['"1"', "nonsense"]) {
      const refused = await admin.patch(`/v1/customers/${id}`, { city: "Rome" }, { "If-Match": stale });
      expect(refused.status).toBe(412);
    }
    const any = await admin.patch(`/v1/customers/${id}`, { language: "de" }, { "If-Match": "*" });
    expect(any.body).toMatchObject({ city: "Bonn", language: "de" });
  });
});

describe("releasing a slot", () => {
  test("keeps the value, clears who set it and raises a change", async () => {
    const made = await customer({ workflowId: agency.id });
    const { body } = await admin.post(`/v1/customers/${made.id}/release`, { slots: ["workflow"] });
    expect(body).toMatchObject({ workflowId: agency.id, assignments: { workflow: null }, version: made.version + 1 });
  });

  test("is for the source that set it or an admin", async () => {
    const salesforce = await admin.withKey({ scope: "write", source: "salesforce" });
    const plain = await admin.withKey({ scope: "write" });
    const made = await salesforce.make("/v1/customers", { name: "Owned", userIds: [ann.id] });
    const path = `/v1/customers/${made.id}/release`;
    expect((await plain.post(path, { slots: ["users"] })).status).toBe(403);
    expect((await salesforce.post(path, { slots: ["users"] })).body.assignments.users).toBeNull();
  });
});

test("what a higher source keeps from a write is told", async () => {
  const salesforce = await admin.withKey({ scope: "write", source: "salesforce" });
  const made = await salesforce.make("/v1/customers", { name: "Owned", userIds: [ann.id] });
  const { status, body } = await admin.patch(`/v1/customers/${made.id}`, { userIds: [bob.id], city: "Oslo" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ accountManagerId: ann.id, city: "Oslo" });
  expect(body.overruled).toMatchObject([{ slot: "users", kept: [ann.id], by: { source: "salesforce" } }]);
});

test("tracking answers what the tracker holds as long as that is what Postgres recorded", async () => {
  const { id } = await customer();
  const path = `/v1/customers/${id}/tracking`;
  const temporalWorkflowId = `tracker:${admin.organizationId}:0`;
  expect((await admin.get(path)).body).toMatchObject({ version: 0, from: "database", temporalWorkflowId });
  const recorded = { outstanding: 5, averagePaymentDelay: 1.5, rating: "A", version: 7 };
  await api.database.sql`
    insert into customer_tracking (customer_id, organization_id, version, outstanding, average_payment_delay, rating)
    values (${id}, ${admin.organizationId}, 7, 5, 1.5, 'A')`;
  api.temporal.tracked = recorded;
  expect((await admin.get(path)).body).toEqual({ ...recorded, from: "workflow", temporalWorkflowId });
  // As after the restoration of a backup: the tracker still holds what came later.
  api.temporal.tracked = { ...recorded, outstanding: 900, version: 9 };
  expect((await admin.get(path)).body).toEqual({ ...recorded, from: "database", temporalWorkflowId });
  api.temporal.tracked = { ...recorded, rating: "B" };
  expect((await admin.get(path)).body).toEqual({ ...recorded, from: "database", temporalWorkflowId });
  api.temporal.tracked = null;
});

test("notes stand on the timeline with their author and whom they mention", async () => {
  const { id } = await customer();
  const path = `/v1/customers/${id}/timeline`;
  const noted = await admin.post(path, { text: " as given ", mentions: ["ann@acme.test"] });
  expect(noted.status).toBe(201);
  expect(noted.body).toMatchObject({ kind: "note", data: { text: " as given ", mentions: [ann.id] } });
  expect((await admin.get(`${path}?order=desc&limit=1`)).body.timeline).toMatchObject([{ id: noted.body.id }]);
  const wrong = await admin.post(path, { text: "", mentions: ["nobody@acme.test"] });
  expect(wrong.body.errors).toMatchObject([{ path: "text" }]);
  const unknown = await admin.post(path, { text: "x", mentions: ["nobody@acme.test"] });
  expect(unknown.body.errors).toMatchObject([{ path: "mentions.0" }]);
});

function filter(conditions: unknown): string {
  return `?filter=${encodeURIComponent(JSON.stringify(conditions))}`;
}
