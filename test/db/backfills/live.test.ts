import { afterAll, beforeAll, expect, it } from "vitest";
import { stepBackfill } from "../../../db/backfills/step.ts";
import { lockRulesetExclusive, publishRuleset } from "../../../db/rulesets.ts";
import { inTransaction } from "../../../db/transaction.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { carryOut, page, record } from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const inFrance = [{ field: "country", op: "is" as const, values: ["FR"] }];
const assigning = (name: string, workflowId: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  ...{ name, trigger: { type: "customerCreatedOrUpdated" }, filters: inFrance },
  actions: [{ type: "assignWorkflow", workflowId }],
  ...more,
});

/** Letters of each evaluated change, by version. */
async function codes(org: TestOrganization): Promise<string[]> {
  const rows = await database.sql<{ codes: string }[]>`
    select e.codes from evaluations e join changes c on c.id = e.change_id
    where e.organization_id = ${org.id} order by c.version`;
  return rows.map((row) => row.codes);
}

async function runs(org: TestOrganization): Promise<string[]> {
  const rows = await database.sql<{ run: string }[]>`
    select r.kind || ' ' || r.status as run from rule_runs r where r.organization_id = ${org.id} order by r.id`;
  return rows.map(({ run }) => run);
}

const results = (id: string) =>
  database.sql`select status, reason, version from backfill_results where backfill_id = ${id} order by customer_id`;
const ahead = async () => (await database.sql`select * from backfilled_ahead`).length;

it("a change that a backfill was ahead of is recorded as backfilled: matched, without another run", async () => {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const [ruleId] = await org.activate(assigning("Rule", agency));
  await org.customers([{ externalId: "C", name: "Globex", country: "US" }]);
  await org.evaluateAll();
  await org.customers([{ externalId: "C", country: "FR" }]);
  await org.customers([{ externalId: "C", city: "Paris" }]);
  const id = await record(database.sql, org.id, [ruleId!]);
  await carryOut(database.sql, org.id, id);
  expect(await results(id)).toEqual([{ status: "changed", reason: null, version: 3 }]);
  expect(await ahead()).toBe(1);
  await org.evaluateAll();
  // What the backfill raised is of a root in which the rule has acted.
  expect(await codes(org)).toEqual(["F", "K", "K", "U"]);
  expect(await runs(org)).toEqual(["backfill applied"]);
  expect(await ahead()).toBe(0);
});

it("a rule that has acted live on the facts that a customer stands at does not act again", async () => {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const [ruleId] = await org.activate(assigning("Rule", agency));
  await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
  await org.evaluateAll();
  const id = await record(database.sql, org.id, [ruleId!]);
  await carryOut(database.sql, org.id, id);
  expect(await results(id)).toEqual([{ status: "unchanged", reason: "alreadyActed", version: 2 }]);
  expect(await runs(org)).toEqual(["change applied"]);
});

it("what a backfill has done keeps its slot from rules below, and another version of the rule acts as ever", async () => {
  const org = await createTestOrganization(database.sql);
  const [agency, other] = [await org.workflow("Agency"), await org.workflow("Other")];
  const [above] = await org.activate(assigning("Above", agency), assigning("Below", other));
  await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
  const id = await record(database.sql, org.id, [above!]);
  await carryOut(database.sql, org.id, id);
  await org.evaluateAll();
  expect(await codes(org)).toEqual(["KL", "UL"]);

  await database.sql`
    insert into rule_versions (rule_id, version, organization_id, definition, author)
    select rule_id, 2, organization_id, definition, author from rule_versions where rule_id = ${above!}`;
  await org.customers([{ externalId: "D", name: "Initech", country: "FR" }]);
  const second = await record(database.sql, org.id, [above!]);
  await inTransaction(database.sql, async (tx) => {
    await lockRulesetExclusive(tx, org.id);
    await tx`update rules set version = 2 where id = ${above!}`;
    await publishRuleset(tx, org.id);
  });
  await org.customers([{ externalId: "D", city: "Paris" }]);
  await carryOut(database.sql, org.id, second);
  await org.evaluateAll();
  const [customer] = await database.sql<{ id: string }[]>`
    select id from customers where organization_id = ${org.id} and external_id = 'D'`;
  const letters = await database.sql`
    select e.codes from evaluations e join changes c on c.id = e.change_id where e.customer_id = ${customer!.id} order by c.version`;
  expect(letters.map((row) => row.codes)).toEqual(["KL", "UL", "UL"]);
});

