import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../../db/cancelRuns.ts";
import { evaluateBatch } from "../../../db/evaluation/evaluateBatch.ts";
import { evaluateDue } from "../../../db/evaluation/evaluateDue.ts";
import { evaluateNextDue } from "../../../db/evaluation/evaluateShard.ts";
import { openEvaluation } from "../../../db/evaluation/readBatch.ts";
import { readDue } from "../../../db/evaluation/readDue.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { getRule, insertNextVersion } from "../../../db/rules.ts";
import { lockRulesetExclusive, publishRuleset } from "../../../db/rulesets.ts";
import { releaseRuns } from "../../../db/timers.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { writeCredits } from "../../../db/writes/index.ts";
import { type RuleDraft, RuleInput } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { eventually } from "../../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const DAY = 86_400_000;
const later = (days: number) => Date.now() + days * DAY;
const invoice = (externalId: string, amount: number) => ({
  ...{ externalId, customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2036-01-31", amount },
  state: "open" as const,
});
const payment = (externalId: string, amount: number) => ({
  ...{ externalId, customerId: "external:C", amount, datedAt: "2026-02-01" },
});
const assign = (workflowId: string | null): RuleDraft["actions"][number] => ({ type: "assignWorkflow", workflowId });
const staying = (workflowId: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  name: "staying",
  trigger: { type: "outstandingThreshold", direction: "exceeds", value: 5_000, forDays: 7 },
  actions: [assign(workflowId)],
  ...more,
});

async function waitingCustomer(rule: (workflowId: string) => RuleDraft) {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const [ruleId] = await org.activate(rule(agency));
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await org.invoices([invoice("I", 6_000)]);
  await org.evaluateAll();
  return { org, agency, ruleId: ruleId! };
}

async function edit(org: TestOrganization, ruleId: string, draft: RuleDraft): Promise<void> {
  await inTransaction(database.sql, async (tx) => {
    await lockRulesetExclusive(tx, org.id);
    const standing = (await getRule(tx, org.id, ruleId))!;
    await insertNextVersion(tx, org.id, standing, {
      definition: RuleInput.parse(draft),
      note: null,
      author: standing.author,
    });
    await publishRuleset(tx, org.id);
  });
}

describe("a timer that is due", () => {
  it("waits for a change that is written while it is about to be judged", async () => {
    const { org } = await waitingCustomer((agency) => staying(agency));
    const cache = new RulesetCache();
    const target = { organizationId: org.id, shard: 0, now: later(7.1) };
    let judging: Promise<unknown> = Promise.resolve();
    await database.sql.begin(async (writing) => {
      // The line is crossed back and again while the judging waits for the customer.
      await writeCredits(writing as never, org.context(), "payment", [{ input: payment("P", 2_000) }]);
      judging = evaluateNextDue(database.sql, cache, target);
      await eventually(
        async () => {
          const [row] = await database.sql`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%for no key update%'`;
          return row !== undefined;
        },
        { message: "the judging at the customer's lock" },
      );
    });
    await judging;
    await org.evaluateAll(later(7.1));
    const { runs, changes } = await readOutcome(database.sql, org.id);
    expect(runs).toEqual([]);
    expect(changes.map(({ codes }) => codes)).toEqual(["T", "D", "C"]);
  });

  it("is found without reading the queue of others", async () => {
    const { org } = await waitingCustomer((agency) => staying(agency));
    await database.sql`
      insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
      select gen_random_uuid(), n, gen_random_uuid(), 0, 0, gen_random_uuid(), 1 from generate_series(1, 20000) as n`;
    await database.sql`analyze change_queue`;
    const target = { organizationId: org.id, shard: 0, now: later(7.1) };
    const [due, read] = await inTransaction(database.sql, async (tx) => {
      const scope = await openEvaluation(tx, target);
      const timers = await readDue(tx, target, scope, 500);
      const [row] = await tx`
        select seq_tup_read::int + coalesce(idx_tup_fetch, 0)::int as read from pg_stat_xact_user_tables where relname = 'change_queue'`;
      return [timers.length, row!.read];
    });
    await database.sql`delete from change_queue where organization_id <> ${org.id}`;
    expect(due).toBe(1);
    expect(read).toBeLessThan(100);
  });
});

