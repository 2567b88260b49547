import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CUSTOMER_SORTS, type CustomerQuery, listCustomers } from "../../../db/customers.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { newId } from "../../../db/uuid.ts";
import { writeCustomers } from "../../../db/writes/index.ts";
import type { Filter } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

const CUSTOMERS = 30_000;
const context = { customFields: new Map(), timeZone: "UTC" };
let database: TestDatabase;
let organization: TestOrganization;
let manager: string;

beforeAll(async () => {
  database = await createTestDatabase();
  organization = await createTestOrganization(database.sql);
  manager = await organization.user("ann@acme.test");
  // Straight into the table: number n owes n − 1,000, and two thirds of them nothing overdue.
  await database.sql`
    insert into customers (id, organization_id, external_id, name, country, city, currency, outstanding, overdue, overdue_since, rating, user_ids, version)
    select gen_random_uuid(), ${organization.id}, 'C-' || n, 'Customer ' || n, (array['FR', 'DE', null])[1 + n % 3], 'City ' || n % 1000,
           'EUR', n - 1000, case when n % 3 = 0 then n else 0 end, case when n % 3 = 0 then date '2026-01-01' - n % 500 end,
           (array['A', 'B', 'C', null])[1 + n % 4], case when n % 100 = 0 then array[${manager}::uuid] else '{}' end, 1
    from generate_series(1, ${CUSTOMERS}) as n`;
  await database.sql`analyze customers`;
});
afterAll(() => database?.drop());

function list(query: Partial<CustomerQuery> & { only?: Filter[] } = {}, visibleTo: string | null = null) {
  const { only, ...rest } = query;
  return listCustomers(
    database.sql,
    { organizationId: organization.id, visibleTo },
    {
      page: { offset: 0, limit: 50 },
      ...rest,
      ...(only ? { filters: { filters: only, context } } : {}),
    },
  );
}

const owing = (min: number, max?: number): Filter[] => [{ field: "outstanding", op: "between", min, max }];

describe("the total of a list of customers", () => {
  test.each([
    [9_999, { total: 9_999, totalIsMore: false }],
    [10_000, { total: 10_000, totalIsMore: false }],
    [10_001, { total: 10_000, totalIsMore: true }],
  ])("of %i that meet the filter", async (count, expected) => {
    const { rows, ...total } = await list({ only: owing(1, count) });
    expect(total).toEqual(expected);
    expect(rows).toHaveLength(50);
  });

  test("counts only what an account manager may see", async () => {
    expect(await list({}, manager)).toMatchObject({ total: CUSTOMERS / 100, totalIsMore: false });
    expect(await list({ only: owing(20_000) }, manager)).toMatchObject({ total: 91 });
  });
});

describe("the order of a list of customers", () => {
  const cases = CUSTOMER_SORTS.flatMap((by) => [true, false].map((descending) => ({ by, descending })));

  test.each(cases)("by $by, descending $descending, is the same however many are found", async (sort) => {
    // 10,001 are read along the order, one fewer is sorted; the one that differs owes most.
    const all = await list({ only: owing(1, 10_001), sort, page: { offset: 9_990, limit: 11 } });
    const few = await list({ only: owing(1, 10_000), sort, page: { offset: 0, limit: 50 } });
    const many = await list({ only: owing(1, 10_001), sort, page: { offset: 0, limit: 51 } });
    const without = many.rows.filter(({ outstanding }) => outstanding !== 10_001).map(({ id }) => id);
    expect(without.slice(0, 50)).toEqual(few.rows.slice(0, without.length).map(({ id }) => id));
    expect(all.rows).toHaveLength(11);
  });

  test("shows empty values last, on pages that hold both", async () => {
    const sort = { by: "overdueDays", descending: true } as const;
    const { rows } = await list({ sort, page: { offset: CUSTOMERS / 3 - 2, limit: 4 } });
    expect(rows.map(({ overdueDays }) => overdueDays === null)).toEqual([false, false, true, true]);
  });

  test("shows credit balances after what is owed", async () => {
    const sort = { by: "outstanding", descending: true } as const;
    const { rows } = await list({ sort, page: { offset: CUSTOMERS - 1_000, limit: 2 } });
    expect(rows.map(({ outstanding }) => outstanding)).toEqual([0, -1]);
  });
});

describe("customers found by part of their name", () => {
  test.each([
    ["oMer 2999", 11],
    ["99", 840],
    ["%", 0],
    ["_", 0],
  ])("%j is in %i names", async (name, total) => {
    expect(await list({ name })).toMatchObject({ total });
  });

  test("are found by the name they have now", async () => {
    const { sql } = database;
    const externalId = `N-${newId()}`;
    const write = (name: string | null) =>
      inTransaction(sql, (tx) => writeCustomers(tx, organization.context(), [{ input: { externalId, name } }]));
    const found = async () => [(await list({ name: "globex" })).total, (await list({ name: "initech" })).total];
    await write("Globex SA");
    expect(await found()).toEqual([1, 0]);
    await write("Initech");
    expect(await found()).toEqual([0, 1]);
    await write(null);
    expect(await found()).toEqual([0, 0]);
  });
});
