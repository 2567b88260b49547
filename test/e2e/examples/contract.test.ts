import { beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, ApiClient, type Credentials } from "../../helpers/apiClient.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";
import { useStack } from "./scene.ts";

/**
 * The contract as integrators have it: each request as it is written there, on one organization and in this order, and of each
 * answer every field that it names.
 */
const { stack } = useStack();
let organization: ApiOrganization;
/** What was made, by a short name. */
const ids: Record<string, string> = {};
const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const text = expect.stringMatching(/./);

/** Sends a request and expects this status and at least these fields; answers the body. */
async function answers(method: string, path: string, body: unknown, status: number, fields: object) {
  const answer: ApiAnswer = await organization.api.send(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.body).toMatchObject(fields);
  // biome-ignore lint/suspicious/noExplicitAny: the body was matched just now
  return answer.body as any;
}
const make = async (name: string, path: string, body: object, fields: object = {}) => {
  const made = await answers("POST", path, body, 201, { id, ...fields });
  ids[name] = made.id;
  return made;
};

beforeAll(async () => {
  organization = await stack().organization();
});

describe("organizations, keys and what rules name", () => {
  it("POST /admin/organizations makes an organization with its first key", async () => {
    const owner = { email: "o@acme.test", name: "O" };
    const body = { name: "Acme", timeZone: "Europe/Paris", currency: "EUR", owner };
    const { status, body: made } = await stack().root.send("POST", "/admin/organizations", body);
    expect(status).toBe(201);
    expect(made).toMatchObject({ id, name: "Acme" });
    expect(made).toMatchObject({ apiKey: { id, key: text, secret: text, scope: "admin", source: "api" } });
  });

  it("POST of keys, users, workflows, payment methods, custom fields and channels", async () => {
    const secretOnce = { key: text, secret: text };
    await make("crm", "/v1/api_keys", { name: "CRM", scope: "write", source: "salesforce" }, secretOnce);
    const ann = { email: "ann@acme.test", name: "Ann", role: "member", position: "accountManager" };
    await make("ann", "/v1/users", ann);
    await make("agency", "/v1/workflows", { name: "Collection agency" }, { name: "Collection agency" });
    await make("card", "/v1/payment_methods", { name: "Card", kind: "card" });
    const plan = { key: "plan", label: "Plan", type: "SELECT", options: ["Basic", "Premium"] };
    await make("plan", "/v1/custom_fields", plan);
    for (const key of ["segment", "csm_email"]) {
      await make(key, "/v1/custom_fields", { key, label: key, type: "TEXT" });
    }
    const ops = { name: "Ops", kind: "webhook", url: "http://127.0.0.1:9/x", secret: "shared" };
    await make("ops", "/v1/channels", ops);
    const key = await make("annsKey", "/v1/api_keys", { name: "Ann's", userId: ids.ann }, { userId: ids.ann });
    const { status } = await new ApiClient(stack().apiUrl, key as Credentials).send("GET", "/v1/rules");
    expect(status).toBe(200);
  });
});

describe("customers and money", () => {
  it("POST /v1/customers answers balances, assignments and what was overruled", async () => {
    const fields = { customFields: { plan: "Basic", segment: "B2B", csm_email: "ann@acme.test" } };
    const body = { externalId: "C-1", name: "Globex", country: "US", currency: "EUR", creditLimit: 500000, ...fields };
    await make("globex", "/v1/customers", body, {
      ...body,
      ...{ outstanding: 0, due: 0, overdue: 0, unapplied: 0, overdueDays: null },
      ...{ averagePaymentDelay: null, rating: null, balance: 0, workflowId: null, dunningPlanId: null },
      ...{ accountManagerId: null, assignedUsers: [], paymentMethods: [], excludedAt: null, version: 1, overruled: [] },
      assignments: { workflow: null, users: null, paymentMethods: null },
    });
  });

  it("PATCH by external id sets slots, and the answer says who set them", async () => {
    const slots = { workflowId: ids.agency, userIds: [ids.ann], paymentMethodIds: [ids.card] };
    const owner = { source: "api", at: instant };
    const patch = { ...slots, customFields: { plan: "Premium" } };
    await answers("PATCH", "/v1/customers/external:C-1", patch, 200, {
      ...{ id: ids.globex, version: 2, workflowId: ids.agency, dunningPlanId: ids.agency, accountManagerId: ids.ann },
      assignedUsers: [{ id: ids.ann, email: "ann@acme.test", name: "Ann" }],
      paymentMethods: [{ id: ids.card, name: "Card" }],
      assignments: { workflow: owner, users: owner, paymentMethods: owner },
    });
  });

  it("POST release gives a slot back", async () => {
    const released = { id: ids.globex, workflowId: ids.agency, assignments: { workflow: null } };
    const slots = { slots: ["workflow", "users"] };
    await answers("POST", "/v1/customers/external:C-1/release", slots, 200, released);
    await organization.settled();
  });

  it("POST of an invoice, a payment, a credit note and a refund", async () => {
    const customerId = "external:C-1";
    const invoice = { externalId: "I-1", customerId, number: "I-1", issuedAt: "2026-01-01", dueAt: "2026-01-31" };
    await make("invoice", "/v1/invoices", { ...invoice, amount: 14000, currency: "EUR", state: "open" });
    const allocations = [{ invoiceId: "external:I-1", amount: 14000 }];
    const payment = {
      externalId: "P-1",
      customerId,
      amount: 14000,
      currency: "EUR",
      paidAt: "2026-02-07",
      allocations,
    };
    await make("payment", "/v1/payments", payment);
    const issued = { customerId, amount: 500, currency: "EUR", issuedAt: "2026-02-08", allocations: [] };
    await make("creditNote", "/v1/credit_notes", { ...issued, externalId: "N-1" });
    await make("refund", "/v1/refunds", { ...issued, externalId: "R-1" });
    const balance = { outstanding: -1000, unapplied: 1000, averagePaymentDelay: 7, rating: "A" };
    await answers("GET", "/v1/customers/external:C-1", undefined, 200, balance);
    await organization.settled();
  });

  it("POST /v1/bulk/customers has a result for each item, in order", async () => {
    const items = [{ externalId: "C-2", name: "Initech" }, { externalId: "C-3" }];
    const errors = [{ path: "name", message: text }];
    await answers("POST", "/v1/bulk/customers", { items }, 200, {
      results: [
        { index: 0, status: 201, id },
        { index: 1, status: 422, errors },
      ],
    });
    await organization.settled();
  });
});

