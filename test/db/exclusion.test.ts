import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../db/transaction.ts";
import { excludeCustomer } from "../../db/writes/index.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const exclude = (org: TestOrganization, externalId: string) =>
  inTransaction(database.sql, (tx) => excludeCustomer(tx, org.context(), `external:${externalId}`));

async function outcomes(org: TestOrganization) {
  const rows = await database.sql`
    select c.version, e.outcome, e.codes from changes c join evaluations e on e.change_id = c.id
    where c.organization_id = ${org.id} order by c.seq`;
  return rows.map((row) => [row.version, row.outcome, row.codes]);
}

async function customer(org: TestOrganization) {
  const [row] = await database.sql`select * from customers where organization_id = ${org.id}`;
  return row!;
}

describe("excluding a customer", () => {
  it("marks the exclusion and later changes as excluded, and judges the changes before it as usual", async () => {
    const org = await createTestOrganization(database.sql);
    const ann = await org.user("ann@acme.test");
    const channelId = await org.channel("inApp");
    await org.activate({
      name: "tell",
      trigger: { type: "customerCreatedOrUpdated" },
      actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "{{ customer.name }}" }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await exclude(org, "C");
    await org.evaluateAll();
    expect(await outcomes(org)).toEqual([
      [1, "evaluated", "M"],
      [2, "excluded", "E"],
    ]);
  });

  it("refuses every later write and keeps the external id", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await exclude(org, "C");
    const refused = { ok: false, status: 409, code: "customer_excluded" };
    expect((await org.customers([{ externalId: "C", name: "Again" }])).results).toMatchObject([refused]);
    const invoice = { customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 1 };
    expect((await org.invoices([invoice])).results).toMatchObject([refused]);
    expect((await exclude(org, "C")).results).toMatchObject([refused]);
  });

  it("by a rule comes last: the other effects and the notifications of the same change still happen, in one resulting change", async () => {
    const org = await createTestOrganization(database.sql);
    const ann = await org.user("ann@acme.test");
    const agency = await org.workflow("Agency");
    const channelId = await org.channel("inApp");
    const trigger = { type: "customerCreated" as const };
    await org.activate(
      { name: "exclude", trigger, actions: [{ type: "excludeCustomer" }] },
      { name: "assign", trigger, actions: [{ type: "assignWorkflow", workflowId: agency }] },
      { name: "tell", trigger, actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "new" }] },
      { name: "exclude too", trigger, actions: [{ type: "excludeCustomer" }] },
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect(await outcomes(org)).toEqual([
      [1, "evaluated", "MMML"],
      [2, "excluded", "EEEE"],
    ]);
    const row = await customer(org);
    expect(row.excluded_at).not.toBeNull();
    expect(row).toMatchObject({
      workflow_id: agency,
      version: 2,
      assignments: { excluded: { source: "rule", version: 2 } },
    });
    const [sent] =
      await database.sql`select count(*)::int as count from notifications where organization_id = ${org.id}`;
    expect(sent!.count).toBe(1);
  });

  it("skips the slot effects of earlier changes that are evaluated afterwards", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      name: "assign",
      trigger: { type: "customerCreated" },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await exclude(org, "C");
    await org.evaluateAll();
    expect(await outcomes(org)).toEqual([
      [1, "evaluated", "X"],
      [2, "excluded", "E"],
    ]);
    expect((await customer(org)).workflow_id).toBeNull();
    const runs = await database.sql`select status, reason from rule_runs where organization_id = ${org.id}`;
    expect(runs).toMatchObject([{ status: "skipped", reason: "excluded" }]);
  });
});
