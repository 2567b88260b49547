import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "../support/testApi.ts";
import { EFFECTS } from "./cases.ts";
import { fingerprint } from "./fingerprint.ts";

let api: TestApi;
let admin: Client;
let ids: Record<string, string>;

beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

beforeEach(async () => {
  admin = await api.organization();
  ids = {};
  for (const person of ["ann", "bob"]) {
    ids[person] = (await admin.make("/v1/users", { email: `${person}@acme.test`, name: person })).id;
  }
  for (const name of ["agency", "friendly"]) {
    ids[name] = (await admin.make("/v1/workflows", { name, externalId: name })).id;
  }
  ids.inApp = (await admin.make("/v1/channels", { name: "Ops", kind: "inApp" })).id;
  ids.mail = (await admin.make("/v1/channels", { name: "Mail", kind: "email" })).id;
  for (const key of ["csm_email", "cfo_email"]) await admin.make("/v1/custom_fields", { key, type: "TEXT" });
});

const preview = (body: object) => admin.post("/v1/rules/preview", body);
const toAgency = { type: "assignWorkflow", workflowId: "external:agency" };
const rule = (fields: object = {}) => ({
  name: "Previewed",
  trigger: { type: "customerCreatedOrUpdated" },
  actions: [toAgency],
  ...fields,
});

async function owing(externalId: string, outstanding: number, fields: object = {}) {
  await admin.make("/v1/customers", { externalId, name: externalId, country: "US", ...fields });
  if (outstanding === 0) return;
  const customerId = `external:${externalId}`;
  await admin.make("/v1/invoices", { customerId, issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: outstanding });
}

async function active(fields: object): Promise<string> {
  const { id } = await admin.make("/v1/rules", rule(fields));
  const answer = await admin.post(`/v1/rules/${id}/activate`, { confirmIrreversible: true });
  expect(answer.status).toBe(200);
  return id;
}

/** Channels have no other name than their id. */
const withChannel = (given: object) => JSON.parse(JSON.stringify(given).replaceAll('"Mail"', `"${ids.mail}"`));

/** Ids in answers as the words of a case. */
function inWords(value: unknown): unknown {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return JSON.parse(JSON.stringify(value), (_, one) => (typeof one === "string" ? (names.get(one) ?? one) : one));
}

describe("what a rule would do", () => {
  test.each(EFFECTS)("$name", async ({ rule: given, others = [], customers, answer }) => {
    for (const { externalId, owes = 0, ...fields } of customers) await owing(externalId, owes, fields);
    for (const [place, other] of others.entries()) ids[`rule${place}`] = await active(other);
    const found = await preview({ rule: withChannel(rule(given)) });
    expect(found.body).toMatchObject({ matching: expect.any(Number) });
    expect(inWords(found.body)).toMatchObject(answer);
  });
});

test("a rule that would be first takes what it would lose as the last", async () => {
  await owing("C-1", 0);
  ids.other = await active({ name: "Other", actions: [{ type: "assignWorkflow", workflowId: null }] });
  const last = (await preview({ rule: rule() })).body;
  expect(last).toMatchObject({ matching: 1, changed: 0, conflicts: [{ ruleId: ids.other, wins: "otherRule" }] });
  expect(last.lost).toEqual([{ slot: "workflow", to: { ruleId: ids.other, name: "Other" }, customers: 1 }]);
  const first = (await preview({ rule: rule(), position: 1 })).body;
  expect(first).toMatchObject({ changed: 1, lost: [], conflicts: [{ ruleId: ids.other, wins: "thisRule" }] });
});

test("a saved rule is looked at in its own place, with changes that are not saved too", async () => {
  await owing("C-1", 0);
  await owing("C-2", 0, { country: "FR" });
  const id = await active({ name: "First" });
  await active({ name: "Second", actions: [{ type: "assignWorkflow", workflowId: null }] });
  const saved = (await preview({ ruleId: id })).body;
  expect(saved).toMatchObject({ matching: 2, changed: 2, lost: [], conflicts: [{ name: "Second", customers: 2 }] });
  const filters = [{ field: "country", op: "is", values: ["FR"] }];
  expect((await preview({ ruleId: id, rule: { filters } })).body).toMatchObject({ matching: 1 });
  expect((await admin.get(`/v1/rules/${id}`)).body.filters).toEqual([]);
});

