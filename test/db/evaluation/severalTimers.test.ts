import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../../db/cancelRuns.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { excludeCustomer } from "../../../db/writes/exclude.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const DAY = 86_400_000;

/** A customer whose invoice has crossed the lines of two rules that wait three days. */
async function twoWaiting(): Promise<{ org: TestOrganization; ruleIds: string[] }> {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const ann = await org.user("ann@acme.test");
  const trigger = { type: "outstandingThreshold" as const, direction: "exceeds" as const, value: 500, forDays: 3 };
  const ruleIds = await org.activate(
    { name: "one", trigger, actions: [{ type: "assignWorkflow", workflowId: agency }] },
    { name: "two", trigger, actions: [{ type: "assignUsers", userIds: [ann] }] },
  );
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 }]);
  await org.evaluateAll();
  return { org, ruleIds };
}

/** What the evaluation of the crossing says of each rule beside its letter. */
async function detailsOf(org: TestOrganization): Promise<Record<string, Record<string, unknown>>> {
  const [row] = await database.sql`
    select e.details from evaluations e join changes c on c.id = e.change_id
    where c.organization_id = ${org.id} and c.version = 2`;
  return row!.details;
}

describe("several rules that wait for the same change", () => {
  it("are each explained by their run once they have fired", async () => {
    const { org, ruleIds } = await twoWaiting();
    await org.evaluateAll(Date.now() + 4 * DAY);
    const runs = await database.sql<{ id: string; ruleId: string }[]>`
      select id, rule_id as "ruleId" from rule_runs where organization_id = ${org.id}`;
    const runOf = (ruleId: string | undefined) => runs.find((run) => run.ruleId === ruleId)?.id;
    expect(await detailsOf(org)).toMatchObject({
      0: { dueAt: expect.any(String), runId: runOf(ruleIds[0]) },
      1: { dueAt: expect.any(String), runId: runOf(ruleIds[1]) },
    });
  });

  it.each(["excluded", "inactive"] as const)("are each said to be cancelled: %s", async (reason) => {
    const { org, ruleIds } = await twoWaiting();
    await inTransaction(database.sql, async (tx) => {
      if (reason === "excluded") await excludeCustomer(tx, org.context(), "external:C");
      else for (const ruleId of ruleIds) await cancelWaitingRuns(tx, { ruleId }, reason);
    });
    expect(await detailsOf(org)).toMatchObject({ 0: { cancelled: reason }, 1: { cancelled: reason } });
  });
});
