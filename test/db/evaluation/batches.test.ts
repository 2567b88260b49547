import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluateBatch } from "../../../db/evaluation/evaluateBatch.ts";
import { evaluateNext } from "../../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const cache = new RulesetCache();
const evaluate = (org: TestOrganization, limit: number) =>
  inTransaction(database.sql, (tx) => evaluateBatch(tx, cache, { organizationId: org.id, shard: 0 }, limit));

const exceeds = (value: number) => ({ type: "outstandingThreshold" as const, direction: "exceeds" as const, value });
const falls = (value: number) => ({ type: "outstandingThreshold" as const, direction: "fallsBelow" as const, value });

describe("a customer with a thousand queued changes", () => {
  it("is evaluated version by version, across batches, each change against the one before", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "big", trigger: exceeds(500) },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await queueSwings(org, 1_000);
    expect(await org.evaluateAll()).toBe(1_002);
    const { changes, runs } = await readOutcome(database.sql, org.id);
    // Versions 2, 4, 6 … owe 1,000, the odd ones nothing; the first effect raises version 1,002.
    expect(changes.map(({ codes }) => codes).join("")).toBe(`TM${"TU".repeat(499)}TT`);
    expect(runs.map(({ version }) => version)).toEqual(Array.from({ length: 500 }, (_, index) => 2 * index + 2));
    expect(new Set(runs.slice(1).map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(["skipped unchanged"]),
    );
    const [tracking] = await database.sql`
      select t.version, t.outstanding from customer_tracking t where t.organization_id = ${org.id}`;
    expect(tracking).toEqual({ version: 1_002, outstanding: 0 });
  });

  /** Queues changes of the one customer whose outstanding swings between 1,000 and 0, as as many writes would. */
  async function queueSwings(org: TestOrganization, count: number): Promise<void> {
    await database.sql`
      with source as (
        select c.*, n, jsonb_set(facts, '{outstanding}', to_jsonb((n % 2) * 1000)) as after,
               case when n = 1 then facts else jsonb_set(facts, '{outstanding}', to_jsonb(((n - 1) % 2) * 1000)) end as before
        from customers c cross join generate_series(1, ${count}) as n where organization_id = ${org.id}
      ), written as (
        insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, before, after)
        select gen_random_uuid(), nextval('change_seq'), organization_id, id, n + 1, 'updated', 'api', 1, gen_random_uuid(), before, after
        from source order by n returning *
      ), moved as (
        update customers set version = ${count + 1} where organization_id = ${org.id}
      )
      insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
      select id, seq, organization_id, 0, 0, customer_id, version from written`;
  }
});

describe("lanes", () => {
  it("put live changes first, and take a customer's waiting import along with its live change", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers(
      ["A", "B", "C"].map((externalId) => ({ externalId, name: externalId })),
      "csv",
    );
    await org.customers([{ externalId: "D", name: "D" }]);
    await org.customers([{ externalId: "B", city: "Paris" }]);
    const order: string[] = [];
    for (;;) {
      const { evaluated, customers } = await evaluate(org, 1);
      if (evaluated === 0) break;
      const [row] = await database.sql`select external_id as id from customers where id = ${customers[0]!.customerId}`;
      order.push(`${row!.id}${customers[0]!.version}`);
    }
    expect(order).toEqual(["B1", "D1", "B2", "A1", "C1"]);
  });

  it("keep an effect's change in the lane of what caused it", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "new", trigger: { type: "customerCreated" } },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers([{ externalId: "A", name: "A" }], "csv");
    await org.customers([{ externalId: "B", name: "B" }]);
    await evaluate(org, 500);
    const queued = await database.sql`
      select u.external_id as customer, q.lane, q.version from change_queue q join customers u on u.id = q.customer_id
      where q.organization_id = ${org.id} order by q.lane`;
    expect(queued).toMatchObject([
      { customer: "B", lane: 0, version: 2 },
      { customer: "A", lane: 1, version: 2 },
    ]);
  });
});

describe("the switch that stops all rules", () => {
  it("lets changes wait and loses none", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await database.sql`update organizations set rules_stopped = true where id = ${org.id}`;
    await org.customers([{ externalId: "C", city: "Paris" }]);
    expect(await org.evaluateAll()).toBe(0);
    await database.sql`update organizations set rules_stopped = false where id = ${org.id}`;
    expect(await org.evaluateAll()).toBe(2);
  });
});

describe("two evaluations of one shard at once", () => {
  it("evaluate each change once and apply each effect once", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "new", trigger: { type: "customerCreated" } },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    for (let part = 0; part < 4; part++)
      await org.customers(Array.from({ length: 300 }, (_, index) => ({ externalId: `${part}-${index}`, name: "G" })));
    const drain = async () => {
      for (let total = 0; ; ) {
        const { evaluated } = await evaluateNext(database.sql, cache, { organizationId: org.id, shard: 0 });
        if (evaluated === 0) return total;
        total += evaluated;
      }
    };
    const totals = await Promise.all([drain(), drain(), drain()]);
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(2_400);
    const { changes, runs } = await readOutcome(database.sql, org.id);
    expect(changes).toHaveLength(2_400);
    expect(runs.map(({ status }) => status)).toEqual(Array(1_200).fill("applied"));
  });
});

