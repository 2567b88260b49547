import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginRatings, listRatingRuns } from "../../../db/schedules/ratingRuns.ts";
import { recomputePage } from "../../../db/schedules/recomputePage.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { writeCustomers } from "../../../db/writes/index.ts";
import { addDays } from "../../../rules/days.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { passDays } from "../support/passDays.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const DAY_MS = 86_400_000;
const day = (ahead: number) => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
const invoice = (customer: string, due: number, more: object = {}) => ({
  ...{ customerId: `external:${customer}`, issuedAt: day(due - 30), dueAt: day(due), amount: 100 },
  ...more,
});

/** Recomputes to the end, as the workflow does. */
async function recompute(org: TestOrganization, workflowId = `ratings:${org.id}-${randomUUID()}`) {
  await beginRatings(database.sql, org.id, workflowId);
  const total = { done: 0, changed: 0 };
  for (;;) {
    const page = await recomputePage(database.sql, org.id, workflowId);
    total.done += page.done;
    total.changed += page.changed;
    if (page.ended) return total;
  }
}

/** Changes of the schedule, by customer. */
async function scheduled(org: TestOrganization) {
  return database.sql`
    select u.external_id as customer, c.version, c.kind, q.lane, c.before, c.after, c.root_id = c.id as "isRoot", c.actor
    from changes c join customers u on u.id = c.customer_id left join change_queue q on q.change_id = c.id
    where c.organization_id = ${org.id} and c.source = 'schedule' order by c.seq`;
}

async function customers(org: TestOrganization, ...externalIds: string[]) {
  await org.customers(externalIds.map((externalId) => ({ externalId, name: externalId })));
}

describe("what moves with the calendar", () => {
  it("is brought up to date, with a change in the second lane for those alone whose facts moved", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "falls", "later", "late", "none");
    await org.invoices([
      invoice("falls", 0),
      invoice("falls", 0, { amount: 40 }),
      invoice("later", 5),
      invoice("late", -10),
    ]);
    expect(await recompute(org)).toEqual({ done: 0, changed: 0 });
    await passDays(database.sql, org.id, 1);
    expect(await recompute(org)).toEqual({ done: 1, changed: 1 });
    const changes = await scheduled(org);
    expect(changes).toMatchObject([
      {
        ...{ customer: "falls", version: 3, kind: "updated", lane: 1, isRoot: true, actor: null },
        before: { due: 140, overdue: 0, overdueSince: null, asOf: day(-1) },
        after: { due: 0, overdue: 140, overdueSince: day(-1), outstanding: 140, asOf: day(0) },
      },
    ]);
    const [row] = await database.sql`
      select due, overdue, overdue_since as since, version, facts from customers where organization_id = ${org.id} and external_id = 'falls'`;
    expect(row).toEqual({ due: 0, overdue: 140, since: day(-1), version: 3, facts: changes[0]!.after });
  });

  it("is caught up after days without a run, once, and not again on the same day", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "a", "b");
    await org.invoices([invoice("a", 1), invoice("b", 6)]);
    await recompute(org);
    await passDays(database.sql, org.id, 8);
    expect(await recompute(org)).toEqual({ done: 2, changed: 2 });
    expect(await recompute(org)).toEqual({ done: 0, changed: 0 });
    expect((await scheduled(org)).map(({ after }) => after.overdueSince)).toEqual([day(-7), day(-2)]);
  });

  it("leaves settled, void and draft invoices and excluded customers alone", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "paid", "void", "draft", "excluded", "disputed");
    await org.invoices([
      invoice("paid", 0, { state: "paid", paidAt: day(0) }),
      invoice("void", 0, { state: "void" }),
      invoice("draft", 0, { state: "draft" }),
      invoice("excluded", 0),
      invoice("disputed", 0, { state: "disputed" }),
    ]);
    await database.sql`update customers set excluded_at = now() where organization_id = ${org.id} and external_id = 'excluded'`;
    await passDays(database.sql, org.id, 1);
    await recompute(org);
    expect((await scheduled(org)).map(({ customer }) => customer)).toEqual(["disputed"]);
  });

  it("in mode paidAndOverdue moves the delay and the rating of everybody with overdue or disputed invoices, every night", async () => {
    const org = await createTestOrganization(database.sql);
    await database.sql`update organizations set delay_mode = 'paidAndOverdue' where id = ${org.id}`;
    await customers(org, "late", "disputed", "due", "paid");
    await org.invoices([
      invoice("late", -30),
      invoice("disputed", -60, { state: "disputed" }),
      invoice("due", 5),
      invoice("paid", -40, { state: "paid", paidAt: day(-10) }),
    ]);
    for (const night of [1, 2]) {
      await passDays(database.sql, org.id, 1);
      expect(await recompute(org)).toEqual({ done: 2, changed: 2 });
      const last = (await scheduled(org)).slice(-2);
      expect(
        Object.fromEntries(last.map(({ customer, after }) => [customer, [after.delaySums, after.rating]])),
      ).toEqual({
        late: [[String(100 * (30 + night)), "100"], "B"],
        disputed: [[String(100 * (60 + night)), "100"], "C"],
      });
    }
  });

  it("never goes back, where a move of the time zone took the day back", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "a");
    await org.invoices([invoice("a", -1)]);
    await passDays(database.sql, org.id, -1);
    expect(await recompute(org)).toEqual({ done: 0, changed: 0 });
    const [row] = await database.sql`select overdue, facts from customers where organization_id = ${org.id}`;
    expect(row).toMatchObject({ overdue: 100, facts: { asOf: day(1) } });
  });
});

