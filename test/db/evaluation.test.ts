import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Setup {
  org: TestOrganization;
  agency: string;
  standard: string;
  ann: string;
  bob: string;
}

async function setUp(): Promise<Setup> {
  const org = await createTestOrganization(database.sql);
  return {
    org,
    agency: await org.workflow("Collection agency"),
    standard: await org.workflow("Standard"),
    ann: await org.user("ann@acme.test"),
    bob: await org.user("bob@acme.test"),
  };
}

async function customer(org: TestOrganization, externalId: string) {
  const [row] = await database.sql`
    select workflow_id as "workflowId", user_ids as "userIds", assignments, version, outstanding, facts
    from customers where organization_id = ${org.id} and external_id = ${externalId}`;
  return row!;
}

async function changes(org: TestOrganization) {
  return database.sql`
    select c.version, c.source, c.before, c.after, c.cause, c.root_id as "rootId", c.id, e.codes, e.details, e.outcome, e.error
    from changes c left join evaluations e on e.change_id = c.id where c.organization_id = ${org.id} order by c.seq`;
}

async function runs(org: TestOrganization) {
  return database.sql`
    select r.name, x.status, x.reason, x.actions from rule_runs x join rules r on r.id = x.rule_id
    where x.organization_id = ${org.id} order by x.id`;
}

describe("evaluating changes", () => {
  it("assigns the workflow of a rule that matches and records change, run and verdict", async () => {
    const { org, agency } = await setUp();
    await org.activate({
      name: "Big balance",
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 600_000 }]);
    expect(await org.evaluateAll()).toBe(3);
    expect(await customer(org, "C")).toMatchObject({
      workflowId: agency,
      version: 3,
      assignments: { workflow: { source: "rule", version: 2 } },
    });
    const recorded = await changes(org);
    expect(recorded.map(({ version, source, codes }) => ({ version, source, codes }))).toEqual([
      { version: 1, source: "api", codes: "T" },
      { version: 2, source: "api", codes: "M" },
      { version: 3, source: "rule", codes: "T" },
    ]);
    expect(recorded[2]!.rootId).toBe(recorded[1]!.id);
    expect(recorded[2]!.cause).toHaveLength(1);
    expect(recorded[2]!.before).toEqual(recorded[1]!.after);
    expect(await runs(org)).toMatchObject([
      { name: "Big balance", status: "applied", actions: [{ before: null, after: agency }] },
    ]);
  });

  it("lets the first rule in the list win a slot and names the winner to the other", async () => {
    const { org, agency, standard } = await setUp();
    const rule = (name: string, workflowId: string) => ({
      name,
      trigger: { type: "customerCreated" as const },
      actions: [{ type: "assignWorkflow" as const, workflowId }],
    });
    const [first] = await org.activate(rule("first", agency), rule("second", standard));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect((await customer(org, "C")).workflowId).toBe(agency);
    const [created] = await changes(org);
    expect(created).toMatchObject({ codes: "ML", details: { "1": { lostTo: { ruleId: first, name: "first" } } } });
    expect(await runs(org)).toHaveLength(1);
  });

  it("leaves a slot that the API set, and says so on the run", async () => {
    const { org, agency, standard } = await setUp();
    await org.activate({
      name: "r",
      trigger: { type: "customerCreated" },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "C", name: "Globex", workflowId: standard }]);
    await org.evaluateAll();
    expect((await customer(org, "C")).workflowId).toBe(standard);
    expect(await runs(org)).toMatchObject([
      { status: "skipped", reason: "overruled", actions: [{ status: "overruled", keptBy: "api" }] },
    ]);
  });

  it("stops two rules that undo each other, with a skipped run that names the loop", async () => {
    const { org, agency, standard } = await setUp();
    const flip = (name: string, from: string, to: string) => ({
      name,
      trigger: { type: "customerCreatedOrUpdated" as const },
      filters: [{ field: "workflow", op: "is" as const, values: [from] }],
      actions: [{ type: "assignWorkflow" as const, workflowId: to }],
    });
    await org.activate(flip("to agency", standard, agency), flip("to standard", agency, standard));
    await org.customers([{ externalId: "C", name: "Globex", workflowId: standard }], "manual");
    await org.evaluateAll();
    const statuses = (await runs(org)).map(({ name, status, reason }) => [name, status, reason]);
    expect(statuses).toEqual([
      ["to agency", "applied", null],
      ["to standard", "applied", null],
      ["to agency", "skipped", "loop"],
    ]);
    expect((await customer(org, "C")).workflowId).toBe(standard);
  });

  it("assigns users by id and by the emails in custom fields, and reports an email that is no user", async () => {
    const { org, ann, bob } = await setUp();
    await org.field("csm_email", "TEXT");
    await org.field("backup_email", "TEXT");
    await org.activate({
      name: "owners",
      trigger: { type: "customerCreated" },
      actions: [{ type: "assignUsers", userIds: [ann], customFields: ["csm_email", "backup_email"] }],
    });
    await org.customers([
      { externalId: "C", name: "G", customFields: { csm_email: "BOB@acme.test", backup_email: "nobody@acme.test" } },
    ]);
    await org.evaluateAll();
    expect((await customer(org, "C")).userIds).toEqual([ann, bob]);
    expect(await runs(org)).toMatchObject([{ status: "applied", actions: [{ unknownEmails: ["nobody@acme.test"] }] }]);
  });

  it("records a change of which two effects move different slots as one resulting change", async () => {
    const { org, agency, ann } = await setUp();
    await org.activate(
      { name: "w", trigger: { type: "customerCreated" }, actions: [{ type: "assignWorkflow", workflowId: agency }] },
      { name: "u", trigger: { type: "customerCreated" }, actions: [{ type: "assignUsers", userIds: [ann] }] },
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const recorded = await changes(org);
    expect(recorded.map((change) => change.source)).toEqual(["api", "rule"]);
    expect(recorded[1]!.cause).toHaveLength(2);
    expect(recorded[1]!.after).toMatchObject({ workflow: agency, users: [ann] });
  });
});

