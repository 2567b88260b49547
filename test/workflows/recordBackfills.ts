import { afterAll, beforeAll, it } from "vitest";
import { type BackfillMove, moveBackfill } from "../../db/backfills/moves.ts";
import { inTransaction } from "../../db/transaction.ts";
import { recordHistory } from "../../scripts/recordHistory.ts";
import { backfillWorkflowId } from "../../workflows/contract.ts";
import { record } from "../db/backfills/support.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import type { TestDatabase } from "../helpers/postgres.ts";
import { openRecordingScene, type RecordingScene } from "./support/recordingScene.ts";
import type { TestWorker } from "./support/testWorker.ts";

// Plays and keeps the histories of backfills (see record.ts beside it).

let scene: RecordingScene;
let database: TestDatabase;
let worker: TestWorker;
let hasty: TestWorker;
beforeAll(async () => {
  scene = await openRecordingScene(8, { max: 16 });
  ({ database, worker, hasty } = scene);
});
afterAll(() => scene?.close());

/** A backfill of some customers, a few a second, that waits for approval where there are more than `limit`. */
async function make(customers: number, maxPerSecond: number, limit = 10_000) {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  await org.customers(Array.from({ length: customers }, (_, n) => ({ externalId: `C${n}`, name: `C${n}` })));
  await org.evaluateAll();
  const [ruleId] = await org.activate({
    ...{ name: "all", trigger: { type: "customerCreatedOrUpdated" } },
    actions: [{ type: "assignWorkflow", workflowId: agency }],
  });
  await database.sql`
    update organizations set limits = ${database.sql.json({ backfillApprovalAbove: limit })} where id = ${org.id}`;
  const id = await record(database.sql, org.id, [ruleId!], { maxPerSecond });
  const workflowId = backfillWorkflowId(org.id, id);
  const start = (by: TestWorker) => by.waker.startBackfillNow(org.id, id);
  const move = async (name: BackfillMove) => {
    await inTransaction(database.sql, (tx) => moveBackfill(tx, org.id, id, name, { actor: null }));
  };
  const reaches = (status: string, done = 0) =>
    eventually(
      async () => {
        const [row] = await database.sql`
          select status, (select count(*)::int from backfill_results where backfill_id = ${id}) as done
          from backfills where id = ${id}`;
        return row!.status === status && row!.done >= done;
      },
      { timeoutMs: 60_000, message: `a backfill that is ${status}` },
    );
  return { workflowId, start, move, reaches };
}

const closed = ({ client }: TestWorker, workflowId: string, status = "COMPLETED") =>
  eventually(async () => (await client.workflow.getHandle(workflowId).describe()).status.name === status, {
    timeoutMs: 60_000,
    message: `a workflow that is ${status}`,
  });
const eventCount = async ({ client }: TestWorker, workflowId: string) =>
  (await client.workflow.getHandle(workflowId).fetchHistory()).events?.length ?? 0;

it.concurrent("backfill: approved, paused in the middle of a page, resumed, done", async () => {
  const { workflowId, start, move, reaches } = await make(12, 4, 10);
  await start(worker);
  await reaches("awaitingApproval");
  const waiting = await eventCount(worker, workflowId);
  await move("approve");
  await start(worker);
  await reaches("running", 4);
  await move("pause");
  await start(worker);
  await closed(worker, `${workflowId}:0`);
  await recordHistory(worker.client, "backfill-page-stopped", `${workflowId}:0`);
  await eventually(async () => (await eventCount(worker, workflowId)) > waiting + 10);
  await move("resume");
  await start(worker);
  await closed(worker, workflowId);
  await recordHistory(worker.client, "backfill-paused-resumed", workflowId);
});

it.concurrent("backfill: moved by signals, cancelled", async () => {
  const { workflowId, start, reaches } = await make(12, 4);
  await start(worker);
  await reaches("running", 4);
  await worker.client.workflow.getHandle(workflowId).signal("cancel");
  await closed(worker, workflowId);
  await recordHistory(worker.client, "backfill-cancelled", workflowId);
});

it.concurrent("backfill: a child is lost, and its pages are worked on by the next one", async () => {
  const { workflowId, start, reaches } = await make(12, 4);
  await start(worker);
  await reaches("running", 4);
  await worker.client.workflow.getHandle(`${workflowId}:0`).terminate("lost");
  await closed(worker, workflowId);
  await recordHistory(worker.client, "backfill-page-lost", workflowId);
});

it.concurrent("backfill: continued as new", async () => {
  const { workflowId, start } = await make(12, 100);
  await start(hasty);
  const { runId } = await hasty.client.workflow.getHandle(workflowId).describe();
  await closed(hasty, workflowId);
  await recordHistory(hasty.client, "backfill-continued", workflowId, runId);
});

it.concurrent("backfill: its pages", async () => {
  const { workflowId, start } = await make(12, 100);
  await start(worker);
  await closed(worker, workflowId);
  await recordHistory(worker.client, "backfill-done", workflowId);
  await recordHistory(worker.client, "backfill-page-done", `${workflowId}:0`);
});
