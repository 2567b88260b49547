import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../../db/cancelRuns.ts";
import { releaseRuns } from "../../../db/timers.ts";
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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Fixture {
  org: TestOrganization;
  agency: string;
  standard: string;
  ann: string;
  hook: string;
}

async function setUp(): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  return {
    org,
    agency: await org.workflow("Agency"),
    standard: await org.workflow("Standard"),
    ann: await org.user("ann@acme.test"),
    hook: await org.channel("webhook", "http://127.0.0.1:9/x"),
  };
}

const anyChange = { type: "customerCreatedOrUpdated" as const };
const created = { type: "customerCreated" as const };
const assign = (workflowId: string | null): RuleDraft["actions"][number] => ({ type: "assignWorkflow", workflowId });
const later = (ms: number) => Date.now() + ms;
const outcomeOf = ({ org }: Fixture) => readOutcome(database.sql, org.id);
const timersOf = async ({ org }: Fixture) =>
  (await database.sql`select kind from timers where organization_id = ${org.id}`).map(({ kind }) => kind as string);

const setStatus = ({ org }: Fixture, ruleId: string, status: string) =>
  inTransaction(database.sql, async (tx) => {
    await tx`update rules set status = ${status} where id = ${ruleId}`;
    if (status === "inactive") await cancelWaitingRuns(tx, { ruleId }, "inactive");
    return org.id;
  });

async function release({ org }: Fixture): Promise<void> {
  const held = await database.sql<{ id: string }[]>`
    select id from rule_runs where organization_id = ${org.id} and status = 'held'`;
  await inTransaction(database.sql, (tx) =>
    releaseRuns(
      tx,
      org.id,
      held.map(({ id }) => id),
    ),
  );
}