describe("the growth of overdueDays alone", () => {
  const rule = (filters: RuleDraft["filters"], more: Partial<RuleDraft> = {}): RuleDraft => ({
    name: "aging",
    trigger: { type: "customerCreatedOrUpdated" },
    filters,
    actions: [{ type: "assignWorkflow", workflowId: null }],
    ...more,
  });

  it("is a change only on the night on which it passes a bound that an active rule names", async () => {
    const org = await createTestOrganization(database.sql);
    await org.activate(rule([{ field: "overdueDays", op: "between", min: 30, max: 31 }]));
    await customers(org, "a", "b");
    await org.invoices([invoice("a", -28), invoice("b", -10)]);
    const nights: number[] = [];
    for (let night = 0; night < 6; night++) {
      await passDays(database.sql, org.id, 1);
      nights.push((await recompute(org)).changed);
    }
    // 29, 30 (reaches min), 31, 32 (leaves max), 33, 34 days.
    expect(nights).toEqual([0, 1, 0, 1, 0, 0]);
    const changes = await scheduled(org);
    expect(changes.map(({ customer, after }) => [customer, after.overdueSince])).toMatchObject([
      ["a", day(-34 + 4)],
      ["a", day(-34 + 2)],
    ]);
  });

  it("fires a rule once, on the night on which its filters begin to hold", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    const channelId = await org.channel("inApp");
    const userId = await org.user("ann@acme.test");
    await org.activate(
      rule([{ field: "overdueDays", op: "between", min: 30 }], {
        actions: [
          { type: "assignWorkflow", workflowId: agency },
          { type: "sendNotification", channelId, to: [{ userId }], body: "30 days" },
        ],
      }),
      rule([{ field: "overdueDays", op: "between", min: 32 }], {
        name: "another",
        actions: [{ type: "assignPaymentMethods", paymentMethodIds: [] }],
      }),
    );
    await customers(org, "a");
    await org.invoices([invoice("a", -28)]);
    await org.evaluateAll();
    for (let night = 0; night < 5; night++) {
      await passDays(database.sql, org.id, 1);
      await recompute(org);
      await org.evaluateAll();
    }
    const [row] = await database.sql`
      select (select count(*)::int from notifications where organization_id = ${org.id}) as sent,
             (select workflow_id from customers where organization_id = ${org.id}) as workflow`;
    expect(row).toEqual({ sent: 1, workflow: agency });
  });

  it("is no change where the rule is not active", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "a");
    await org.invoices([invoice("a", -29)]);
    await passDays(database.sql, org.id, 1);
    expect((await recompute(org)).changed).toBe(0);
  });
});