describe("held runs that are released together", () => {
  it("go on in the order of their changes, however few are taken at once", async () => {
    const org = await createTestOrganization(database.sql);
    await org.field("manager", "TEXT");
    await org.user("ann@acme.test");
    await org.user("bob@acme.test");
    const [ruleId] = await org.activate({
      name: "manager",
      trigger: { type: "customerCreatedOrUpdated" },
      filters: [{ field: "customFields.manager", op: "changed" }],
      actions: [{ type: "assignUsers", customFields: ["manager"] }],
    });
    await database.sql`update rules set status = 'paused' where id = ${ruleId!}`;
    await org.customers([{ externalId: "C", name: "Globex", customFields: { manager: "ann@acme.test" } }]);
    await org.evaluateAll();
    await org.customers([{ externalId: "C", customFields: { manager: "bob@acme.test" } }]);
    await org.evaluateAll();
    const held = await database.sql<{ id: string }[]>`
      select r.id from rule_runs r join changes c on c.id = r.change_id where r.organization_id = ${org.id} order by c.version`;
    await inTransaction(database.sql, async (tx) => {
      await tx`update rules set status = 'active' where id = ${ruleId!}`;
      await releaseRuns(
        tx,
        org.id,
        held.map(({ id }) => id),
      );
      // Their ids are random: here the later change has the lower one.
      await tx`update timers set id = '00000000-0000-4000-8000-000000000000' where run_id = ${held[1]!.id}`;
    });
    const cache = new RulesetCache();
    const target = { organizationId: org.id, shard: 0 };
    await inTransaction(database.sql, (tx) => evaluateDue(tx, cache, target, 1));
    await org.evaluateAll();
    const { runs } = await readOutcome(database.sql, org.id);
    expect(runs.map(({ version, status }) => [version, status])).toEqual([
      [1, "applied"],
      [2, "applied"],
    ]);
  });
});

