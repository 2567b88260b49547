import { afterAll, beforeAll, expect, test } from "vitest";
import { exportCustomers } from "../../db/customerExport.ts";
import { CUSTOMER_SORTS, listCustomers } from "../../db/customers.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

const CUSTOMERS = 40;
let database: TestDatabase;
let organizationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const organization = await createTestOrganization(database.sql);
  organizationId = organization.id;
  await organization.customers(
    Array.from({ length: CUSTOMERS }, (_, n) => ({
      ...{
        externalId: n % 4 === 0 ? null : `C-${n}`,
        name: `N ${n % 7}`,
        country: n % 3 === 0 ? null : ["FR", "US"][n % 2]!,
      },
      creditLimit: n % 5 === 0 ? null : (n % 11) * 100,
    })),
  );
  // Documents of different ages, some paid late, some not at all, some customers without any.
  await organization.invoices(
    (await database.sql<{ id: string }[]>`select id from customers order by id`).flatMap(({ id }, n) =>
      n % 4 === 3
        ? []
        : ([
            {
              customerId: id,
              issuedAt: "2025-01-01",
              dueAt: `2025-02-${10 + (n % 9)}`,
              amount: 100 + n,
              state: "open",
            },
            {
              ...{ customerId: id, issuedAt: "2025-01-01", dueAt: "2025-03-01", amount: 300, state: "paid" },
              paidAt: `2025-04-${10 + (n % 6)}`,
            },
          ] as const),
    ),
  );
});
afterAll(() => database.drop());

const orders = [undefined, ...CUSTOMER_SORTS.flatMap((by) => [false, true].map((descending) => ({ by, descending })))];
test.each(
  orders.map((sort) => [sort === undefined ? "no order" : `${sort.descending ? "-" : ""}${sort.by}`, sort] as const),
)("pages of an export in the order %s are the list's", async (_name, sort) => {
  const scope = { organizationId, visibleTo: null };
  const listed = await listCustomers(database.sql, scope, { page: { offset: 0, limit: 100 }, sort });
  const exported: string[] = [];
  for await (const page of exportCustomers(database.sql, scope, { sort, withAging: false }, 7)) {
    exported.push(...page.map(({ id }) => id));
  }
  expect(exported).toEqual(listed.rows.map(({ id }) => id));
  expect(exported).toHaveLength(CUSTOMERS);
});
