import { afterAll, beforeAll, it } from "vitest";
import { recordHistory } from "../../scripts/recordHistory.ts";
import { startRuns } from "../../temporal/startRuns.ts";
import { CONTROL_SIGNAL, trackerId } from "../../workflows/contract.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import type { TestDatabase } from "../helpers/postgres.ts";
import { openRecordingScene, type RecordingScene } from "./support/recordingScene.ts";
import type { TestWorker } from "./support/testWorker.ts";

// The histories of workflows that operators send signals to; see record.ts beside it.

let scene: RecordingScene;
let database: TestDatabase;
let worker: TestWorker;
let hasty: TestWorker;
beforeAll(async () => {
  scene = await openRecordingScene(40);
  ({ database, worker, hasty } = scene);
});
afterAll(() => scene?.close());

const runsOf = (org: TestOrganization, status: string) => database.sql<{ id: string }[]>`
  select id from rule_runs where organization_id = ${org.id} and status = ${status} order by id`;

/** An organization with so many runs that wait. */
async function waiting(count: number, by: TestWorker): Promise<{ org: TestOrganization; ruleId: string }> {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  const [ruleId] = await org.activate({
    ...{ name: "late", trigger: { type: "customerCreated" } },
    actions: [
      { type: "wait", days: 3 },
      { type: "assignWorkflow", workflowId },
    ],
  });
  await org.customers(Array.from({ length: count }, (_, index) => ({ externalId: `C${index}`, name: "N" })));
  await by.waker.wakeNow(org.id, 0);
  await eventually(async () => (await runsOf(org, "waiting")).length === count);
  return { org, ruleId: ruleId! };
}

it("tracker: paused, resumed and cancelled runs", async () => {
  const { org, ruleId } = await waiting(2, worker);
  const handle = worker.client.workflow.getHandle(trackerId(org.id, 0));
  for (const [action, status] of [
    ["pause", "held"],
    ["resume", "waiting"],
    ["cancel", "cancelled"],
  ]) {
    await handle.signal(CONTROL_SIGNAL, { action, ruleId });
    await eventually(async () => (await runsOf(org, status!)).length === 2);
  }
  await recordHistory(worker.client, "tracker-controlled", trackerId(org.id, 0));
});

it("tracker: signals while it continues as new", async () => {
  const { org } = await waiting(30, hasty);
  const handle = hasty.client.workflow.getHandle(trackerId(org.id, 0));
  const { runId } = await handle.describe();
  const runs = await runsOf(org, "waiting");
  await Promise.all(runs.map(({ id }) => handle.signal(CONTROL_SIGNAL, { action: "cancel", runIds: [id] })));
  await eventually(async () => (await runsOf(org, "cancelled")).length === runs.length);
  await eventually(async () => (await handle.describe()).runId !== runId);
  await recordHistory(hasty.client, "tracker-controlled-continued", trackerId(org.id, 0), runId);
});

it("run: cancelled while its receiver is away", async () => {
  const org = await createTestOrganization(database.sql);
  const channelId = await org.channel("webhook", "http://127.0.0.1:9/nobody");
  const to = [{ userId: await org.user("ann@acme.test") }];
  const [ruleId] = await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to, body: "b" }],
  });
  await org.customers([{ externalId: "C", name: "N" }]);
  await org.evaluateAll();
  await startRuns(worker.client, worker.taskQueue, org.id, 1);
  const id = await eventually(async () => {
    const [row] = await database.sql<{ id: string | null }[]>`
      select temporal_workflow_id as id from notifications where organization_id = ${org.id} and attempts > 0`;
    return row?.id ?? false;
  });
  const handle = worker.client.workflow.getHandle(id);
  await handle.signal(CONTROL_SIGNAL, { action: "cancel", ruleId: ruleId! });
  await handle.result();
  await recordHistory(worker.client, "run-controlled", id);
});
