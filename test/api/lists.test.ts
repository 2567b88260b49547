import { afterAll, beforeAll, expect, test } from "vitest";
import { documentedRoutes } from "./support/documented.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

/** Every list of the API by its address, and the name that its rows go by. */
const LISTS: readonly [path: string, plural: string][] = [
  ["/v1/users", "users"],
  ["/v1/workflows", "workflows"],
  ["/v1/dunning_plans", "dunningPlans"],
  ["/v1/payment_methods", "paymentMethods"],
  ["/v1/custom_fields", "customFields"],
  ["/v1/channels", "channels"],
  ["/v1/api_keys", "apiKeys"],
  ["/v1/views", "views"],
  ["/v1/customers", "customers"],
  ["/v1/customers/external:C-1/invoices", "invoices"],
  ["/v1/customers/external:C-1/contacts", "contacts"],
  ["/v1/customers/external:C-1/timeline", "timeline"],
  ["/v1/customers/external:C-1/evaluations", "evaluations"],
  ["/v1/customers/external:C-1/runs", "runs"],
  ["/v1/invoices", "invoices"],
  ["/v1/payments", "payments"],
  ["/v1/credit_notes", "creditNotes"],
  ["/v1/refunds", "refunds"],
  ["/v1/contacts", "contacts"],
  ["/v1/jobs", "jobs"],
  ["/v1/rules", "rules"],
  ["/v1/rules/{rule}/versions", "versions"],
  ["/v1/changes", "changes"],
  ["/v1/runs", "runs"],
  ["/v1/backfills", "backfills"],
  ["/v1/notifications", "notifications"],
];
/** Results of one job or backfill: they are written once, so there is nothing to ask for since a time. */
const RESULTS = ["/v1/jobs/{id}", "/v1/backfills/{id}/results"];

let api: TestApi;
let admin: Client;
let ruleId: string;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  const workflow = await admin.make("/v1/workflows", { name: "Agency" });
  const channel = await admin.make("/v1/channels", { name: "Inbox", kind: "inApp" });
  await admin.make("/v1/payment_methods", { name: "Card", kind: "card" });
  await admin.make("/v1/custom_fields", { key: "plan", type: "TEXT" });
  await admin.make("/v1/views", { name: "All" });
  await admin.make("/v1/customers", { externalId: "C-1", name: "Globex", workflowId: workflow.id });
  const document = { customerId: "external:C-1", amount: 100 };
  await admin.make("/v1/invoices", { ...document, issuedAt: "2026-01-01", dueAt: "2026-01-31" });
  await admin.make("/v1/payments", { ...document, paidAt: "2026-01-01" });
  await admin.make("/v1/credit_notes", { ...document, issuedAt: "2026-01-01" });
  await admin.make("/v1/refunds", { ...document, issuedAt: "2026-01-01" });
  await admin.make("/v1/contacts", { customerId: "external:C-1", name: "Hank" });
  const trigger = { type: "customerCreated" };
  const to = [{ userId: "o@acme.test" }];
  const actions = [{ type: "sendNotification", channelId: channel.id, to, subject: "s", body: "b" }];
  ruleId = (await admin.make("/v1/rules", { name: "Tell", trigger, actions })).id;
  await admin.make("/v1/backfills", { ruleIds: [ruleId], dryRun: true });
  const ids = ["external:C-1"];
  await admin.make("/v1/customers/actions", { ids, actions: [{ type: "setCustomFields", customFields: {} }] });
  await judge();
});
afterAll(() => api.close());

/** What the tracker would leave: the first change evaluated, with a run and its message. */
async function judge(): Promise<void> {
  const { sql } = api.database;
  await sql`
    with change as (select * from changes where organization_id = ${admin.organizationId} and version = 1),
    evaluated as (
      insert into evaluations (change_id, organization_id, customer_id, outcome)
      select id, organization_id, customer_id, 'evaluated' from change
    ), run as (
      insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, kind, status, actions)
      select gen_random_uuid(), organization_id, ${ruleId}, 1, customer_id, id, root_id, 'change', 'applied', '[]' from change
      returning *
    )
    insert into notifications (id, organization_id, run_id, action_index, channel_id, kind, customer_id, recipient, subject, body)
    select gen_random_uuid(), r.organization_id, r.id, 0, c.id, 'inApp', r.customer_id, '{}', 's', 'b'
    from run r join channels c on c.organization_id = r.organization_id`;
}

test("the table names every list that is documented, and only results take no updatedSince", () => {
  const lists = documentedRoutes(api.app).flatMap(({ method, path, request }) => {
    const query = request?.query !== undefined && "shape" in request.query ? request.query.shape : {};
    return method === "get" && "limit" in query ? [{ path, since: "updatedSince" in query }] : [];
  });
  const named = LISTS.map(([path]) => path.replace(/external:C-1|\{rule\}/, "{id}"));
  expect(lists.map(({ path }) => path).sort()).toEqual([...named, ...RESULTS].sort());
  expect(lists.flatMap(({ path, since }) => (since ? [] : [path])).sort()).toEqual([...RESULTS].sort());
});

test.each(LISTS)("%s answers offset, limit, total and %s, by page and since a time", async (list, plural) => {
  const path = list.replace("{rule}", ruleId);
  const ask = async (query: string) => (await admin.get(`${path}?${query}`)).body;
  const { total, ...all } = await ask("");
  expect(all).toMatchObject({ offset: 0, limit: 50 });
  expect(all[plural].length).toBe(total);
  expect(total).toBeGreaterThan(0);
  expect(await ask("limit=1&updatedSince=2000-01-01")).toMatchObject({ limit: 1, total, [plural]: [all[plural][0]] });
  expect(await ask(`offset=${total}`)).toEqual({ offset: total, limit: 50, total, [plural]: [] });
  expect(await ask("updatedSince=2999-01-01T00:00:00Z")).toMatchObject({ total: 0, [plural]: [] });
  const refused = { status: 422, errors: [{ path: "limit" }, { path: "unknown" }] };
  expect(await ask("limit=501&unknown=1")).toMatchObject(refused);
});

test("what happens to a thing after it was made brings it back into the list since then", async () => {
  const { sql } = api.database;
  const since = async (path: string) => (await admin.get(`${path}?updatedSince=2998-01-01`)).body.total;
  const later = "2998-06-01";
  for (const column of ["finished_at", "paused_at", "retried_at", "undone_at"]) {
    expect(await since("/v1/runs"), column).toBe(0);
    await sql`update rule_runs set ${sql(column)} = ${later}`;
    expect(await since("/v1/runs"), column).toBe(1);
    await sql`update rule_runs set ${sql(column)} = null`;
  }
  for (const column of ["sent_at", "read_at"]) {
    expect(await since("/v1/notifications"), column).toBe(0);
    await sql`update notifications set ${sql(column)} = ${later}`;
    expect(await since("/v1/notifications"), column).toBe(1);
    await sql`update notifications set ${sql(column)} = null`;
  }
  const second = await admin.make("/v1/rules", {
    name: "Second",
    trigger: { type: "customerCreated" },
    actions: [{ type: "assignWorkflow", workflowId: null }],
  });
  await sql`update rules set updated_at = '2020-01-01'`;
  const ruleIds = [second.id, ruleId];
  await admin.send("PUT", "/v1/rules/order", { body: { ruleIds } });
  expect((await admin.get("/v1/rules?updatedSince=2021-01-01")).body.total).toBe(2);
});
