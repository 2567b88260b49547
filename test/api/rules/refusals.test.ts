import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AGENCY, ANN, BOB, CARD, customFields, FRIENDLY, MAIL, SLACK, WEBHOOK, WIRE } from "../../rules/fixtures.ts";
import {
  actionMistakes,
  filters,
  notify,
  outstanding,
  shapes,
  sound,
  triggers,
  withActions,
  withFilters,
} from "../../rules/refusals.ts";
import { type Client, createTestApi, type TestApi } from "../support/testApi.ts";

let api: TestApi;
let admin: Client;
/** What the fixtures' ids stand for in this organization. */
const ids = new Map<string, string>();

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  const made = async (id: string, path: string, body: object) => ids.set(id, (await admin.make(path, body)).id);
  for (const [id, name] of Object.entries({ [ANN]: "ann", [BOB]: "bob" })) {
    await made(id, "/v1/users", { name, email: `${name}@acme.test` });
  }
  for (const id of [AGENCY, FRIENDLY]) await made(id, "/v1/workflows", { name: id });
  for (const id of [CARD, WIRE]) await made(id, "/v1/payment_methods", { name: id, kind: "card" });
  const url = "https://example.com/hook";
  await made(WEBHOOK, "/v1/channels", { name: "Ops", kind: "webhook", url, secret: "s" });
  await made(SLACK, "/v1/channels", { name: "Chat", kind: "slack", url });
  await made(MAIL, "/v1/channels", { name: "Mail", kind: "email" });
  for (const { key, label, type, options } of customFields.values()) {
    await admin.make("/v1/custom_fields", { key, label, type, ...(type === "SELECT" ? { options } : {}) });
  }
});
afterAll(() => api.close());

const here = (body: unknown) =>
  JSON.parse(JSON.stringify(body, (_, value) => (typeof value === "string" ? (ids.get(value) ?? value) : value)));
const rulesSaved = async () => (await admin.get("/v1/rules?limit=1")).body.total;

/** Bodies that no JSON text stands for, or whose text is refused before it is read. */
const NOT_JSON = new Set(["nothing", "a name with NUL"]);

describe.each([
  ["shape", shapes],
  ["filters", filters],
  ["trigger", triggers],
  ["actions", actionMistakes],
])("a rule is refused for its %s", (_part, refusals) => {
  test.each(refusals.filter(([name]) => !NOT_JSON.has(name)))("%s: 422 with the path", async (_name, input, path) => {
    const before = await rulesSaved();
    const answer = await admin.post("/v1/rules", here(input));
    expect(answer.status, answer.text).toBe(422);
    expect(answer.body.errors.map((mistake: { path: string }) => mistake.path)).toEqual([path]);
    expect(await rulesSaved()).toBe(before);
  });
});

test("a second value for TEXT is refused with its path", async () => {
  for (const [more, path] of [
    [{ values: ["B2B", "B2C"] }, "filters.0.values"],
    [{ value: ["B2B", "B2C"] }, "filters.0.value"],
  ] as const) {
    const answer = await admin.post(
      "/v1/rules",
      withFilters({ field: "customFields.segment", op: "contains", ...more }),
    );
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((mistake: { path: string }) => mistake.path)).toContain(path);
  }
});

const CHANGED = [{ field: "country", op: "changed" }];
const listed = encodeURIComponent(JSON.stringify(CHANGED));

test.each<[string, string, string, unknown, string]>([
  ["a list", "GET", `/v1/customers?filter=${listed}`, undefined, "filter.0.op"],
  ["an export", "GET", `/v1/exports/customers?filter=${listed}`, undefined, "filter.0.op"],
  ["a saved view", "POST", "/v1/views", { name: "V", filters: CHANGED }, "filters.0.op"],
  [
    "a bulk selection",
    "POST",
    "/v1/customers/actions",
    { filter: CHANGED, actions: [{ type: "assignWorkflow", workflowId: null }] },
    "filter.0.op",
  ],
  ["a backfill", "POST", "/v1/backfills", { allActiveRules: true, filter: CHANGED }, "filter.0.op"],
])("changed is refused in the filter of %s", async (_, method, path, body, told) => {
  const { id } = await admin.make("/v1/rules", here(sound));
  await admin.make(`/v1/rules/${id}/activate`, {});
  const answer = await admin.send(method, path, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBe(422);
  expect(answer.body.errors.map((mistake: { path: string }) => mistake.path)).toEqual([told]);
});

const isNamed = { field: "name", op: "isNotEmpty" };

test.each<[string, object]>([
  ["a hundred conditions", withFilters(...Array(100).fill(isNamed))],
  ["a hundred alternatives", withFilters({ anyOf: Array(100).fill(isNamed) })],
  ["five actions", withActions(...Array(4).fill(notify), { type: "excludeCustomer" })],
  [
    "one action for each slot",
    withActions(
      { type: "assignWorkflow", workflowId: null },
      { type: "assignUsers", userIds: [] },
      { type: "assignPaymentMethods", paymentMethodIds: [WIRE], mode: "remove" },
      { type: "excludeCustomer" },
      notify,
    ),
  ],
  [
    "a threshold that resets, after days, with exit actions",
    {
      ...sound,
      trigger: { ...outstanding, resetAt: 400, forDays: 7 },
      exitActions: [{ type: "assignWorkflow", workflowId: null }],
    },
  ],
  [
    "a template over the facts before and after",
    withActions({
      ...notify,
      subject: "{{ customer.name }} owes {{ customer.outstanding | money }}",
      body: "was {{ before.outstanding | money }}, {{ customer.customFields.segment }}",
    }),
  ],
])("a rule with %s is saved as it is sent", async (_, input) => {
  const saved = await admin.make("/v1/rules", here(input));
  expect((await admin.get(`/v1/rules/${saved.id}`)).body).toMatchObject(here(input));
});

test("two rules may have the same name", async () => {
  const one = await admin.make("/v1/rules", here(sound));
  const other = await admin.make("/v1/rules", here(sound));
  expect(other).toMatchObject({ name: one.name, position: one.position + 1 });
});
