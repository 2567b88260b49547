import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluateDue } from "../../../db/evaluation/evaluateDue.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { inTransaction } from "../../../db/transaction.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { passDays } from "../support/passDays.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const invoice = (customer: string, due: number) => ({
  ...{ customerId: `external:${customer}`, issuedAt: day(-30), dueAt: day(due), amount: 100 },
});
const assign = (workflowId: string | null): RuleDraft["actions"][number] => ({ type: "assignWorkflow", workflowId });

/** Customers for whom a rule waits that assigns a collection workflow. */
async function waiting(...externalIds: string[]): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  await org.field("review", "DATE");
  await org.activate({
    name: "late",
    trigger: { type: "customerCreated" },
    actions: [{ type: "wait", hours: 1 }, assign(agency)],
  });
  await org.customers(externalIds.map((externalId) => ({ externalId, name: externalId })));
  await org.evaluateAll();
  return org;
}

/** Lets days go by, and the waits end. */
async function endWaits(org: TestOrganization, days: number): Promise<void> {
  await passDays(database.sql, org.id, days);
  await database.sql`update timers set due_at = now() - interval '1 minute' where organization_id = ${org.id}`;
}

const lookedAt = (org: TestOrganization, on: string) =>
  database.sql`update organizations set ratings_as_of = ${on} where id = ${org.id}`;

/** The changes of the days and of rules, with the day that the facts after them are of. */
const raised = (org: TestOrganization) => database.sql`
  select u.external_id as customer, c.source, c.after ->> 'overdue' as overdue, c.after ->> 'asOf' as "asOf"
  from changes c join customers u on u.id = c.customer_id
  where c.organization_id = ${org.id} and c.source in ('schedule', 'rule') order by u.external_id, c.version`;

describe("customers for whom something falls due", () => {
  it("are brought up to the day before it: by a change of the days themselves, then by that of the rule", async () => {
    const org = await waiting("C");
    await org.invoices([invoice("C", 0)]);
    await org.evaluateAll();
    await endWaits(org, 2);
    await org.evaluateAll();
    expect(await raised(org)).toEqual([
      { customer: "C", source: "schedule", overdue: "100", asOf: day(0) },
      { customer: "C", source: "rule", overdue: "100", asOf: day(0) },
    ]);
    const [row] = await database.sql`
      select due, overdue, overdue_since as since, facts ->> 'overdue' as told from customers where organization_id = ${org.id}`;
    expect(row).toEqual({ due: 0, overdue: 100, since: day(-2), told: "100" });
    const chain = await database.sql`
      select (c.before = p.after) as "goesOn" from changes c join changes p on p.customer_id = c.customer_id and p.version = c.version - 1
      where c.organization_id = ${org.id} and c.source = 'rule'`;
    expect(chain).toEqual([{ goesOn: true }]);
  });

  it("are left alone where they are as of the day: no document is read", async () => {
    const org = await waiting("C");
    await endWaits(org, 0);
    const target = { organizationId: org.id, shard: 0 };
    const [judged, reads] = await inTransaction(database.sql, async (tx) => {
      const readSoFar = async () => {
        const [row] = await tx<[{ reads: number }]>`
          select seq_scan::int + idx_scan::int as reads from pg_stat_xact_user_tables where relname = 'invoices'`;
        return row.reads;
      };
      const before = await readSoFar();
      const done = await evaluateDue(tx, new RulesetCache(), target, 500);
      return [done.judged, (await readSoFar()) - before];
    });
    expect([judged, reads]).toEqual([1, 0]);
    await org.evaluateAll();
    expect(await raised(org)).toMatchObject([{ source: "rule" }]);
  });

  it("keep their day where their totals cannot be kept, and hold up nobody", async () => {
    const org = await waiting("huge", "usual");
    await org.invoices([invoice("huge", -5), invoice("huge", 0), invoice("usual", 0)]);
    await org.payments([{ customerId: "external:huge", amount: 100, datedAt: day(-1) }]);
    await org.evaluateAll();
    const [huge] =
      await database.sql`select id from customers where organization_id = ${org.id} and external_id = 'huge'`;
    await database.sql`update invoices set amount = 6000000000000000 where customer_id = ${huge!.id}`;
    await database.sql`update credits set amount = 6000000000000000 where customer_id = ${huge!.id}`;
    await endWaits(org, 1);
    await org.evaluateAll();
    expect(await raised(org)).toMatchObject([
      { customer: "huge", source: "rule", asOf: day(-1) },
      { customer: "usual", source: "schedule", asOf: day(0) },
      { customer: "usual", source: "rule", asOf: day(0) },
    ]);
  });
});

describe("a line that a day has passed before a rule was activated", () => {
  const passed: RuleDraft = {
    name: "passed",
    trigger: { type: "customerCreatedOrUpdated" },
    filters: [
      { field: "customFields.review", op: "before", value: { daysFromToday: 0 } },
      // Never holds: nothing but the line matters.
      { field: "country", op: "is", values: ["XX"] },
    ],
    actions: [assign(null)],
  };

  it.each([
    { name: "raises nothing once a night has looked at everybody", night: -1, sources: ["rule"] },
    { name: "does so where no night has been since", night: -4, sources: ["schedule", "rule"] },
  ])("$name", async ({ night, sources }) => {
    const org = await waiting("C");
    await org.customers([{ externalId: "C", customFields: { review: day(-3) } }]);
    await org.evaluateAll();
    await org.activate(passed);
    await endWaits(org, 5);
    await lookedAt(org, day(night));
    await org.evaluateAll();
    expect((await raised(org)).map(({ source }) => source)).toEqual(sources);
  });
});