describe("bounds that nobody reaches", () => {
  it("are no trouble", async () => {
    const org = await createTestOrganization(database.sql);
    const bounds = [500_000, 499_999.5, 1e13, -1e13, 0].map(
      (min) => ({ field: "overdueDays", op: "between", min }) as const,
    );
    const days = [-36_500, 36_500].map(
      (daysFromToday) => ({ field: "createdAt", op: "on", value: { daysFromToday } }) as const,
    );
    await org.activate({
      ...{ name: "far", trigger: { type: "customerCreatedOrUpdated" }, filters: [{ anyOf: [...bounds, ...days] }] },
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    await customers(org, "a");
    await org.invoices([invoice("a", -28)]);
    for (let night = 0; night < 2; night++) {
      await passDays(database.sql, org.id, 1);
      expect((await recompute(org)).changed).toBe(0);
    }
  });
});

describe("days counted from today", () => {
  it("raise a change on the night on which a rule's condition turns round", async () => {
    const timeZone = "Europe/Paris";
    const org = await createTestOrganization(database.sql, { timeZone });
    // Late in the evening of UTC it is the next day there.
    const [here] = await database.sql<{ today: string }[]>`select (now() at time zone ${timeZone})::date as today`;
    const today = here!.today;
    await org.field("renewal", "DATE");
    await org.activate({
      name: "renewal",
      trigger: { type: "customerCreatedOrUpdated" },
      filters: [
        {
          anyOf: [
            { field: "customFields.renewal", op: "onOrBefore", value: { daysFromToday: 30 } },
            { field: "lastReminderAt", op: "before", value: { daysFromToday: -7 } },
          ],
        },
      ],
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    await org.customers([
      { externalId: "renews", name: "R", customFields: { renewal: addDays(today, 33) } },
      { externalId: "reminded", name: "M", lastReminderAt: `${addDays(today, -4)}T12:00:00.000Z` },
      { externalId: "other", name: "O", customFields: { renewal: addDays(today, 100) } },
    ]);
    const nights: string[][] = [];
    for (let night = 0; night < 6; night++) {
      // The days of the custom field stay; the organization's day is what moves.
      await passDays(database.sql, org.id, 1);
      await database.sql`
        update customers set custom_fields = custom_fields || jsonb_build_object('renewal', ((custom_fields ->> 'renewal')::date - 1)::text),
          facts = jsonb_set(facts, '{customFields,renewal}', to_jsonb(((custom_fields ->> 'renewal')::date - 1)::text))
        where organization_id = ${org.id} and custom_fields ? 'renewal'`;
      const before = (await scheduled(org)).length;
      await recompute(org);
      nights.push((await scheduled(org)).slice(before).map(({ customer }) => customer));
    }
    expect(nights).toEqual([[], [], ["renews"], ["reminded"], [], []]);
  });
});

describe("a run", () => {
  it("is counted, found again by the same workflow, and takes over what an earlier one left", async () => {
    const org = await createTestOrganization(database.sql);
    await customers(org, "a", "b");
    await org.invoices([invoice("a", 0), invoice("b", 0)]);
    await passDays(database.sql, org.id, 1);
    const lost = await beginRatings(database.sql, org.id, `ratings:${org.id}-lost`);
    expect(lost).toMatchObject({ status: "running", total: 2, done: 0, asOf: day(0) });
    expect(await beginRatings(database.sql, org.id, `ratings:${org.id}-lost`)).toEqual(lost);
    expect(await recompute(org, `ratings:${org.id}-next`)).toEqual({ done: 2, changed: 2 });
    expect(await listRatingRuns(database.sql, org.id, 10)).toMatchObject([
      { temporalWorkflowId: `ratings:${org.id}-next`, status: "completed", total: 2, done: 2, changed: 2 },
      { temporalWorkflowId: `ratings:${org.id}-lost`, status: "abandoned", done: 0 },
    ]);
    expect(await beginRatings(database.sql, "00000000-0000-7000-8000-000000000000", "ratings:nobody")).toBeNull();
  });

  it("goes through several pages beside live writes, each customer's changes in one order without a gap", async () => {
    const org = await createTestOrganization(database.sql);
    const names = Array.from({ length: 1_200 }, (_, index) => `C${index}`);
    await org.customers(names.map((externalId) => ({ externalId, name: externalId })));
    await org.invoices(names.map((name) => invoice(name, 0)));
    await org.evaluateAll();
    await passDays(database.sql, org.id, 1);
    const touched = names.filter((_, index) => index % 50 === 0);
    const live = async () => {
      for (const externalId of touched) await org.customers([{ externalId, city: "Paris" }]);
    };
    const pay = async () => {
      for (const name of touched.slice(0, 20)) {
        await org.payments([{ customerId: `external:${name}`, amount: 10, datedAt: day(0) }]);
      }
    };
    const several = inTransaction(database.sql, (tx) =>
      writeCustomers(
        tx,
        org.context(),
        names.slice(0, 500).map((externalId) => ({ input: { externalId, language: "fr" } })),
      ),
    );
    await Promise.all([recompute(org), live(), pay(), several]);
    const broken = await database.sql`
      select c.id from changes c join changes p on p.customer_id = c.customer_id and p.version = c.version - 1
      where c.organization_id = ${org.id} and c.version > 3 and c.before <> p.after`;
    expect(broken).toEqual([]);
    const [row] = await database.sql`
      select count(*)::int as customers, count(*) filter (where overdue = 100)::int as overdue,
             count(*) filter (where due = 0 and outstanding = overdue - unapplied)::int as right
      from customers where organization_id = ${org.id}`;
    expect(row).toEqual({ customers: 1_200, overdue: 1_200, right: 1_200 });
    await org.evaluateAll();
    const [left] = await database.sql`
      select (select count(*)::int from change_queue where organization_id = ${org.id}) as queued,
             (select count(*)::int from customer_tracking t join customers c on c.id = t.customer_id
              where c.organization_id = ${org.id} and t.version = c.version) as tracked`;
    expect(left).toEqual({ queued: 0, tracked: 1_200 });
  });
});
