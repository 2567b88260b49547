import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Facts } from "../../rules/facts.ts";
import type { Rule, Trigger } from "../../rules/schema.ts";
import { compileStanding } from "../../rules/standing.ts";
import { standingSql } from "../../rules/standingToSql.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { anyFacts, anyRule } from "./arbitraries.ts";
import { createCustomersTable, insertFacts } from "./customersTable.ts";
import { context, facts, rule } from "./fixtures.ts";

const ROWS = 400;
const RULES = 1_000;
const TODAY = "2026-03-01";

let database: TestDatabase;
let rows: Facts[];

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await createCustomersTable(database.sql);
  rows = [facts({ asOf: TODAY }), ...fc.sample(anyFacts, ROWS)].map((row) => ({ ...row, asOf: TODAY }));
  await insertFacts(database.sql, rows);
});

afterAll(() => database?.drop());

async function inSql(one: Rule): Promise<(boolean | null)[]> {
  const { text, params } = standingSql(one, { ...context, today: TODAY }, 2);
  const found = await database.sql.unsafe(
    `select (${text}) as stands from customers c where place >= $1::int order by place`,
    [0, ...params],
  );
  return found.map(({ stands }) => stands);
}

const inMemory = (one: Rule) => rows.map(compileStanding(one, context));

test("a rule stands in Postgres for exactly the customers for which it stands in memory", async () => {
  let stood = 0;
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(anyRule, async (one) => {
      const expected = inMemory(one);
      expect(await inSql(one)).toEqual(expected);
      for (const stands of expected) stands ? stood++ : failed++;
    }),
    { numRuns: RULES },
  );
  // Rules that nearly always or never stand would compare little.
  expect(stood).toBeGreaterThan((ROWS * RULES) / 20);
  expect(failed).toBeGreaterThan((ROWS * RULES) / 20);
});

const LINES: { name: string; trigger: Trigger; stands: Partial<Facts>[]; not: Partial<Facts>[] }[] = [
  {
    name: "a balance stands beyond its line, not on it",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 5_000 },
    stands: [{ outstanding: 5_001 }],
    not: [{ outstanding: 5_000 }, { outstanding: 0 }],
  },
  {
    name: "a balance below a fraction stands below it",
    trigger: { type: "outstandingThreshold", direction: "fallsBelow", value: 0.5 },
    stands: [{ outstanding: 0 }, { outstanding: -1 }],
    not: [{ outstanding: 1 }],
  },
  {
    name: "an empty limit is no limit",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } },
    stands: [{ outstanding: 5, creditLimit: 4 }],
    not: [{ outstanding: 5 }, { outstanding: 5, creditLimit: 5 }],
  },
  {
    name: "a delay is compared exactly, and an empty one never stands",
    trigger: { type: "averagePaymentDelayThreshold", direction: "fallsBelow", value: 0.3 },
    stands: [{ delaySums: ["299999999999999999999", "1000000000000000000000"] }],
    not: [{}, { delaySums: ["3", "10"] }, { delaySums: ["300000000000000000001", "1000000000000000000000"] }],
  },
  {
    name: "a delay beyond a number of another field",
    trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: { field: "customFields.score" } },
    stands: [{ delaySums: ["10", "3"], customFields: { score: 3.3 } }],
    not: [{ delaySums: ["10", "3"] }, { delaySums: ["10", "3"], customFields: { score: 3.4 } }],
  },
  {
    name: "a balance beyond the average delay",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "averagePaymentDelay" } },
    stands: [{ outstanding: 4, delaySums: ["10", "3"] }],
    not: [{ outstanding: 4 }, { outstanding: 3, delaySums: ["10", "3"] }],
  },
  {
    name: "a rating better than the letter exceeds it",
    trigger: { type: "ratingThreshold", direction: "exceeds", value: "B" },
    stands: [{ rating: "A" }],
    not: [{ rating: "B" }, { rating: "D" }, {}],
  },
  {
    name: "a rating worse than the letter has fallen below it",
    trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "C" },
    stands: [{ rating: "D" }],
    not: [{ rating: "C" }, { rating: "A" }, {}],
  },
  {
    name: "a field that is no number is no line",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "country" } },
    stands: [],
    not: [{ outstanding: 5, country: "US" }],
  },
  {
    name: "any customer stands for a rule about changes",
    trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
    stands: [{}],
    not: [],
  },
];

test.each(LINES)("$name", async ({ trigger, stands, not }) => {
  const before = rows;
  try {
    rows = [...stands, ...not].map((given) => facts({ ...given, asOf: TODAY }));
    await insertFacts(database.sql, rows);
    const expected = [...stands.map(() => true), ...not.map(() => false)];
    expect(inMemory(rule(trigger))).toEqual(expected);
    expect(await inSql(rule(trigger))).toEqual(expected);
  } finally {
    rows = before;
    await insertFacts(database.sql, rows);
  }
});
