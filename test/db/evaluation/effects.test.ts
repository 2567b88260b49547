import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockRulesetExclusive, publishRuleset } from "../../../db/rulesets.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { excludeCustomer } from "../../../db/writes/exclude.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Fixture {
  org: TestOrganization;
  agency: string;
  standard: string;
  ann: string;
  bob: string;
}

async function setUp(): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  return {
    org,
    agency: await org.workflow("Agency"),
    standard: await org.workflow("Standard"),
    ann: await org.user("ann@acme.test"),
    bob: await org.user("bob@acme.test"),
  };
}

const created = { type: "customerCreated" as const };
const anyChange = { type: "customerCreatedOrUpdated" as const };
const outcomeOf = ({ org }: Fixture) => readOutcome(database.sql, org.id);

const setStatus = (org: TestOrganization, ruleId: string, status: string) =>
  inTransaction(database.sql, async (tx) => {
    await lockRulesetExclusive(tx, org.id);
    await tx`update rules set status = ${status} where id = ${ruleId}`;
    await publishRuleset(tx, org.id);
  });

describe("slots and time", () => {
  it("a slot that a person wrote for a newer change is superseded for an older one", async () => {
    const fixture = await setUp();
    const { org, agency, standard } = fixture;
    await org.activate({ name: "new", trigger: created, actions: [{ type: "assignWorkflow", workflowId: agency }] });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.customers([{ externalId: "C", workflowId: standard }], "manual");
    await org.evaluateAll();
    const { customers, runs, changes } = await outcomeOf(fixture);
    expect(customers).toMatchObject([{ workflow: "Standard" }]);
    expect(runs).toMatchObject([{ status: "skipped", reason: "superseded" }]);
    expect(changes.map(({ codes }) => codes)).toEqual(["S", "T"]);
  });

  it("effects of a later change follow those of an earlier one, though both are evaluated late", async () => {
    const fixture = await setUp();
    const { org, agency, standard } = fixture;
    const inCity = (city: string, workflowId: string): RuleDraft => ({
      ...{ name: city, trigger: anyChange },
      filters: [{ field: "city", op: "changed", to: [city] }],
      actions: [{ type: "assignWorkflow", workflowId }],
    });
    await org.activate(inCity("Paris", agency), inCity("Lyon", standard));
    await org.customers([{ externalId: "C", name: "Globex", city: "Paris" }]);
    await org.customers([{ externalId: "C", city: "Lyon" }]);
    await org.evaluateAll();
    const { customers, runs } = await outcomeOf(fixture);
    expect(runs.map(({ rule, status }) => [rule, status])).toEqual([
      ["Paris", "applied"],
      ["Lyon", "applied"],
    ]);
    expect(customers).toMatchObject([{ workflow: "Standard", version: 4 }]);
  });

  it("a rule that sets the standing value takes the slot from a person, changes nothing and says so on the timeline", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.customers([{ externalId: "C", name: "Globex", workflowId: agency }], "manual");
    const [ruleId] = await org.activate({
      ...{ name: "keep", trigger: anyChange },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "C", city: "Paris" }]);
    expect(await org.evaluateAll()).toBe(2);
    const [customer] = await database.sql`select version, assignments from customers where organization_id = ${org.id}`;
    expect(customer).toMatchObject({
      version: 2,
      assignments: { workflow: { source: "rule", ruleId, ruleName: "keep" } },
    });
    expect((await outcomeOf(fixture)).runs).toMatchObject([{ status: "skipped", reason: "unchanged" }]);
    const [entry] = await database.sql`
      select source, actor, data from timeline_entries where organization_id = ${org.id} order by id desc limit 1`;
    expect(entry).toMatchObject({
      source: "rule",
      actor: { ruleId, ruleName: "keep" },
      data: { slot: "workflow", changed: false },
    });
  });

  it("two rules add and remove different users of one change, which raise one change", async () => {
    const fixture = await setUp();
    const { org, ann, bob } = fixture;
    await org.customers([{ externalId: "C", name: "Globex", userIds: [ann] }], "manual");
    const inParis = [{ field: "city", op: "changed" as const, to: ["Paris"] }];
    await org.activate(
      {
        name: "adds",
        trigger: anyChange,
        filters: inParis,
        actions: [{ type: "assignUsers", userIds: [bob], mode: "add" }],
      },
      {
        name: "removes",
        trigger: anyChange,
        filters: inParis,
        actions: [{ type: "assignUsers", userIds: [ann], mode: "remove" }],
      },
      { name: "loses", trigger: anyChange, filters: inParis, actions: [{ type: "assignUsers", userIds: [ann] }] },
    );
    await org.customers([{ externalId: "C", city: "Paris" }]);
    await org.evaluateAll();
    const { customers, changes, runs } = await outcomeOf(fixture);
    expect(customers).toMatchObject([{ users: ["bob@acme.test"], version: 3 }]);
    expect(changes.map(({ codes }) => codes)).toEqual(["", "MML", "FFF"]);
    expect(runs.map(({ rule, status }) => [rule, status])).toEqual([
      ["adds", "applied"],
      ["removes", "applied"],
    ]);
    const timeline = await database.sql`
      select actor ->> 'ruleName' as rule, data ->> 'slot' as slot, data -> 'before' as before, data -> 'after' as after
      from timeline_entries where organization_id = ${org.id} and source = 'rule' and kind = 'assignment' order by id`;
    expect([...timeline]).toEqual([
      { rule: "adds", slot: "users", before: [ann], after: [ann, bob] },
      { rule: "removes", slot: "users", before: [ann, bob], after: [bob] },
    ]);
    const [owned] = await database.sql`select assignments from customers where organization_id = ${org.id}`;
    expect(owned!.assignments.users).toMatchObject({ source: "rule", ruleName: "removes" });
  });
});

