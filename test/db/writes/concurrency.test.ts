import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluateNext } from "../../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { lockRulesetExclusive, publishRuleset } from "../../../db/rulesets.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { writeCustomers } from "../../../db/writes/index.ts";
import type { CustomerInput } from "../../../db/writes/types.ts";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { mistakesInBooks } from "../support/books.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 16 });
});
afterAll(() => database?.drop());

const names = (count: number) => Array.from({ length: count }, (_, index) => `C${String(index).padStart(3, "0")}`);
const invoiceOf = (externalId: string, amount = 100) => ({
  ...{ customerId: `external:${externalId}`, issuedAt: "2026-01-01", dueAt: "2026-01-31" },
  amount,
});

describe("writes at the same time", () => {
  it("two payments of 1,000 and 2,000 on 10,000 leave 7,000", async () => {
    for (let round = 0; round < 10; round++) {
      const org = await createTestOrganization(database.sql);
      await org.customers([{ externalId: "C", name: "Globex" }]);
      await org.invoices([{ externalId: "I", ...invoiceOf("C", 10_000) }]);
      const pay = (amount: number) =>
        org.payments([
          {
            ...{ customerId: "external:C", amount, datedAt: "2026-02-01" },
            allocations: [{ invoiceId: "external:I", amount }],
          },
        ]);
      await Promise.all([pay(1_000), pay(2_000)]);
      const [customer] =
        await database.sql`select outstanding, overdue, version from customers where organization_id = ${org.id}`;
      expect(customer).toEqual({ outstanding: 7_000, overdue: 7_000, version: 4 });
      expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
    }
  });

  it("two payments that together pass the invoice: one is refused", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([{ externalId: "I", ...invoiceOf("C", 1_000) }]);
    const pay = () =>
      org.payments([
        {
          ...{ customerId: "external:C", amount: 600, datedAt: "2026-02-01" },
          allocations: [{ invoiceId: "external:I", amount: 600 }],
        },
      ]);
    const outcomes = await Promise.all([pay(), pay()]);
    expect(outcomes.map(({ results }) => results[0]!.status).sort()).toEqual([201, 422]);
  });

  it("the same new external ids in both orders: each customer is created once and updated by the other", async () => {
    for (let round = 0; round < 5; round++) {
      const org = await createTestOrganization(database.sql);
      const ids = names(40);
      const items = (city: string, order: string[]): CustomerInput[] =>
        order.map((externalId) => ({ externalId, name: externalId, city }));
      const outcomes = await Promise.all([
        org.customers(items("Paris", ids)),
        org.customers(items("Lyon", ids.toReversed())),
        org.customers(items("Nice", ids)),
      ]);
      const statuses = outcomes.map(({ results }) => new Set(results.map(({ status }) => status)));
      expect(statuses.filter((set) => set.has(201))).toHaveLength(1);
      expect(outcomes.flatMap(({ results }) => results).every(({ ok }) => ok)).toBe(true);
      const rows = await database.sql`select version from customers where organization_id = ${org.id}`;
      expect(rows.map(({ version }) => version)).toEqual(ids.map(() => 3));
      expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
    }
  });

  it("the same new invoice in two writes: one creates it, the other updates it", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    const post = (amount: number) => org.invoices([{ externalId: "I", ...invoiceOf("C", amount) }]);
    const outcomes = await Promise.all([post(100), post(200), post(300)]);
    expect(outcomes.map(({ results }) => results[0]!.status).sort()).toEqual([200, 200, 201]);
    const invoices = await database.sql`select amount from invoices where organization_id = ${org.id}`;
    expect(invoices).toHaveLength(1);
    expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
  });

  it("one external id given to two customers: one of them keeps it", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([
      { externalId: "A", name: "A" },
      { externalId: "B", name: "B" },
    ]);
    const rename = (target: string) =>
      inTransaction(database.sql, (tx) => writeCustomers(tx, org.context(), [{ target, input: { externalId: "X" } }]));
    const outcomes = await Promise.all([rename("external:A"), rename("external:B")]);
    expect(outcomes.map(({ results }) => results[0]!.status).sort()).toEqual([200, 409]);
  });

  it("many writers of few customers leave books in order", async () => {
    const org = await createTestOrganization(database.sql);
    const ids = names(5);
    await org.customers(ids.map((externalId) => ({ externalId, name: externalId })));
    const writer = async (number: number) => {
      for (let turn = 0; turn < 8; turn++) {
        const [first, second] = [ids[(number + turn) % 5]!, ids[(number * 3 + turn) % 5]!];
        const invoice = `I${number}-${turn}`;
        await org.invoices([
          { externalId: invoice, ...invoiceOf(first) },
          { externalId: `${invoice}b`, ...invoiceOf(second) },
        ]);
        await org.payments([
          {
            ...{ customerId: `external:${first}`, amount: 150, datedAt: "2026-02-15" },
            allocations: [{ invoiceId: `external:${invoice}`, amount: 100 }],
          },
        ]);
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, number) => writer(number)));
    expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
    const [sum] =
      await database.sql`select sum(outstanding)::int as outstanding from customers where organization_id = ${org.id}`;
    expect(sum).toEqual({ outstanding: 12 * 8 * (200 - 150) });
  });
});