it("a page that two work on at the same time is done once", async () => {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  await org.customers(Array.from({ length: 40 }, (_, n) => ({ externalId: `C${n}`, name: "C", country: "FR" })));
  await org.evaluateAll();
  const [ruleId] = await org.activate(assigning("Rule", agency));
  const id = await record(database.sql, org.id, [ruleId!], { maxPerSecond: 10 });
  const { pages } = await stepBackfill(database.sql, org.id, id);
  expect(pages).toEqual([0, 1, 2, 3]);
  const all = await Promise.all([...pages, ...pages].map((number) => page(database.sql, org.id, id, number)));
  expect(all.reduce((sum, { customers }) => sum + customers, 0)).toBe(40);
  const { status, counts, total } = await carryOut(database.sql, org.id, id);
  expect({ status, counts, total }).toEqual({ status: "completed", counts: { changed: 40 }, total: 40 });
  expect((await runs(org)).length).toBe(40);
});

it("who leaves the scope before their page moves the total", async () => {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const { results: made } = await org.customers(
    ["A", "B"].map((externalId) => ({ externalId, name: externalId, country: "FR" })),
  );
  await org.evaluateAll();
  const [ruleId] = await org.activate(assigning("Rule", agency));
  const id = await record(database.sql, org.id, [ruleId!]);
  await stepBackfill(database.sql, org.id, id);
  const first = made[0];
  if (!first || !("id" in first)) throw new Error("no customer");
  await database.sql`update customers set excluded_at = now() where id = ${first.id as string}`;
  const { counts, total } = await carryOut(database.sql, org.id, id);
  expect({ counts, total }).toEqual({ counts: { changed: 1 }, total: 1 });
});

it("a threshold rule acts on whom its line was crossed for, ends its own waiting, and has fired", async () => {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
  const [ruleId] = await org.activate(
    assigning("Rule", agency, {
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500, resetAt: 100, forDays: 5 },
    }),
  );
  await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 }]);
  await org.evaluateAll();
  const count = async (table: string) =>
    (await database.sql`select * from ${database.sql(table)} where organization_id = ${org.id}`).length;
  expect([await count("timers"), await count("rule_states")]).toEqual([1, 0]);
  const id = await record(database.sql, org.id, [ruleId!]);
  await carryOut(database.sql, org.id, id);
  expect(await results(id)).toMatchObject([{ status: "changed" }]);
  expect([await count("timers"), await count("rule_states")]).toEqual([0, 1]);
  await org.evaluateAll(Date.now() + 10 * 24 * 3_600_000);
  expect(await runs(org)).toEqual(["backfill applied"]);
});

it("what a backfill finds in place ahead of the tracker is not taken away by a change that waits before it", async () => {
  const org = await createTestOrganization(database.sql);
  const [agency, standard] = [await org.workflow("Agency"), await org.workflow("Standard")];
  const [late] = await org.activate(
    assigning("late", agency, {
      ...{ trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 }, filters: [] },
    }),
    assigning("moved", standard, { filters: [{ field: "city", op: "changed" }] }),
  );
  const money = { customerId: "external:C", amount: 700 };
  const owe = () => org.invoices([{ ...money, issuedAt: "2026-01-01", dueAt: "2026-01-31" }]);
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await owe();
  await org.evaluateAll();
  await org.payments([{ ...money, datedAt: "2026-02-01" }]);
  await org.evaluateAll();
  await org.customers([{ externalId: "C", city: "Paris" }]);
  await owe();
  await carryOut(database.sql, org.id, await record(database.sql, org.id, [late!]));
  await org.evaluateAll();
  const [customer] =
    await database.sql`select workflow_id as "workflowId" from customers where organization_id = ${org.id}`;
  expect(customer).toEqual({ workflowId: agency });
});
