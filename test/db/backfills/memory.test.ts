import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { carryOut, record } from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Fixture {
  org: TestOrganization;
  ruleId: string;
}

/** A rule that fires above 500 and takes back what it did once nothing is owed any more. */
async function setUp(): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  const [agency, standard] = [await org.workflow("Agency"), await org.workflow("Standard")];
  const rule: RuleDraft = {
    name: "late",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 },
    actions: [{ type: "assignWorkflow", workflowId: agency }],
    exitActions: [{ type: "assignWorkflow", workflowId: standard }],
  };
  const [ruleId] = await org.activate(rule);
  return { org, ruleId: ruleId! };
}

const create = ({ org }: Fixture) => org.customers([{ externalId: "C", name: "Globex" }]);
const owe = ({ org }: Fixture, externalId: string) =>
  org.invoices([{ externalId, customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 }]);
const pay = ({ org }: Fixture) => org.payments([{ customerId: "external:C", amount: 700, datedAt: "2026-02-01" }]);
const backfill = async ({ org, ruleId }: Fixture) =>
  carryOut(database.sql, org.id, await record(database.sql, org.id, [ruleId]));

async function runsOf({ org }: Fixture): Promise<string[]> {
  const rows = await database.sql<{ run: string }[]>`
    select r.kind || ' ' || c.version || ' ' || r.status as run from rule_runs r join changes c on c.id = r.change_id
    where r.organization_id = ${org.id} order by r.id`;
  return rows.map(({ run }) => run);
}
const remembered = async ({ org }: Fixture) =>
  (await database.sql`select from rule_states where organization_id = ${org.id}`).length;

describe("what a rule remembers where a backfill was ahead of the tracker", () => {
  it("is of the change that it judged: values from before it have not come back", async () => {
    const fixture = await setUp();
    await create(fixture);
    await owe(fixture, "I1");
    await backfill(fixture);
    await fixture.org.evaluateAll();
    expect(await runsOf(fixture)).toEqual(["backfill 2 applied"]);
    expect(await remembered(fixture)).toBe(1);
    await pay(fixture);
    await fixture.org.evaluateAll();
    expect(await runsOf(fixture)).toEqual(["backfill 2 applied", "exit 4 applied"]);
    expect(await remembered(fixture)).toBe(0);
  });

  it("stays where the value had come back and crossed the line again", async () => {
    const fixture = await setUp();
    await create(fixture);
    await owe(fixture, "I1");
    await fixture.org.evaluateAll();
    expect(await runsOf(fixture)).toEqual(["change 2 applied"]);
    await pay(fixture);
    await owe(fixture, "I2");
    await backfill(fixture);
    await fixture.org.evaluateAll();
    expect(await remembered(fixture)).toBe(1);
    const before = await runsOf(fixture);
    await pay(fixture);
    await fixture.org.evaluateAll();
    expect((await runsOf(fixture)).slice(before.length)).toEqual([expect.stringMatching(/^exit /)]);
    expect(await remembered(fixture)).toBe(0);
  });
});
