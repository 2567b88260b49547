import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moveBackfill } from "../../../db/backfills/moves.ts";
import { claimNotifications } from "../../../db/claims.ts";
import type { Transaction } from "../../../db/client.ts";
import { moveRuns } from "../../../db/control/moveRuns.ts";
import { finishDelivery } from "../../../db/deliveries.ts";
import type { TrimBatch } from "../../../db/schedules/retention.ts";
import { trimBackfills } from "../../../db/schedules/trimJobs.ts";
import { trimRuns } from "../../../db/schedules/trimRuns.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { eventually } from "../../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { carryOut, record } from "../backfills/support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** Trims while the move is made and before it is committed. */
async function trimDuring(
  org: TestOrganization,
  trim: (batch: TrimBatch) => Promise<unknown>,
  move: (tx: Transaction) => Promise<unknown>,
): Promise<void> {
  const trimmed = { changes: 0, runs: 0, notifications: 0, jobs: 0, jobResults: 0, idempotencyKeys: 0 };
  const trimming = await database.sql.begin(async (tx) => {
    await move(tx);
    const trimming = trim({ sql: database.sql, organizationId: org.id, days: 0, after: "", trimmed });
    await eventually(async () => {
      const waiting = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length === 1;
    });
    return [trimming];
  });
  await Promise.all(trimming);
}

describe("what an operator opens again while history is trimmed", () => {
  it("stays: a run with its message", async () => {
    const org = await createTestOrganization(database.sql);
    const ann = await org.user("ann@acme.test");
    const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
    await org.activate({
      ...{ name: "tell", trigger: { type: "customerCreated" } },
      actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "new" }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const [message] = await claimNotifications(database.sql, org.id, "runs:1", "run");
    await finishDelivery(database.sql, message!.id, "failed", "the receiver answered 404");
    const [run] = await database.sql<{ id: string }[]>`select id from rule_runs where organization_id = ${org.id}`;
    await trimDuring(org, trimRuns, (tx) => moveRuns(tx, org.context(), "retry", [run!.id]));
    const left = await database.sql`
      select r.status, n.status as message from rule_runs r join notifications n on n.run_id = r.id
      where r.organization_id = ${org.id}`;
    expect(left).toEqual([{ status: "planned", message: "planned" }]);
  });

  it("stays: a backfill", async () => {
    const org = await createTestOrganization(database.sql);
    const workflowId = await org.workflow("Agency");
    const [ruleId] = await org.activate({
      ...{ name: "new", trigger: { type: "customerCreated" } },
      actions: [{ type: "assignWorkflow", workflowId }],
    });
    const id = await record(database.sql, org.id, [ruleId!]);
    await carryOut(database.sql, org.id, id);
    await database.sql`update backfills set status = 'failed' where id = ${id}`;
    await trimDuring(org, trimBackfills, (tx) => moveBackfill(tx, org.id, id, "retry", { actor: null }));
    const left = await database.sql`select status from backfills where id = ${id}`;
    expect(left).toEqual([{ status: "queued" }]);
  });
});
