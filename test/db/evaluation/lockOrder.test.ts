import { afterAll, beforeAll, expect, it } from "vitest";
import { moveRuns } from "../../../db/control/moveRuns.ts";
import { lockControlled } from "../../../db/control/standing.ts";
import { evaluateDue } from "../../../db/evaluation/evaluateDue.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { createTestOrganization } from "../../helpers/organization.ts";
import { eventually } from "../../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const HOUR = 3_600_000;

it("a run that is cancelled while its wait ends is locked before its timer by both, so that neither has to give way", async () => {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  await org.activate({
    ...{ name: "patient", trigger: { type: "customerCreated" } },
    actions: [
      { type: "wait", hours: 1 },
      { type: "assignWorkflow", workflowId },
    ],
  });
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await org.evaluateAll();
  const [run] = await database.sql<{ id: string }[]>`select id from rule_runs where organization_id = ${org.id}`;
  const target = { organizationId: org.id, shard: 0, now: Date.now() + 2 * HOUR };

  const judging = await database.sql.begin(async (tx) => {
    await lockControlled(tx, org.id, [run!.id]);
    // Outside of what runs a transaction again after a deadlock.
    const due = database.sql.begin((inner) => evaluateDue(inner, new RulesetCache(), target, 1));
    await eventually(async () => {
      const waiting = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length === 1;
    });
    await moveRuns(tx, org.context(), "cancel", [run!.id]);
    return [due];
  });
  expect(await Promise.all(judging)).toEqual([{ judged: 0, planned: 0 }]);
  const [after] = await database.sql`select status, reason from rule_runs where id = ${run!.id}`;
  expect(after).toEqual({ status: "cancelled", reason: "cancelled" });
});
