import { afterAll, beforeAll, expect, it } from "vitest";
import { beginRatings } from "../../../db/schedules/ratingRuns.ts";
import { recomputePage } from "../../../db/schedules/recomputePage.ts";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { passDays } from "../support/passDays.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

it("a customer whose totals would pass what can be kept exactly holds up nobody's recomputation", async () => {
  const org = await createTestOrganization(database.sql);
  await org.customers(["huge", "usual"].map((externalId) => ({ externalId, name: externalId })));
  const invoice = (customer: string, due: number) => ({
    ...{ customerId: `external:${customer}`, issuedAt: day(-30), dueAt: day(due), amount: 100 },
  });
  await org.invoices([invoice("huge", -5), invoice("huge", 0), invoice("usual", 0)]);
  await org.payments([{ customerId: "external:huge", amount: 100, datedAt: day(-1) }]);
  // As if there were thousands of them: what is due and what is overdue fit each, and together they do not.
  const [huge] = await database.sql<{ id: string }[]>`
    select id from customers where organization_id = ${org.id} and external_id = 'huge'`;
  await database.sql`update invoices set amount = 6000000000000000 where customer_id = ${huge!.id}`;
  await database.sql`update credits set amount = 6000000000000000 where customer_id = ${huge!.id}`;
  await passDays(database.sql, org.id, 1);

  const workflowId = `ratings:${org.id}-1`;
  await beginRatings(database.sql, org.id, workflowId);
  expect(await recomputePage(database.sql, org.id, workflowId)).toMatchObject({ done: 2, changed: 1, ended: false });
  expect(await recomputePage(database.sql, org.id, workflowId)).toMatchObject({ done: 0, ended: true });
  const rows = await database.sql`
    select external_id as "externalId", overdue from customers where organization_id = ${org.id} order by 1`;
  expect(rows).toEqual([
    { externalId: "huge", overdue: 100 },
    { externalId: "usual", overdue: 100 },
  ]);
});