test("the full why of one customer: trigger, every condition with its value, and what each action would do", async () => {
  await owing("C-1", 7_000, { customFields: { csm_email: "bob@acme.test" } });
  const found = await preview({
    rule: rule({
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 5_000 },
      filters: [{ field: "country", op: "is", values: ["US", "CA"] }],
      actions: [
        toAgency,
        {
          type: "sendNotification",
          channelId: ids.inApp,
          to: [{ customField: "csm_email" }],
          subject: "{{ customer.name }}",
          body: "owes {{ customer.outstanding | money }}",
        },
      ],
    }),
    customerId: "external:C-1",
  });
  expect(inWords(found.body.customer)).toMatchObject({
    name: "C-1",
    matched: true,
    reason: "matched",
    trigger: { fired: true, after: 7_000, value: 5_000 },
    conditions: [{ field: "country", op: "is", expected: ["US", "CA"], actual: "US", holds: true }],
    changes: [{ slot: "workflow", from: null, to: "agency" }],
    actions: [
      { type: "assignWorkflow", status: "applied", from: null, to: "agency" },
      { type: "sendNotification", status: "planned", messages: [{ recipient: { userId: "bob" }, subject: "C-1" }] },
    ],
  });
  expect(found.body.notifications).toMatchObject({ messages: 1, customers: 1, sample: [{ name: "C-1" }] });
});

test.each([
  { name: "a value on the line", owes: 5_000, filters: [], reason: "trigger" },
  { name: "a filter", owes: 7_000, filters: [{ field: "country", op: "is", values: ["FR"] }], reason: "filters" },
])("why a customer is not matched: $name", async ({ owes, filters, reason }) => {
  await owing("C-1", owes);
  const trigger = { type: "outstandingThreshold", direction: "exceeds", value: 5_000 };
  const { body } = await preview({ rule: rule({ trigger, filters }), customerId: "external:C-1" });
  expect(body.customer).toMatchObject({ matched: false, reason, changes: [], actions: [] });
  expect(body.matching).toBe(0);
});

test("an excluded customer is matched by nothing, and says so", async () => {
  await owing("C-1", 0);
  await admin.make("/v1/customers/external:C-1/exclude", undefined);
  const { body } = await preview({ rule: rule(), customerId: "external:C-1" });
  expect(body).toMatchObject({ matching: 0, customer: { matched: false, reason: "excluded" } });
});

test.each([
  { name: "neither a rule nor an id", body: {}, status: 422, path: "rule" },
  {
    name: "a mistake in the rule",
    body: { rule: { name: "X", filters: [{ field: "gone", op: "isEmpty" }] } },
    status: 422,
    path: "rule.filters.0.field",
  },
  { name: "an unknown rule", body: { ruleId: "0190a000-0000-7000-8000-00000000000a" }, status: 404 },
  { name: "an unknown customer", body: { customerId: "external:none" }, status: 404 },
  { name: "an unknown field", body: { limit: 5 }, status: 422, path: "limit" },
])("refused: $name", async ({ body, status, path }) => {
  const answer = await preview("customerId" in body ? { rule: rule(), ...body } : body);
  expect(answer.status).toBe(status);
  if (path) expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
});

test("a rule of another organization is not found", async () => {
  const { id } = await admin.make("/v1/rules", rule());
  const stranger = await api.organization();
  expect((await stranger.post("/v1/rules/preview", { ruleId: id })).status).toBe(404);
});

test("previews leave no trace in any table", async () => {
  await owing("C-1", 7_000);
  await active({ name: "Other", actions: [{ type: "assignWorkflow", workflowId: null }] });
  const body = { rule: rule({ actions: [toAgency, { type: "excludeCustomer" }] }), customerId: "external:C-1" };
  await preview(body);
  const before = await fingerprint(api.database.sql);
  expect(before.size).toBeGreaterThan(20);
  expect((await preview(body)).body).toMatchObject({ matching: 1, irreversible: { excluded: 1 } });
  expect(await fingerprint(api.database.sql)).toEqual(before);
});

test("account managers and others without the right see nothing of it", async () => {
  await admin.make("/v1/users", { email: "am@acme.test", name: "AM", position: "accountManager" });
  const manager = await admin.withKey({ userId: "am@acme.test" });
  expect((await manager.post("/v1/rules/preview", { rule: rule() })).status).toBe(403);
});
