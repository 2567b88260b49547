// Before any schema is made: schemas made earlier would have no `openapi`.
import "@hono/zod-openapi";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readOnly } from "../../../db/preview/previewRule.ts";
import { whatIf as whatIfOf } from "../../../db/preview/whatIf.ts";
import type { Rule } from "../../../rules/schema.ts";
import { type Client, createTestApi, type TestApi } from "../support/testApi.ts";
import { fingerprint } from "./fingerprint.ts";
import { HISTORIES } from "./histories.ts";

let api: TestApi;
let admin: Client;

beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  admin = await api.organization({ timeZone: "America/New_York" });
});
afterAll(() => api.close());

const rule = (fields: object = {}) => ({
  name: "Looked at",
  trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 },
  actions: [{ type: "assignWorkflow", workflowId: null }],
  ...fields,
});
const whatIf = (body: object) => admin.post("/v1/rules/what-if", body);

/** Writes a customer's balances one after the other and moves each change to so many days ago. */
async function history(name: string, steps: readonly (readonly [daysAgo: number, outstanding: number])[]) {
  const { id } = await admin.make("/v1/customers", { externalId: name, name });
  let balance = 0;
  for (const [place, [, outstanding]] of steps.entries()) {
    const amount = outstanding - balance;
    const document = { customerId: id, externalId: `${name}-${place}`, amount: Math.abs(amount) };
    if (amount > 0) await admin.make("/v1/invoices", { ...document, issuedAt: "2026-01-01", dueAt: "2026-01-31" });
    else await admin.make("/v1/payments", { ...document, paidAt: "2026-01-20" });
    balance = outstanding;
  }
  for (const [place, [daysAgo]] of [[steps[0]![0]] as const, ...steps].entries()) {
    await api.database.sql`
      update changes set created_at = now() - make_interval(mins => ${Math.round(daysAgo * 24 * 60)})
      where customer_id = ${id} and version = ${place + 1}`;
  }
  return id as string;
}

describe("what would have fired", () => {
  test.each(HISTORIES)("$name", async ({ steps, fields, days = 30, fired }) => {
    await history("C-1", steps);
    const { body } = await whatIf({ rule: rule(fields), days });
    const found = body.sample.map(({ trigger }: { trigger: object }) => trigger).toReversed();
    expect(found).toMatchObject(fired.map(([before, after]) => ({ before, after })));
    expect(body).toMatchObject({ fired: fired.length, customers: Math.min(fired.length, 1), truncated: false });
  });
});

test("days are those of the organization's time zone, each with its count", async () => {
  const id = await history("C-1", [[5, 900]]);
  // 03:00 in UTC is still the evening before in New York.
  await api.database.sql`
    update changes set created_at = date_trunc('day', now()) - interval '4 days' + interval '3 hours'
    where customer_id = ${id} and version = 2`;
  const [expected] = await api.database.sql<{ day: string }[]>`
    select ((date_trunc('day', now()) - interval '5 days'))::date as day`;
  const { body } = await whatIf({ rule: rule(), days: 10 });
  expect(body.perDay.filter((one: { fired: number }) => one.fired > 0)).toEqual([{ day: expected!.day, fired: 1 }]);
  expect(body.perDay.length).toBeGreaterThanOrEqual(10);
  expect(body.sample).toMatchObject([{ customerId: id, name: "C-1", trigger: { before: 0, after: 900, value: 500 } }]);
});

test("customers are counted once, and the newest firings are shown first", async () => {
  await history("C-1", [
    [9, 900],
    [8, 100],
    [7, 900],
  ]);
  await history("C-2", [[6, 900]]);
  const { body } = await whatIf({ rule: rule(), days: 30, sample: 2 });
  expect(body).toMatchObject({ fired: 3, customers: 2, sample: [{ name: "C-2" }, { name: "C-1" }] });
  expect(body.changes).toBe(6);
});

test("what came with or after a customer's exclusion is not judged", async () => {
  await history("C-1", [[9, 900]]);
  await admin.make("/v1/customers/external:C-1/exclude", undefined);
  const all = { ...rule(), trigger: { type: "customerCreatedOrUpdated" } };
  expect((await whatIf({ rule: all, days: 30 })).body).toMatchObject({ changes: 2, fired: 2 });
});

test("a rule acts once per customer and root, so one chain counts once", async () => {
  await history("C-1", [
    [9, 900],
    [8, 100],
  ]);
  const { sql } = api.database;
  await sql`
    update changes c set root_id = first.id from changes first
    where first.customer_id = c.customer_id and first.version = 1 and first.organization_id = ${admin.organizationId}`;
  const all = { ...rule(), trigger: { type: "customerCreatedOrUpdated" } };
  expect((await whatIf({ rule: all, days: 30 })).body).toMatchObject({ changes: 3, fired: 1 });
});

test("a saved rule is judged too, and other organizations' changes are not", async () => {
  const stranger = await api.organization();
  await history("C-1", [[2, 900]]);
  const { id } = await stranger.make("/v1/rules", rule());
  expect((await stranger.post("/v1/rules/what-if", { ruleId: id, days: 5 })).body).toMatchObject({
    changes: 0,
    fired: 0,
  });
  expect((await whatIf({ ruleId: id, days: 5 })).status).toBe(404);
});

test.each([
  { name: "no days", body: {}, path: "days" },
  { name: "too many days", body: { days: 91 }, path: "days" },
  { name: "no day", body: { days: 0 }, path: "days" },
  {
    name: "a mistake in the rule",
    body: { days: 3, rule: rule({ filters: [{ field: "x", op: "isEmpty" }] }) },
    path: "rule.filters.0.field",
  },
])("refused with the place: $name", async ({ body, path }) => {
  const answer = await whatIf({ rule: rule(), ...body });
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
});

test("what takes too long is cut short, and says up to when it was judged", async () => {
  const id = await history("C-1", [[2, 900]]);
  const { sql } = api.database;
  await sql`
    insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, before, after, created_at)
    select gen_random_uuid(), nextval('change_seq'), organization_id, customer_id, version + n, kind, source, ruleset_number,
           gen_random_uuid(), before, after, created_at + make_interval(secs => n)
    from changes, generate_series(1, 2500) n where customer_id = ${id} and version = 2`;
  const { organizationId } = admin;
  const judged: Rule = {
    name: "Looked at",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 },
    filters: [],
    actions: [{ type: "assignWorkflow", workflowId: null }],
  };
  const request = { organizationId, rule: judged, days: 5, sampleSize: 3 };
  const cut = await readOnly(sql, (tx) => whatIfOf(tx, { ...request, most: { changes: 1, ms: 60_000 } }));
  expect(cut).toMatchObject({ truncated: true, changes: 1_000, fired: 999 });
  const [last] = await sql<{ at: string }[]>`
    select created_at as at from changes where customer_id = ${id} order by seq offset 999 limit 1`;
  expect(cut.until).toBe(last!.at);
  const whole = await readOnly(sql, (tx) => whatIfOf(tx, { ...request, most: { changes: 2_502, ms: 60_000 } }));
  expect(whole).toMatchObject({ truncated: false, changes: 2_502, fired: 2_501 });
});

test("it leaves no trace in any table", async () => {
  await history("C-1", [[2, 900]]);
  await whatIf({ rule: rule(), days: 5 });
  const before = await fingerprint(api.database.sql);
  expect((await whatIf({ rule: rule(), days: 5 })).body.fired).toBe(1);
  expect(await fingerprint(api.database.sql)).toEqual(before);
});
