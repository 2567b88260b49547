import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delayValue } from "../../../rules/delay.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { mistakesInBooks } from "../support/books.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

type DelayMode = "paidOnly" | "paidAndOverdue";

/** An invoice due on `due`, days from today, and paid so many days later; without `late` it is unpaid. */
interface Document {
  amount: number;
  due: number;
  late?: number;
  state?: "disputed" | "void" | "draft";
}

interface Case {
  name: string;
  mode?: DelayMode;
  documents: Document[];
  /** Σ(amount × delay) and Σ(amount). */
  sums: [string, string] | null;
  rating: string | null;
}

const paid = (amount: number, late: number): Document => ({ amount, due: -400, late });

const cases: Case[] = [
  { name: "no invoice counts: empty, and no rating", documents: [{ amount: 100, due: 10 }], sums: null, rating: null },
  {
    name: "140 paid 7 days late and 85 paid 55 days late give 5655/225, rating A",
    documents: [paid(140, 7), paid(85, 55)],
    sums: ["5655", "225"],
    rating: "A",
  },
  {
    name: "an overdue invoice of 214 changes nothing in paidOnly",
    documents: [paid(140, 7), paid(85, 55), { amount: 214, due: -500 }],
    sums: ["5655", "225"],
    rating: "A",
  },
  {
    name: "and counts up to today with its full amount in paidAndOverdue",
    mode: "paidAndOverdue",
    documents: [paid(140, 7), paid(85, 55), { amount: 214, due: -500 }],
    sums: [String(5655 + 214 * 500), "439"],
    rating: "D",
  },
  {
    name: "an invoice not yet overdue does not count in paidAndOverdue",
    mode: "paidAndOverdue",
    documents: [{ amount: 100, due: 0 }, paid(100, 31)],
    sums: ["3100", "100"],
    rating: "B",
  },
  {
    name: "a disputed invoice counts in paidAndOverdue only",
    mode: "paidAndOverdue",
    documents: [{ amount: 100, due: -70, state: "disputed" }],
    sums: ["7000", "100"],
    rating: "C",
  },
  {
    name: "a disputed invoice alone is no delay in paidOnly",
    documents: [{ amount: 100, due: -70, state: "disputed" }],
    sums: null,
    rating: null,
  },
  {
    name: "void and draft invoices never count",
    mode: "paidAndOverdue",
    documents: [
      { amount: 100, due: -70, state: "void" },
      { amount: 100, due: -70, state: "draft" },
    ],
    sums: null,
    rating: null,
  },
  { name: "paid early is negative", documents: [paid(100, -12)], sums: ["-1200", "100"], rating: "A" },
  { name: "30 days are A", documents: [paid(100, 30)], sums: ["3000", "100"], rating: "A" },
  {
    name: "just above 30 days are B",
    documents: [paid(9_999_999_999_998, 30), paid(1, 31)],
    sums: ["299999999999971", "9999999999999"],
    rating: "B",
  },
  { name: "60 days are B", documents: [paid(100, 60)], sums: ["6000", "100"], rating: "B" },
  { name: "61 days are C", documents: [paid(100, 61)], sums: ["6100", "100"], rating: "C" },
  { name: "90 days are C", documents: [paid(100, 90)], sums: ["9000", "100"], rating: "C" },
  {
    name: "a hair above 90 days is D, though the sums pass 2^53",
    documents: [paid(9_999_999_999_999, 90), paid(9_999_999_999_999, 90), paid(1, 91)],
    sums: ["1799999999999911", "19999999999999"],
    rating: "D",
  },
];

async function setUp(mode: DelayMode = "paidOnly"): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  await database.sql`update organizations set delay_mode = ${mode} where id = ${org.id}`;
  await org.customers([{ externalId: "C", name: "Globex" }]);
  return org;
}

async function dayFromToday(offset: number): Promise<string> {
  const [row] = await database.sql<{ day: string }[]>`select (now() at time zone 'UTC')::date + ${offset}::int as day`;
  return row!.day;
}

async function invoiceOf({ amount, due, late, state }: Document) {
  return {
    ...{ customerId: "external:C", issuedAt: "2020-01-01", dueAt: await dayFromToday(due), amount },
    ...(late === undefined ? {} : { state: "paid" as const, paidAt: await dayFromToday(due + late) }),
    ...(state === undefined ? {} : { state }),
  };
}

const factsOf = async (org: TestOrganization) => {
  const [row] = await database.sql`select facts, rating from customers where organization_id = ${org.id}`;
  return row!;
};

describe("the average payment delay", () => {
  it.each(cases)("$name", async ({ mode = "paidOnly", documents, sums, rating }) => {
    const org = await setUp(mode);
    const { results } = await org.invoices(await Promise.all(documents.map(invoiceOf)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    const { facts, rating: stored } = await factsOf(org);
    expect(facts).toMatchObject({ delaySums: sums, rating });
    expect(stored).toBe(rating);
    expect(await mistakesInBooks(database.sql, org.id, mode)).toEqual([]);
  });

  it("is shown to people as 25 where it is 25.13…", () => {
    expect(Math.round(delayValue(["5655", "225"]))).toBe(25);
    expect(delayValue(["5655", "225"])).toBeCloseTo(25.1333, 4);
  });
});

describe("what moves with the calendar", () => {
  it("is caught up by the next write of any kind, counted in the organization's time zone", async () => {
    const org = await setUp();
    // These two zones never share a day: what is today in the first is past in the second.
    await database.sql`update organizations set time_zone = 'Pacific/Pago_Pago' where id = ${org.id}`;
    const [row] = await database.sql<
      { today: string }[]
    >`select (now() at time zone 'Pacific/Pago_Pago')::date as today`;
    await org.invoices([{ customerId: "external:C", issuedAt: "2020-01-01", dueAt: row!.today, amount: 100 }]);
    expect((await factsOf(org)).facts).toMatchObject({ due: 100, overdue: 0, overdueSince: null, asOf: row!.today });
    await database.sql`update organizations set time_zone = 'Pacific/Kiritimati' where id = ${org.id}`;
    await org.customers([{ externalId: "C", city: "Paris" }]);
    expect((await factsOf(org)).facts).toMatchObject({ due: 0, overdue: 100, overdueSince: row!.today, city: "Paris" });
    expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
  });
});