describe("a wait", () => {
  it("leaves the run waiting, and what comes after it is done once it is over", async () => {
    const fixture = await setUp();
    const { org, agency, ann } = fixture;
    await org.activate({
      name: "patient",
      trigger: created,
      actions: [{ type: "assignUsers", userIds: [ann] }, { type: "wait", days: 3 }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "waiting", reason: "wait", actions: ["applied", "waiting", "waiting"] }],
      customers: [{ workflow: null, users: ["ann@acme.test"] }],
    });
    await org.evaluateAll(later(2.9 * DAY));
    expect(await timersOf(fixture)).toEqual(["wait"]);
    await org.evaluateAll(later(3.1 * DAY));
    const { runs, customers, changes } = await outcomeOf(fixture);
    expect(runs).toMatchObject([{ status: "applied", reason: null, actions: ["applied", "applied", "applied"] }]);
    expect(customers).toMatchObject([{ workflow: "Agency" }]);
    expect(changes.map(({ source }) => source)).toEqual(["api", "rule", "rule"]);
    expect(await timersOf(fixture)).toEqual([]);
  });

  it.each([
    { recheck: true, runs: [{ status: "skipped", reason: "filters" }], workflow: null },
    { recheck: false, runs: [{ status: "applied" }], workflow: "Agency" },
  ])("asks the filters again with recheck: $recheck", async ({ recheck, runs, workflow }) => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate({
      name: "patient",
      trigger: created,
      filters: [{ field: "city", op: "is", values: ["Paris"] }],
      actions: [{ type: "wait", hours: 5, recheck }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex", city: "Paris" }]);
    await org.evaluateAll();
    await org.customers([{ externalId: "C", city: "Lyon" }]);
    await org.evaluateAll(later(6 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({ runs, customers: [{ workflow }] });
  });

  it("takes what `changed` for still true", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate({
      name: "moved",
      trigger: anyChange,
      filters: [{ field: "city", op: "changed" }],
      actions: [{ type: "wait", hours: 5 }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex", city: "Paris" }]);
    await org.evaluateAll();
    await org.evaluateAll(later(6 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({ customers: [{ workflow: "Agency" }] });
  });

  it("finds its slot written for a newer change and leaves it", async () => {
    const fixture = await setUp();
    const { org, agency, standard } = fixture;
    await org.activate({ name: "patient", trigger: created, actions: [{ type: "wait", hours: 5 }, assign(agency)] });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await org.customers([{ externalId: "C", workflowId: standard }], "manual");
    await org.evaluateAll(later(6 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "skipped", reason: "superseded" }],
      customers: [{ workflow: "Standard" }],
    });
  });

  it("of two rules whose waits for one change end together the first in the list wins", async () => {
    const fixture = await setUp();
    const { org, agency, standard } = fixture;
    const wait = { type: "wait" as const, hours: 5 };
    await org.activate(
      { name: "first", trigger: created, actions: [wait, assign(agency)] },
      { name: "second", trigger: created, actions: [wait, assign(standard)] },
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await org.evaluateAll(later(6 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [
        { rule: "first", status: "applied" },
        { rule: "second", status: "skipped", reason: "lostTo" },
      ],
      customers: [{ workflow: "Agency" }],
    });
  });

  it("may follow a wait", async () => {
    const fixture = await setUp();
    const { org, agency, ann } = fixture;
    const wait = { type: "wait" as const, hours: 5 };
    await org.activate({
      name: "twice",
      trigger: created,
      actions: [wait, { type: "assignUsers", userIds: [ann] }, wait, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await org.evaluateAll(later(6 * HOUR));
    expect((await outcomeOf(fixture)).runs).toMatchObject([
      { status: "waiting", actions: ["applied", "applied", "waiting", "waiting"] },
    ]);
    await org.evaluateAll(later(12 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "applied" }],
      customers: [{ workflow: "Agency" }],
    });
  });

  it("of a customer that is excluded meanwhile, or of a rule that is deactivated, is cancelled", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    const patient = { trigger: created, actions: [{ type: "wait" as const, hours: 5 }, assign(agency)] };
    const [, gone] = await org.activate({ name: "stays", ...patient }, { name: "goes", ...patient });
    await org.customers([
      { externalId: "C", name: "Globex" },
      { externalId: "D", name: "Initech" },
    ]);
    await org.evaluateAll();
    await inTransaction(database.sql, (tx) => excludeCustomer(tx, org.context(), "external:D"));
    await setStatus(fixture, gone!, "inactive");
    await org.evaluateAll(later(6 * HOUR));
    expect((await outcomeOf(fixture)).runs).toMatchObject([
      { customer: "C", rule: "stays", status: "applied" },
      { customer: "C", rule: "goes", status: "cancelled", reason: "inactive" },
      { customer: "D", rule: "stays", status: "cancelled", reason: "excluded" },
      { customer: "D", rule: "goes", status: "cancelled", reason: "excluded" },
    ]);
    expect(await timersOf(fixture)).toEqual([]);
  });
});

describe("a paused rule", () => {
  it("holds its runs, and what is released is done as of its change", async () => {
    const fixture = await setUp();
    const { org, agency, hook } = fixture;
    const [ruleId] = await org.activate({
      name: "held",
      trigger: created,
      actions: [
        assign(agency),
        {
          type: "sendNotification",
          channelId: hook,
          to: [{ assignedUsers: true }, { userId: fixture.ann }],
          body: "hello {{ customer.name }}",
        },
      ],
    });
    await setStatus(fixture, ruleId!, "paused");
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({ runs: [{ status: "held", actions: ["held", "held"] }] });
    await org.customers([{ externalId: "C", name: "Globex 2" }]);
    await org.evaluateAll();
    await setStatus(fixture, ruleId!, "active");
    await release(fixture);
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "planned", actions: ["applied", "planned"] }],
      customers: [{ workflow: "Agency" }],
    });
    const [message] = await database.sql`select body from notifications where organization_id = ${org.id}`;
    expect(message).toEqual({ body: "hello Globex" });
  });

  it("goes on with what was held only: a slot that was lost stays lost", async () => {
    const fixture = await setUp();
    const { org, agency, standard, hook, ann } = fixture;
    const [, second] = await org.activate(
      { name: "first", trigger: created, actions: [assign(standard)] },
      {
        name: "second",
        trigger: created,
        actions: [{ type: "sendNotification", channelId: hook, to: [{ userId: ann }], body: "hello" }, assign(agency)],
      },
    );
    await setStatus(fixture, second!, "paused");
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await setStatus(fixture, second!, "active");
    await release(fixture);
    await org.evaluateAll();
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "applied" }, { status: "planned", actions: ["planned", "lost"] }],
      customers: [{ workflow: "Standard" }],
    });
  });

  it("holds a run again that waited while it was paused", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    const [ruleId] = await org.activate({
      name: "patient",
      trigger: created,
      actions: [{ type: "wait", hours: 5 }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await setStatus(fixture, ruleId!, "paused");
    await org.evaluateAll(later(6 * HOUR));
    expect((await outcomeOf(fixture)).runs).toMatchObject([{ status: "held", actions: ["applied", "held"] }]);
    await setStatus(fixture, ruleId!, "active");
    await release(fixture);
    await org.evaluateAll(later(6 * HOUR));
    expect(await outcomeOf(fixture)).toMatchObject({
      runs: [{ status: "applied" }],
      customers: [{ workflow: "Agency" }],
    });
  });
});

