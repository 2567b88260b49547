import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { passDays } from "../support/passDays.ts";
import { carryOut, record } from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

/** Customers with an invoice that falls overdue as days pass, and a rule that finds them only in a backfill. */
async function setUp(...externalIds: string[]): Promise<{ org: TestOrganization; ruleId: string }> {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  await org.customers(externalIds.map((externalId) => ({ externalId, name: externalId })));
  await org.invoices(
    externalIds.map((id) => ({ customerId: `external:${id}`, issuedAt: day(-30), dueAt: day(1), amount: 100 })),
  );
  await org.evaluateAll();
  const [ruleId = ""] = await org.activate({
    ...{ name: "all", trigger: { type: "customerCreated" } },
    actions: [{ type: "assignWorkflow", workflowId: agency }],
  });
  return { org, ruleId };
}

/** The customers' changes since they were written, with the day of their facts, and their results. */
const raised = (org: TestOrganization) => database.sql`
  select u.external_id as customer, c.version, c.source, c.lane, c.after ->> 'asOf' as "asOf", c.after ->> 'overdue' as overdue
  from (select c.*, q.lane from changes c left join change_queue q on q.change_id = c.id) c join customers u on u.id = c.customer_id
  where c.organization_id = ${org.id} and c.version > 2 order by u.external_id, c.version`;
const results = (id: string) => database.sql`
  select u.external_id as customer, r.status, r.version from backfill_results r join customers u on u.id = r.customer_id
  where r.backfill_id = ${id} order by u.external_id`;

it("a page raises the change of the days before its own, behind what is live, and judges the version that it leads to", async () => {
  const { org, ruleId } = await setUp("C");
  await passDays(database.sql, org.id, 5);
  const id = await record(database.sql, org.id, [ruleId]);
  await carryOut(database.sql, org.id, id);
  expect(await raised(org)).toEqual([
    { customer: "C", version: 3, source: "schedule", lane: 1, asOf: day(0), overdue: "100" },
    { customer: "C", version: 4, source: "rule", lane: 1, asOf: day(0), overdue: "100" },
  ]);
  expect(await results(id)).toEqual([{ customer: "C", status: "changed", version: 3 }]);
});

it("whoever a night of this day has left as they were is found so: no change but the rule's, as of today", async () => {
  const { org, ruleId } = await setUp("C");
  await database.sql`update organizations set ratings_as_of = ${day(1)} where id = ${org.id}`;
  await passDays(database.sql, org.id, 1);
  const id = await record(database.sql, org.id, [ruleId]);
  await carryOut(database.sql, org.id, id);
  expect(await raised(org)).toMatchObject([{ version: 3, source: "rule", asOf: day(0) }]);
});

it("customers whose totals cannot be kept are judged as they stand, keep their day and hold up nobody", async () => {
  const { org, ruleId } = await setUp("huge", "usual");
  const [huge] =
    await database.sql`select id from customers where organization_id = ${org.id} and external_id = 'huge'`;
  await org.invoices([{ customerId: "external:huge", issuedAt: day(-30), dueAt: day(1), amount: 100 }]);
  await org.evaluateAll();
  await database.sql`update invoices set amount = 6000000000000000 where customer_id = ${huge!.id}`;
  await passDays(database.sql, org.id, 5);
  const id = await record(database.sql, org.id, [ruleId]);
  await carryOut(database.sql, org.id, id);
  expect(await results(id)).toEqual([
    { customer: "huge", status: "changed", version: 3 },
    { customer: "usual", status: "changed", version: 3 },
  ]);
  expect(await raised(org)).toMatchObject([
    { customer: "huge", version: 3, source: "api" },
    { customer: "huge", version: 4, source: "rule", asOf: day(-5) },
    { customer: "usual", version: 3, source: "schedule", asOf: day(0) },
    { customer: "usual", version: 4, source: "rule", asOf: day(0) },
  ]);
});

it("a dry run sees what the days have moved and writes none of it", async () => {
  const { org, ruleId } = await setUp("C");
  await passDays(database.sql, org.id, 5);
  const standing = () =>
    database.sql`select version, due, overdue, facts from customers where organization_id = ${org.id}`;
  const before = await standing();
  const id = await record(database.sql, org.id, [ruleId], { dryRun: true });
  await carryOut(database.sql, org.id, id);
  expect([await standing(), await raised(org)]).toEqual([before, []]);
  expect(await results(id)).toEqual([{ customer: "C", status: "changed", version: 2 }]);
});