describe("rules switched off since", () => {
  it.each(["inactive", "deleted"])(
    "a rule that is %s by the time its change is evaluated does not act",
    async (status) => {
      const fixture = await setUp();
      const { org, agency } = fixture;
      const [ruleId] = await org.activate({
        ...{ name: "new", trigger: created },
        actions: [{ type: "assignWorkflow", workflowId: agency }],
      });
      await org.customers([{ externalId: "C", name: "Globex" }]);
      await setStatus(org, ruleId!, status);
      await org.evaluateAll();
      const { customers, runs, changes } = await outcomeOf(fixture);
      expect(customers).toMatchObject([{ workflow: null }]);
      expect(changes).toMatchObject([{ codes: "I" }]);
      expect(runs).toMatchObject([{ status: "skipped", reason: "inactive" }]);
    },
  );

  it("a change is judged by the rules that were in force when it was written", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.activate({ name: "new", trigger: created, actions: [{ type: "assignWorkflow", workflowId: agency }] });
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({
      changes: [{ codes: "" }],
      runs: [],
      customers: [{ workflow: null }],
    });
  });
});

describe("chains of rules", () => {
  it("are cut when ten runs led to a change: the eleventh rule is a loop, with a run that names the path", async () => {
    const fixture = await setUp();
    const { org } = fixture;
    const users = await Promise.all(Array.from({ length: 12 }, (_, index) => org.user(`u${index}@acme.test`)));
    await org.activate(
      ...users.map(
        (userId, index): RuleDraft => ({
          ...{ name: `${index + 1}`, trigger: index === 0 ? created : anyChange },
          filters: index === 0 ? [] : [{ field: "users", op: "is", values: [users[index - 1]!] }],
          actions: [{ type: "assignUsers", userIds: [userId], mode: "add" }],
        }),
      ),
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const { customers, runs } = await outcomeOf(fixture);
    expect(customers[0]).toMatchObject({
      version: 11,
      users: users.slice(0, 10).map((_, index) => `u${index}@acme.test`),
    });
    expect(runs.map(({ rule, status, reason }) => [rule, status, reason]).slice(-2)).toEqual([
      ["10", "applied", null],
      ["11", "skipped", "loop"],
    ]);
    expect(runs).toHaveLength(11);
    const [last] = await database.sql`
      select cause, root_id as "rootId" from rule_runs where organization_id = ${org.id} order by id desc limit 1`;
    expect(last!.cause.map((step: { ruleName: string }) => step.ruleName)).toEqual(
      Array.from({ length: 10 }, (_, index) => `${index + 1}`),
    );
    const roots = await database.sql`select distinct root_id from changes where organization_id = ${org.id}`;
    expect(roots).toHaveLength(1);
  });
});

describe("excluded customers", () => {
  it("have their exclusion and what follows marked, and no rule acts on them, not even for what came before", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate({ name: "any", trigger: anyChange, actions: [{ type: "assignWorkflow", workflowId: agency }] });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await inTransaction(database.sql, (tx) => excludeCustomer(tx, org.context(), "external:C"));
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({
      changes: [
        { version: 1, outcome: "evaluated", codes: "X" },
        { version: 2, outcome: "excluded", codes: "E" },
      ],
      runs: [{ status: "skipped", reason: "excluded" }],
      customers: [{ workflow: null }],
    });
  });
});