describe("rules published while others write", () => {
  it("each change carries the number of a ruleset that was in force when it was written", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    const rounds = Array.from({ length: 30 }, (_, index) => index);
    const publish = async () => {
      for (const _ of rounds)
        await inTransaction(database.sql, async (tx) => {
          await lockRulesetExclusive(tx, org.id);
          await publishRuleset(tx, org.id);
        });
    };
    const write = async (writer: number) => {
      for (const round of rounds) {
        const before = await number();
        await org.customers([{ externalId: `W${writer}`, name: `${round}` }]);
        const after = await number();
        const [change] = await database.sql<{ number: number }[]>`
          select c.ruleset_number as number from changes c join customers u on u.id = c.customer_id
          where u.organization_id = ${org.id} and u.external_id = ${`W${writer}`} order by c.version desc limit 1`;
        expect(change!.number).toBeGreaterThanOrEqual(before);
        expect(change!.number).toBeLessThanOrEqual(after);
      }
    };
    const number = async () => {
      const [row] = await database.sql<{ number: number }[]>`
        select ruleset_number as number from organizations where id = ${org.id}`;
      return row!.number;
    };
    await Promise.all([publish(), write(1), write(2), write(3)]);
    // Once a ruleset was published no change committed later carries an older one: per customer the numbers only rise.
    const [falls] = await database.sql`
      select count(*)::int as count from (
        select ruleset_number < lag(ruleset_number) over (partition by customer_id order by version) as fell
        from changes where organization_id = ${org.id}) c where fell`;
    expect(falls).toEqual({ count: 0 });
  });
});

describe("evaluating while others write", () => {
  it("goes without deadlocks, whatever customers a batch and a bulk write share", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "odd", trigger: { type: "customerCreated" } },
      filters: [{ field: "city", op: "is", values: ["odd"] }],
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    const deadlocks = async () => {
      await database.sql`select pg_stat_force_next_flush()`;
      const [row] = await database.sql<{ deadlocks: number }[]>`
        select deadlocks from pg_stat_database where datname = current_database()`;
      return row!.deadlocks;
    };
    const standing = await deadlocks();
    const cache = new RulesetCache();
    const written = { done: false };
    const write = async (prefix: string) => {
      for (let round = 0; round < 6; round++) {
        const ids = names(60).map((name) => `${prefix}${round}-${name}`);
        await org.customers(ids.map((id, index) => ({ externalId: id, name: id, city: index % 2 ? "odd" : "even" })));
        await org.invoices(ids.toReversed().map((id) => invoiceOf(id)));
      }
    };
    const evaluate = async () => {
      for (;;) {
        const last = written.done;
        const { evaluated } = await evaluateNext(database.sql, cache, { organizationId: org.id, shard: 0 });
        if (last && evaluated === 0) return;
      }
    };
    const writing = Promise.all([write("a"), write("b")]).finally(() => {
      written.done = true;
    });
    await Promise.all([writing, evaluate(), evaluate()]);
    expect((await deadlocks()) - standing).toBe(0);
    const [counts] = await database.sql`
      select (select count(*)::int from changes where organization_id = ${org.id}) as changes,
             (select count(*)::int from evaluations where organization_id = ${org.id}) as evaluations,
             (select count(*)::int from customers where organization_id = ${org.id} and workflow_id = ${agency}) as assigned`;
    expect(counts).toEqual({ changes: 12 * 60 * 2.5, evaluations: 12 * 60 * 2.5, assigned: 12 * 30 });
    expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
  });
});
