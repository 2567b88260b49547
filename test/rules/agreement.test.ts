import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileFilters } from "../../rules/compile.ts";
import type { Facts } from "../../rules/facts.ts";
import type { Filter } from "../../rules/schema.ts";
import { filtersToSql } from "../../rules/toSql.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { anyFacts, anyFilter } from "./arbitraries.ts";
import { AGENCY, ANN, context, facts } from "./fixtures.ts";

const ROWS = 400;
const FILTERS = 1_200;
const TODAY = "2026-03-01";

let database: TestDatabase;
let rows: Facts[];

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await database.sql.unsafe(`create table customers (
    place int, name text, external_id text, email text, country text, city text, language text, currency text, rating text,
    workflow_id uuid, user_ids uuid[], payment_method_ids uuid[],
    outstanding bigint, due bigint, overdue bigint, unapplied bigint, credit_limit bigint, overdue_since date,
    delay_amount_days numeric, delay_amount numeric, created_at timestamptz, last_reminder_at timestamptz, custom_fields jsonb)`);
  rows = [facts({ asOf: TODAY }), ...fc.sample(anyFacts, ROWS)].map((row) => ({ ...row, asOf: TODAY }));
  await insert(rows);
});

afterAll(() => database?.drop());

async function insert(all: readonly Facts[]): Promise<void> {
  const { sql } = database;
  for (const [place, row] of all.entries()) {
    const [amountDays, amount] = row.delaySums ?? [null, null];
    await sql`insert into customers values (
      ${place}, ${row.name}, ${row.externalId}, ${row.email}, ${row.country}, ${row.city}, ${row.language}, ${row.currency}, ${row.rating},
      ${row.workflow}, ${row.users}::uuid[], ${row.paymentMethods}::uuid[],
      ${row.outstanding}, ${row.due}, ${row.overdue}, ${row.unapplied}, ${row.creditLimit}, ${row.overdueSince},
      ${amountDays}, ${amount}, ${row.createdAt}, ${row.lastReminderAt}, ${sql.json(row.customFields)})`;
  }
}

async function inSql(filters: Filter[], timeZone: string): Promise<(boolean | null)[]> {
  const { text, params } = filtersToSql(filters, { ...context, timeZone, today: TODAY });
  const found = await database.sql.unsafe(`select (${text}) as holds from customers c order by place`, params);
  return found.map(({ holds }) => holds);
}

function inMemory(filters: Filter[], timeZone: string): boolean[] {
  const { stand } = compileFilters(filters, { ...context, timeZone });
  return rows.map((row) => stand(row));
}

const timeZones = fc.constantFrom("UTC", "Europe/Paris", "America/New_York");

test("any filters hold in Postgres for exactly the customers for which they hold in memory", async () => {
  let held = 0;
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyFilter, { maxLength: 2 }), timeZones, async (filters, timeZone) => {
      const expected = inMemory(filters, timeZone);
      expect(await inSql(filters, timeZone)).toEqual(expected);
      for (const holds of expected) holds ? held++ : failed++;
    }),
    { numRuns: FILTERS },
  );
  // Filters that nearly always or never hold would compare little.
  expect(held).toBeGreaterThan((ROWS * FILTERS) / 20);
  expect(failed).toBeGreaterThan((ROWS * FILTERS) / 20);
});

test("changed conditions are never true without a change, in Postgres too", async () => {
  const filters: Filter[] = [{ field: "country", op: "changed" }];
  expect(await inSql(filters, "UTC")).toEqual(inMemory(filters, "UTC"));
  expect(inMemory(filters, "UTC")).not.toContain(true);
});

test("values of another type than the field's count as empty, in Postgres too", async () => {
  const before = rows;
  const odd = { plan: 5, segment: true, vip: "yes", score: "12x", renewal: "soon" };
  await database.sql`truncate customers`;
  rows = [facts({ customFields: odd })];
  await insert(rows);
  const filters: Filter[] = [
    { field: "customFields.plan", op: "isEmpty" },
    { field: "customFields.segment", op: "isEmpty" },
    { field: "customFields.vip", op: "isNot", values: [true, false] },
    { field: "customFields.score", op: "isEmpty" },
    { field: "customFields.renewal", op: "isEmpty" },
  ];
  expect(inMemory(filters, "UTC")).toEqual([true]);
  expect(await inSql(filters, "UTC")).toEqual([true]);
  await database.sql`truncate customers`;
  rows = before;
  await insert(rows);
});

test("placeholders begin where they are told to, and values stay out of the text", async () => {
  const filters: Filter[] = [
    { field: "name", op: "is", values: ["'; drop table customers; --"] },
    {
      anyOf: [
        { field: "users", op: "is", values: [ANN] },
        { field: "workflow", op: "isNot", values: [AGENCY] },
      ],
    },
    { field: "customFields.segment", op: "contains", value: "$1" },
  ];
  const { text, params } = filtersToSql(filters, { ...context, today: TODAY }, 3);
  expect(text).not.toMatch(/drop|0190|segment/);
  expect([...new Set(text.match(/\$\d+/g))]).toEqual(["$3", "$4", "$5", "$6"]);
  const statement = `select count(*)::int as count from customers c where place >= $1::int and place < $2::int and ${text}`;
  const [found] = await database.sql.unsafe(statement, [0, 10, ...params]);
  expect(found).toEqual({ count: 0 });
});