describe("rules", () => {
  const to = () => [{ userId: ids.ann }, { customField: "csm_email" }, { assignedUsers: true }];
  const bigBalance = () => ({
    name: "Big balance",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500000 },
    filters: [
      { field: "country", op: "is", values: ["US", "CA"] },
      { field: "customFields.segment", op: "contains", value: "B2B" },
      { field: "overdue", op: "between", min: 100000 },
      {
        anyOf: [
          { field: "rating", op: "isEmpty" },
          { field: "rating", op: "is", values: ["A"] },
        ],
      },
    ],
    actions: [
      { type: "assignWorkflow", workflowId: null },
      { type: "assignUsers", userIds: [], customFields: ["csm_email"], mode: "replace" },
      {
        ...{ type: "sendNotification", channelId: ids.ops, to: to() },
        subject: "{{ customer.name }} owes {{ customer.outstanding | money }}",
        body: "was {{ before.outstanding | money }}",
      },
    ],
  });
  const OTHER_TRIGGERS = [
    { trigger: { type: "customerCreated" } },
    { trigger: { type: "customerCreatedOrUpdated" } },
    { trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "C" } },
    { trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 } },
    { trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } } },
    {
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500000, resetAt: 400000, forDays: 7 },
      exitActions: [{ type: "assignWorkflow", workflowId: null }],
    },
  ];

  it("POST /v1/rules saves a draft, and activation makes it active", async () => {
    const draft = { status: "draft", version: 1, position: 1 };
    await make("rule", "/v1/rules", bigBalance(), draft);
    const activation = { applyToExisting: "none" };
    await answers("POST", `/v1/rules/${ids.rule}/activate`, activation, 200, { id: ids.rule, status: "active" });
  });

  it.each(OTHER_TRIGGERS.map((rule) => [JSON.stringify(rule.trigger), rule]))(
    "take the trigger %s",
    async (_, rule) => {
      const actions = [
        { type: "assignPaymentMethods", paymentMethodIds: [ids.card], mode: "add" },
        { type: "wait", days: 3 },
        { type: "excludeCustomer" },
      ];
      const saved = await answers("POST", "/v1/rules", { name: "Other", ...rule, actions }, 201, {
        status: "draft",
        ...rule,
      });
      const changed = [{ field: "country", op: "changed", from: ["FR"], to: ["US"] }];
      const takesChanged = rule.trigger.type === "customerCreatedOrUpdated";
      const edited = await organization.api.send("PATCH", `/v1/rules/${saved.id}`, { filters: changed });
      expect(edited.status).toBe(takesChanged ? 200 : 422);
      await organization.api.delete(`/v1/rules/${saved.id}`);
    },
  );

  it("PUT /v1/rules/order puts all of them in order", async () => {
    const other = { name: "Other", trigger: { type: "customerCreated" }, actions: [{ type: "excludeCustomer" }] };
    await make("second", "/v1/rules", other, { position: 2 });
    const ruleIds = [ids.second, ids.rule];
    await answers("PUT", "/v1/rules/order", { ruleIds }, 200, { rules: ruleIds.map((ruleId) => ({ id: ruleId })) });
  });

  it("a mistake is problem details with its path", async () => {
    const body = { ...bigBalance(), trigger: { type: "outstandingThreshold", direction: "exceeds", value: "much" } };
    await answers("POST", "/v1/rules", body, 422, {
      ...{ type: text, title: text, status: 422, code: "invalid", message: text, requestId: id },
      errors: [{ path: "trigger.value", message: text }],
    });
  });

  it("POST /v1/rules/preview counts whom it matches, with a sample and conflicts", async () => {
    const filters = [{ field: "name", op: "is", values: ["Globex"] }];
    const rule = {
      name: "All",
      trigger: { type: "customerCreated" },
      filters,
      actions: [{ type: "assignUsers", userIds: [] }],
    };
    await answers("POST", "/v1/rules/preview", { rule }, 200, {
      ...{ matching: 1, conflicts: [] },
      sample: [{ customerId: ids.globex, name: "Globex", changes: [{ slot: "users", from: [ids.ann], to: [] }] }],
    });
  });
});