describe("manual writes against rules in force", () => {
  const keepStandard = (workflowId: string, more: object = {}) => ({
    name: "keep",
    trigger: { type: "customerCreatedOrUpdated" as const, ...more },
    filters: [{ field: "country", op: "is" as const, values: ["FR"] }],
    actions: [{ type: "assignWorkflow" as const, workflowId }],
  });

  it("overrules at once a manual write to a slot that holds what a matching rule sets", async () => {
    const { org, agency, standard } = await setUp();
    const [ruleId] = await org.activate(keepStandard(standard));
    await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
    await org.evaluateAll();
    const { results } = await org.customers([{ externalId: "C", city: "Paris", workflowId: agency }], "manual");
    expect(results[0]).toMatchObject({
      ok: true,
      overruled: [{ slot: "workflow", kept: standard, by: { source: "rule", ruleId, ruleName: "keep" } }],
    });
    expect(await customer(org, "C")).toMatchObject({
      workflowId: standard,
      facts: { city: "Paris" },
      assignments: { workflow: { source: "rule" } },
    });
  });

  it("saves a manual write when the rule would no longer match, or fires only at the start of matching", async () => {
    const { org, agency, standard } = await setUp();
    await org.activate(keepStandard(standard, { onlyWhenStartsMatching: true }));
    await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
    await org.evaluateAll();
    const { results } = await org.customers([{ externalId: "C", workflowId: agency }], "manual");
    expect(results[0]).toMatchObject({ ok: true, overruled: [] });
    await org.evaluateAll();
    expect((await customer(org, "C")).workflowId).toBe(agency);
  });

  it("lets the rule act on a manual write to a slot that holds something else", async () => {
    const { org, agency, standard } = await setUp();
    await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
    await org.activate(keepStandard(standard));
    const { results } = await org.customers([{ externalId: "C", workflowId: agency }], "manual");
    expect(results[0]).toMatchObject({ ok: true, overruled: [] });
    await org.evaluateAll();
    expect((await customer(org, "C")).workflowId).toBe(standard);
  });
});