describe("a manual write", () => {
  it("is overruled by a rule though one above it begins to wait", async () => {
    const org = await createTestOrganization(database.sql);
    const [agency, standard, other] = [
      await org.workflow("Agency"),
      await org.workflow("Standard"),
      await org.workflow("Other"),
    ];
    const limit = { field: "creditLimit" };
    await org.activate(
      staying(agency, { trigger: { type: "outstandingThreshold", direction: "exceeds", value: limit, forDays: 7 } }),
      { name: "standard", trigger: { type: "customerCreatedOrUpdated" }, actions: [assign(standard)] },
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([invoice("I", 6_000)]);
    await org.evaluateAll();
    const { results } = await org.customers([{ externalId: "C", creditLimit: 1_000, workflowId: other }], "manual");
    expect(results).toMatchObject([{ ok: true, overruled: [{ slot: "workflow", kept: standard }] }]);
  });
});

describe("a rule that is edited while a timer of its former version waits", () => {
  it("does not take the firing of the former version for its own", async () => {
    const { org, agency, ruleId } = await waitingCustomer((workflowId) =>
      staying(workflowId, { exitActions: [assign(null)] }),
    );
    const other = await org.workflow("Other");
    await edit(org, ruleId, {
      name: "falling",
      trigger: { type: "outstandingThreshold", direction: "fallsBelow", value: 3_000 },
      actions: [assign(agency)],
      exitActions: [assign(other)],
    });
    await org.evaluateAll(later(7.1));
    await org.customers([{ externalId: "C", city: "Paris" }]);
    await org.evaluateAll(later(7.1));
    const { customers, changes } = await readOutcome(database.sql, org.id);
    expect(customers).toMatchObject([{ workflow: "Agency" }]);
    expect(changes.map(({ codes }) => codes)).not.toContain("B");
  });

  it("waits for its own line beside it", async () => {
    const { org, ruleId } = await waitingCustomer((workflowId) => staying(workflowId));
    const other = await org.workflow("Other");
    await edit(
      org,
      ruleId,
      staying(other, { trigger: { type: "outstandingThreshold", direction: "exceeds", value: 10_000, forDays: 3 } }),
    );
    await org.invoices([invoice("J", 6_000)]);
    await org.evaluateAll(later(3.1));
    const { runs, customers } = await readOutcome(database.sql, org.id);
    expect(runs).toMatchObject([{ version: 3, status: "applied" }]);
    expect(customers).toMatchObject([{ workflow: "Other" }]);
    await org.evaluateAll(later(7.1));
    expect((await readOutcome(database.sql, org.id)).runs).toHaveLength(2);
  });

  it("does not remember firings from before it was one that forgets", async () => {
    const { org, agency, ruleId } = await waitingCustomer((workflowId) =>
      staying(workflowId, { exitActions: [assign(null)] }),
    );
    const plain = {
      ...staying(agency),
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 50_000 },
    } as RuleDraft;
    await edit(org, ruleId, plain);
    await org.evaluateAll(later(7.1));
    await edit(org, ruleId, { ...plain, exitActions: [assign(null)] });
    await org.customers([{ externalId: "C", city: "Paris" }]);
    await org.evaluateAll(later(7.1));
    const { customers } = await readOutcome(database.sql, org.id);
    expect(customers).toMatchObject([{ workflow: "Agency" }]);
  });
});

describe("a customer that is excluded before an earlier change of it is evaluated", () => {
  it("leaves no run held and nothing remembered", async () => {
    const org = await createTestOrganization(database.sql);
    const ann = await org.user("ann@acme.test");
    const channelId = await org.channel("webhook", "http://127.0.0.1:9/x");
    const [, told] = await org.activate(
      {
        name: "hopeless",
        trigger: { type: "customerCreated" },
        actions: [{ type: "excludeCustomer" }],
      },
      {
        name: "tell",
        trigger: { type: "customerCreatedOrUpdated" },
        filters: [{ field: "city", op: "is", values: ["Paris"] }],
        actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "hello" }],
      },
      {
        name: "remembers",
        trigger: { type: "outstandingThreshold", direction: "exceeds", value: 5_000, resetAt: 4_000 },
        actions: [assign(null)],
      },
    );
    await database.sql`update rules set status = 'paused' where id = ${told!}`;
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.customers([{ externalId: "C", city: "Paris" }]);
    await org.invoices([invoice("I", 6_000)]);
    const cache = new RulesetCache();
    const target = { organizationId: org.id, shard: 0 };
    for (let left = 4; left > 0; left--) await inTransaction(database.sql, (tx) => evaluateBatch(tx, cache, target, 1));
    const { runs, changes } = await readOutcome(database.sql, org.id);
    expect(changes.map(({ outcome }) => outcome)).toEqual(["evaluated", "evaluated", "evaluated", "excluded"]);
    expect(runs.filter(({ status }) => status === "held")).toEqual([]);
    expect(await database.sql`select rule_id from rule_states where organization_id = ${org.id}`).toHaveLength(0);
  });
});

