import { afterAll, beforeAll, expect, test } from "vitest";
import type { CustomFieldDefinition } from "../../../rules/facts.ts";
import type { Filter } from "../../../rules/schema.ts";
import { filtersToSql } from "../../../rules/toSql.ts";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

const CUSTOMERS = 30_000;
let database: TestDatabase;
let organizationId: string;
let manager: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const organization = await createTestOrganization(database.sql);
  organizationId = organization.id;
  manager = await organization.user("ann@acme.test");
  await database.sql`
    insert into customers (id, organization_id, name, country, city, currency, outstanding, overdue, overdue_since, rating, user_ids, custom_fields, version, facts)
    select gen_random_uuid(), ${organizationId}, 'Customer ' || n, 'C' || n % 10, 'City ' || n % 500, 'EUR', n * 7 % 30000,
           case when n % 3 = 0 then n * 11 % 30000 else 0 end, case when n % 3 = 0 then date '2026-01-01' - n % 500 end,
           (array['A', 'B', 'C', 'D'])[1 + n / 10 % 4], case when n % 200 = 0 then array[${manager}::uuid] else '{}' end,
           jsonb_build_object('plan', 'Plan ' || n % 300, 'vip', n % 100 = 0), 1, jsonb_build_object('filler', repeat('x', 600))
    from generate_series(1, ${CUSTOMERS}) as n`;
  await database.sql`vacuum analyze customers`;
});
afterAll(() => database?.drop());

const definitions: CustomFieldDefinition[] = [
  { key: "plan", label: "Plan", type: "SELECT", options: [] },
  { key: "vip", label: "VIP", type: "BOOLEAN", options: [] },
];
const customFields = new Map(definitions.map((definition) => [definition.key, definition]));

const cases: [index: string, filters: () => Filter[]][] = [
  ["customers_scan", () => [is("country", "C1"), is("rating", "B"), { field: "overdue", op: "between", min: 100 }]],
  ["customers_scan", () => [is("country", "C1"), { field: "createdAt", op: "before", value: "2020-01-01" }]],
  ["customers_city", () => [is("city", "City 7"), is("rating", "B"), { field: "outstanding", op: "between", min: 1 }]],
  ["customers_outstanding", () => [{ field: "outstanding", op: "between", min: 29_900.5, max: 1e21 }]],
  ["customers_overdue", () => [{ field: "overdue", op: "between", min: 29_900 }]],
  ["customers_scan", () => [is("country", "C1"), { field: "overdueDays", op: "between", min: 495 + 59 }]],
  ["customers_sets", () => [is("customFields.plan", "Plan 7"), is("currency", "EUR")]],
  ["customers_sets", () => [{ field: "customFields.vip", op: "is", values: [true] }, is("country", "C0")]],
  ["customers_sets", () => [is("users", manager), is("currency", "EUR")]],
];

test.each(cases)("%s serves the filters of case %#", async (index, filters) => {
  const { text, params } = filtersToSql(filters(), { customFields, timeZone: "Europe/Paris", today: "2026-03-01" }, 2);
  const plan = await database.sql.unsafe(
    `explain select c.id from customers c where c.organization_id = $1::uuid and c.excluded_at is null and ${text}`,
    [organizationId, ...params],
  );
  const lines = plan.map((row) => String(row["QUERY PLAN"])).join("\n");
  expect(lines).toContain(index);
});

function is(field: string, value: string): Filter {
  return { field, op: "is", values: [value] };
}