/** One write of the histories: an invoice or payment of a customer, or a field of it. */
type Write = { customer: number; amount: number } | { customer: number; city: string };

const CITIES = ["Paris", "Lyon"];
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ customer: fc.nat({ max: 1 }), amount: fc.constantFrom(-600, -300, 200, 400, 900) }),
  },
  { weight: 1, arbitrary: fc.record({ customer: fc.nat({ max: 1 }), city: fc.constantFrom(...CITIES) }) },
);
const history = fc.array(write, { minLength: 4, maxLength: 10, size: "max" });

/** Rules that fire on crossings, on fields and on each other's effects. */
async function rulesOf(org: TestOrganization): Promise<number> {
  const [agency, standard] = [await org.workflow("Agency"), await org.workflow("Standard")];
  const [ann, bob] = [await org.user("ann@acme.test"), await org.user("bob@acme.test")];
  await org.activate(
    { name: "up", trigger: exceeds(500), actions: [{ type: "assignWorkflow", workflowId: agency }] },
    { name: "down", trigger: falls(300), actions: [{ type: "assignWorkflow", workflowId: standard }] },
    { name: "higher", trigger: exceeds(1_000), actions: [{ type: "assignUsers", userIds: [bob], mode: "add" }] },
    {
      ...{ name: "follows", trigger: { type: "customerCreatedOrUpdated" } },
      filters: [{ field: "workflow", op: "is", values: [agency] }],
      actions: [{ type: "assignUsers", userIds: [ann], mode: "add" }],
    },
    {
      ...{ name: "city", trigger: { type: "customerCreatedOrUpdated" } },
      filters: [{ field: "city", op: "changed", to: ["Paris"] }],
      actions: [{ type: "assignUsers", userIds: [ann], mode: "remove" }],
    },
  );
  return 3;
}

/** Plays a history in an organization of its own; `evaluateAfter` says after which writes how much is evaluated. */
async function play(writes: Write[], evaluateAfter: (index: number, org: TestOrganization) => Promise<unknown>) {
  const org = await createTestOrganization(database.sql);
  const thresholds = await rulesOf(org);
  await org.customers([0, 1].map((number) => ({ externalId: `C${number}`, name: "Globex" })));
  for (const [index, one] of writes.entries()) {
    const customerId = `external:C${one.customer}`;
    const dated = { customerId, externalId: `${index}` };
    if ("city" in one) await org.customers([{ externalId: `C${one.customer}`, city: one.city }]);
    else if (one.amount > 0)
      await org.invoices([{ ...dated, issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: one.amount }]);
    else await org.payments([{ ...dated, datedAt: "2026-02-01", amount: -one.amount }]);
    await evaluateAfter(index, org);
  }
  await evaluateAfter(writes.length, org);
  return { ...(await readOutcome(database.sql, org.id)), thresholds };
}

/** Evaluates everything once all is written, in batches whose sizes repeat. */
const inBatches = (sizes: number[]) => async (writes: Write[]) =>
  play(writes, async (index, org) => {
    if (index < writes.length) return;
    for (let turn = 0; ; turn++) if ((await evaluate(org, sizes[turn % sizes.length]!)).evaluated === 0) return;
  });

describe("batch boundaries", () => {
  it("change nothing: not what fires, not what is recorded, not what comes of it", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    let matches = 0;
    await fc.assert(
      fc.asyncProperty(history, sizes, async (writes, mixed) => {
        const whole = await inBatches([500])(writes);
        matches += whole.runs.length;
        expect(await inBatches([1])(writes)).toEqual(whole);
        expect(await inBatches(mixed)(writes)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
    expect(matches).toBeGreaterThan(8);
  });

  it("nor does when it is evaluated: thresholds fire for the same writes and slots end alike", async () => {
    const points = fc.array(fc.nat({ max: 9 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(history, points, async (writes, evaluated) => {
        const late = await inBatches([500])(writes);
        const early = await play(writes, async (index, org) => {
          if (evaluated.includes(index) || index === writes.length) await org.evaluateAll();
        });
        // Changes of the rules' own come in between, so only what people wrote can be compared one by one.
        const fired = ({ changes, thresholds }: typeof late) =>
          changes
            .filter(({ source }) => source === "api")
            .map(({ customer, codes }) => [customer, codes.slice(0, thresholds)]);
        const slots = ({ customers }: typeof late) =>
          customers.map(({ customer, workflow }) => ({ customer, workflow }));
        expect(fired(early)).toEqual(fired(late));
        expect(slots(early)).toEqual(slots(late));
      }),
      { numRuns: 8 },
    );
  });
});
