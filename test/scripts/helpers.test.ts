import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { NAMESPACE, temporalClient } from "../helpers/temporal.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a test database has every migration applied", async () => {
  const rows = await database.sql<{ count: number }[]>`select count(*) as count from migrations`;
  expect(rows[0]?.count).toBeGreaterThan(0);
});

test("two databases made at once do not share anything", async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await one.sql`create table only_here (id int)`;
  const seen = await two.sql`select 1 from pg_class where relname = 'only_here'`;
  expect(seen).toHaveLength(0);
  await Promise.all([one.drop(), two.drop()]);
});

test("the Temporal of the run serves its namespace", async () => {
  const { client, connection } = await temporalClient();
  const described = await client.workflowService.describeNamespace({ namespace: NAMESPACE });
  expect(described.namespaceInfo?.name).toBe(NAMESPACE);
  await connection.close();
});
