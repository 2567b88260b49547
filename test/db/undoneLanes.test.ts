import { afterAll, beforeAll, expect, it } from "vitest";
import { undoRuns } from "../../db/control/undo.ts";
import { BATCH } from "../../db/evaluation/evaluateShard.ts";
import { inTransaction } from "../../db/transaction.ts";
import type { RuleDraft } from "../../rules/schema.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { carryOut, record } from "./backfills/support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it("changes that undo live runs and a backfill's on the same customers are evaluated, however many they are", async () => {
  const org = await createTestOrganization(database.sql);
  const [agency, standard] = [await org.workflow("Agency"), await org.workflow("Standard")];
  const trigger = { type: "customerCreated" as const };
  const write = (country: string) =>
    org.customers(
      Array.from({ length: BATCH + 1 }, (_, index) => ({ externalId: `C${index}`, name: "Globex", country })),
    );
  const rule = (country: string, workflowId: string): RuleDraft => ({
    ...{ name: country, trigger, filters: [{ field: "country", op: "is", values: [country] }] },
    actions: [{ type: "assignWorkflow", workflowId }],
  });
  await org.activate(rule("FR", agency));
  await write("FR");
  await org.evaluateAll();
  await write("US");
  const [later] = await org.activate(rule("US", standard));
  await carryOut(database.sql, org.id, await record(database.sql, org.id, [later!]));
  await org.evaluateAll();

  const runs = await database.sql<{ id: string }[]>`select id from rule_runs where organization_id = ${org.id}`;
  const ids = runs.map(({ id }) => id);
  const { outcomes } = await inTransaction(database.sql, (tx) => undoRuns(tx, org.context(), ids, false));
  expect(outcomes.filter(({ undone }) => undone.length > 0)).toHaveLength(2 * (BATCH + 1));
  expect(await org.evaluateAll()).toBe(2 * (BATCH + 1));
});