describe("forDays", () => {
  const invoice = (externalId: string, amount: number) => ({
    ...{ externalId, customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2036-01-31", amount },
    state: "open" as const,
  });
  const staying = (workflowId: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
    name: "staying",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 5_000, forDays: 7 },
    actions: [assign(workflowId)],
    ...more,
  });

  it("fires once the value has stayed beyond the line that long, on the facts of that moment", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate(staying(agency, { filters: [{ field: "city", op: "is", values: ["Paris"] }] }));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([invoice("I", 6_000)]);
    await org.evaluateAll();
    await org.customers([{ externalId: "C", city: "Paris" }]);
    await org.evaluateAll(later(6.9 * DAY));
    expect((await outcomeOf(fixture)).runs).toEqual([]);
    await org.evaluateAll(later(7.1 * DAY));
    const { runs, changes, customers } = await outcomeOf(fixture);
    expect(runs).toMatchObject([{ version: 2, status: "applied" }]);
    expect(changes.map(({ codes }) => codes)).toEqual(["T", "D", "T", "T"]);
    expect(customers).toMatchObject([{ workflow: "Agency" }]);
    const [evaluation] = await database.sql`
      select e.details -> '0' as detail from evaluations e join changes c on c.id = e.change_id
      where c.organization_id = ${org.id} and c.version = 2`;
    expect(evaluation!.detail).toEqual({ dueAt: expect.any(String), runId: expect.any(String) });
  });

  it("says in a skipped run that the filters do not hold at that moment", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate(staying(agency, { filters: [{ field: "city", op: "is", values: ["Paris"] }] }));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([invoice("I", 6_000)]);
    await org.evaluateAll();
    await org.evaluateAll(later(7.1 * DAY));
    expect((await outcomeOf(fixture)).runs).toMatchObject([{ status: "skipped", reason: "filters" }]);
  });

  it("is ended by crossing back, and begins anew", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    await org.activate(staying(agency));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([invoice("I", 6_000)]);
    await org.evaluateAll();
    await org.payments([{ externalId: "P", customerId: "external:C", amount: 2_000, datedAt: "2026-02-01" }]);
    await org.evaluateAll(later(7.1 * DAY));
    const { runs, changes } = await outcomeOf(fixture);
    expect(runs).toEqual([]);
    expect(changes.map(({ codes }) => codes)).toEqual(["T", "D", "C"]);
    expect(await timersOf(fixture)).toEqual([]);
  });

  it("says in the evaluation that the rule was deactivated before it could fire", async () => {
    const fixture = await setUp();
    const { org, agency } = fixture;
    const [ruleId] = await org.activate(staying(agency));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([invoice("I", 6_000)]);
    await org.evaluateAll();
    await setStatus(fixture, ruleId!, "inactive");
    const [evaluation] = await database.sql`
      select e.details -> '0' as detail from evaluations e join changes c on c.id = e.change_id
      where c.organization_id = ${org.id} and c.version = 2`;
    expect(evaluation!.detail).toEqual({ dueAt: expect.any(String), cancelled: "inactive" });
  });
});