describe("what came of a change", () => {
  let changeId: string;
  it("GET /v1/changes lists a customer's changes with facts before and after", async () => {
    const invoice = { customerId: "external:C-1", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 600000 };
    await make("large", "/v1/invoices", { ...invoice, externalId: "I-2" });
    await eventually(
      async () =>
        (await organization.api.get<{ workflowId: unknown }>("/v1/customers/external:C-1")).workflowId === null,
      {
        message: "the rule's effect",
      },
    );
    const { changes } = await answers("GET", "/v1/changes?customerId=external:C-1", undefined, 200, {
      offset: 0,
      limit: 50,
    });
    expect(changes.map(({ version }: { version: number }) => version)).toEqual(
      changes.map((_: unknown, place: number) => place + 1),
    );
    const written = {
      id,
      seq: expect.any(Number),
      customerId: ids.globex,
      source: "api",
      at: instant,
      evaluatedAt: instant,
    };
    expect(changes[0]).toMatchObject({ ...written, kind: "created", version: 1, before: null, cause: [] });
    const [change, effect] = changes.slice(-2);
    const facts = { before: { outstanding: -1000 }, after: { outstanding: 599000 } };
    expect(change).toMatchObject({ ...written, kind: "updated", ...facts, cause: [] });
    expect(effect).toMatchObject({ source: "rule", cause: [{ ruleId: ids.rule, changeId: change.id }] });
    changeId = change.id;
  });

  it("GET /v1/changes/{id}/explain tells each rule's verdict, trigger and conditions", async () => {
    const { rules } = await answers("GET", `/v1/changes/${changeId}/explain`, undefined, 200, {
      change: { id: changeId },
    });
    const condition = { field: "country", op: "is", expected: ["US", "CA"], actual: "US", holds: true };
    expect(rules.find(({ ruleId }: { ruleId: string }) => ruleId === ids.rule)).toMatchObject({
      ...{ name: "Big balance", version: 1, matched: true, reason: "matched", runId: id },
      ...{ trigger: { fired: true, before: -1000, after: 599000 }, conditions: [condition, {}, {}, {}] },
    });
  });

  it("GET /v1/runs tells what a rule did, action by action, and who carried it out", async () => {
    const one = { ruleId: ids.rule, ruleVersion: 1, customerId: ids.globex, changeId, createdAt: instant };
    const { runs } = await answers("GET", `/v1/runs?ruleId=${ids.rule}`, undefined, 200, { runs: [one] });
    expect(runs[0]).toMatchObject({ id, status: text, temporalWorkflowId: text, temporalRunId: text });
    expect(runs[0]).toHaveProperty("finishedAt");
    const [workflow, users, message] = runs[0].actions;
    expect(workflow).toMatchObject({ type: "assignWorkflow", status: "applied", before: ids.agency, after: null });
    expect(users).toMatchObject({ type: "assignUsers", status: "unchanged", before: [ids.ann], after: [ids.ann] });
    expect(message).toMatchObject({ type: "sendNotification" });
  });

  it("GET tracking asks the tracker for the previous values that it holds", async () => {
    const values = { outstanding: 599000, averagePaymentDelay: 7, rating: "A", version: expect.any(Number) };
    const temporalWorkflowId = `tracker:${organization.id}:0`;
    await answers("GET", "/v1/customers/external:C-1/tracking", undefined, 200, { ...values, temporalWorkflowId });
  });
});

describe("POST /v1/backfills", () => {
  it("of some rules or of all active ones is taken at once and tells its progress", async () => {
    const progress = { changed: 0, unchanged: 0, failed: 0, perSecond: null, secondsLeft: null };
    const some = { ruleIds: [ids.rule], filter: [{ field: "country", op: "is", values: ["US"] }], dryRun: false };
    const body = { ...some, notifications: false, confirmIrreversible: false };
    const made = await answers("POST", "/v1/backfills", body, 202, { id, status: "counting", progress });
    await eventually(
      async () => (await organization.api.get<{ status: string }>(`/v1/backfills/${made.id}`)).status === "completed",
      {
        message: "the end of the backfill",
      },
    );
    await answers("GET", `/v1/backfills/${made.id}`, undefined, 200, { progress: { total: 1, done: 1, skipped: {} } });
    await answers("POST", "/v1/backfills", { allActiveRules: true }, 202, { id });
  });
});