describe("stopping a rule", () => {
  it("reads its own open runs only", async () => {
    const { org, ruleId } = await waitingCustomer((agency) => staying(agency));
    const [customer] = await database.sql`select id from customers where organization_id = ${org.id}`;
    await database.sql`
      insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, status, actions, kind)
      select gen_random_uuid(), ${org.id}, case when n % 100 = 0 then ${ruleId}::uuid else gen_random_uuid() end, 1, ${customer!.id},
             gen_random_uuid(), gen_random_uuid(), 'applied', '[]', 'change' from generate_series(1, 20000) as n`;
    await database.sql`analyze rule_runs`;
    const read = await inTransaction(database.sql, async (tx) => {
      await cancelWaitingRuns(tx, { ruleId }, "inactive");
      const [row] = await tx`
        select seq_tup_read::int + coalesce(idx_tup_fetch, 0)::int as read from pg_stat_xact_user_tables where relname = 'rule_runs'`;
      return row!.read;
    });
    expect(read).toBeLessThan(100);
  });
});

describe("a change that was written after a timer fell due, with nobody at work in between", () => {
  /** As if the days had passed before whatever is written next. */
  const fallsDue = () => database.sql`update timers set due_at = now() - interval '1 minute'`;
  const slots = async (org: TestOrganization) => {
    const [row] = await database.sql<{ workflowId: string | null }[]>`
      select workflow_id as "workflowId" from customers where organization_id = ${org.id}`;
    return row!.workflowId;
  };

  it("comes after it: the value had stayed beyond the line for long enough, then it came back", async () => {
    const { org, agency } = await waitingCustomer((id) => staying(id, { exitActions: [assign(null)] }));
    await fallsDue();
    await org.payments([payment("P", 2_000)]);
    await org.evaluateAll();
    const { runs, changes } = await readOutcome(database.sql, org.id);
    expect(runs.map(({ status, actions }) => ({ status, actions }))).toEqual([
      { status: "applied", actions: ["applied"] },
      { status: "applied", actions: ["applied"] },
    ]);
    // Created, crossed, what the rule raised, paid (the value came back), what its exit raised.
    expect(changes.filter(({ codes }) => codes === "D")).toHaveLength(1);
    expect(changes.filter(({ codes }) => codes === "B")).toHaveLength(1);
    expect(await slots(org)).toBeNull();
    expect(agency).not.toBeNull();
  });

  it("comes after it whether it is evaluated at once or with all that was written since", async () => {
    const outcomes = [];
    for (const atOnce of [true, false]) {
      const { org } = await waitingCustomer((id) => staying(id, { exitActions: [assign(null)] }));
      await fallsDue();
      if (atOnce) await org.evaluateAll();
      await org.payments([payment("P", 2_000)]);
      if (atOnce) await org.evaluateAll();
      await org.invoices([invoice("I2", 500)]);
      if (atOnce) await org.evaluateAll();
      await org.evaluateAll();
      const { runs, changes } = await readOutcome(database.sql, org.id);
      outcomes.push({
        runs: runs.map(({ status, actions }) => ({ status, actions })),
        codes: changes.map(({ codes }) => codes).sort(),
        slot: await slots(org),
      });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it("does not take back what a wait has led to: the filters held when it was over", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      name: "after an hour",
      trigger: { type: "customerCreated" },
      filters: [{ field: "country", op: "is", values: ["FR"] }],
      actions: [{ type: "wait", hours: 1 }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex", country: "FR" }]);
    await org.evaluateAll();
    await fallsDue();
    await org.customers([{ externalId: "C", country: "US" }]);
    await org.evaluateAll();
    expect(await slots(org)).toBe(agency);
  });

  it("keeps a slot that it has written: what fell due before it is superseded", async () => {
    const org = await createTestOrganization(database.sql);
    const [agency, other] = [await org.workflow("Agency"), await org.workflow("Other")];
    await org.activate({
      name: "after an hour",
      trigger: { type: "customerCreated" },
      actions: [{ type: "wait", hours: 1 }, assign(agency)],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await fallsDue();
    await org.customers([{ externalId: "C", workflowId: other }], "manual");
    await org.evaluateAll();
    const { runs } = await readOutcome(database.sql, org.id);
    expect(runs[0]).toMatchObject({ status: "skipped", actions: ["applied", "superseded"] });
    expect(await slots(org)).toBe(other);
  });
});
