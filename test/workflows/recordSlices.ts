import { afterAll, beforeAll, it } from "vitest";
import { createJob, stagePage } from "../../db/jobs/jobs.ts";
import { PAGE } from "../../db/jobs/types.ts";
import { inTransaction } from "../../db/transaction.ts";
import { recordHistory } from "../../scripts/recordHistory.ts";
import { startJob } from "../../temporal/startJob.ts";
import { jobWorkflowId, RATINGS, RETENTION, ratingsScheduleId } from "../../workflows/contract.ts";
import { passDays } from "../db/support/passDays.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import type { TestDatabase } from "../helpers/postgres.ts";
import { openRecordingScene, type RecordingScene } from "./support/recordingScene.ts";
import type { TestWorker } from "./support/testWorker.ts";

// Plays and keeps the histories of workflows that work slice by slice (see record.ts beside it).

let scene: RecordingScene;
let database: TestDatabase;
let worker: TestWorker;
let hasty: TestWorker;
beforeAll(async () => {
  scene = await openRecordingScene(8, { max: 16 });
  ({ database, worker, hasty } = scene);
});
afterAll(() => scene?.close());

/** Longer than a slice of any activity. */
const BEYOND_A_SLICE_MS = 6_000;

/** Holds the row locks of `lock` while it waits for `meanwhile`. */
async function holding(lock: (tx: TestDatabase["sql"]) => Promise<unknown>, meanwhile: () => Promise<unknown>) {
  await inTransaction(database.sql, async (tx) => {
    await lock(tx as unknown as TestDatabase["sql"]);
    await meanwhile();
  });
}

/** Waits until the workflow has an activity under way, for at least so long. */
const atWork = ({ client }: TestWorker, workflowId: string, ms = 0) =>
  eventually(
    async () => {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      const started = raw.pendingActivities?.[0]?.lastStartedTime?.seconds;
      return started != null && Date.now() - Number(started) * 1_000 > ms;
    },
    { timeoutMs: 60_000, message: "an activity under way" },
  );

const ended = ({ client }: TestWorker, workflowId: string) =>
  eventually(async () => (await client.workflow.getHandle(workflowId).describe()).status.name === "COMPLETED", {
    timeoutMs: 60_000,
    message: "an ended workflow",
  });

async function customers(count: number): Promise<{ org: TestOrganization; ids: string[] }> {
  const org = await createTestOrganization(database.sql);
  const names = Array.from({ length: count }, (_, index) => `C${index}`);
  const { results } = await org.customers(names.map((externalId) => ({ externalId, name: externalId })));
  return { org, ids: results.flatMap((result) => (result.ok ? [result.id] : [])).sort() };
}

const lockCustomer = (id: string | undefined) => (tx: TestDatabase["sql"]) =>
  tx`select from customers where id = ${id ?? null} for update`;

/** A job that clears the collection workflow of these customers. */
async function makeJob(org: TestOrganization, ids: string[]): Promise<string> {
  const job = await createJob(database.sql, {
    ...{ organizationId: org.id, kind: "customerActions", status: "queued", dryRun: false, source: "manual" },
    ...{ actor: null, input: { actions: [{ type: "assignWorkflow", workflowId: null }] }, total: ids.length },
  });
  for (let at = 0; at < ids.length; at += PAGE)
    await stagePage(database.sql, job.id, at / PAGE, ids.slice(at, at + PAGE));
  return job.id;
}

async function runJob(
  by: TestWorker,
  count: number,
): Promise<{ workflowId: string; start(): Promise<void>; ids: string[] }> {
  const { org, ids } = await customers(count);
  const jobId = await makeJob(org, ids);
  return {
    ids,
    workflowId: jobWorkflowId(org.id, jobId),
    start: () => startJob(by.client, by.taskQueue, org.id, jobId),
  };
}

it("job: to its end", async () => {
  const { workflowId, start } = await runJob(worker, 3);
  await start();
  await ended(worker, workflowId);
  await recordHistory(worker.client, "job-done", workflowId);
});

it("job: a page in progress", async () => {
  const { workflowId, start, ids } = await runJob(worker, 3);
  await holding(lockCustomer(ids[1]), async () => {
    await start();
    await atWork(worker, workflowId);
    await recordHistory(worker.client, "job-page-in-progress", workflowId);
  });
  await ended(worker, workflowId);
});

it("job: continued as new", async () => {
  const { workflowId, start, ids } = await runJob(hasty, 2 * PAGE + 1);
  let runId: string | undefined;
  await holding(lockCustomer(ids[PAGE]), async () => {
    await start();
    ({ runId } = await hasty.client.workflow.getHandle(workflowId).describe());
    await atWork(hasty, workflowId, BEYOND_A_SLICE_MS);
  });
  await ended(hasty, workflowId);
  await recordHistory(hasty.client, "job-continued", workflowId, runId);
});

/** Customers of whom each has an invoice that has become overdue. */
async function overnight(count: number): Promise<{ org: TestOrganization; ids: string[] }> {
  const { org, ids } = await customers(count);
  const today = new Date().toISOString().slice(0, 10);
  await org.invoices(ids.map((id) => ({ customerId: id, issuedAt: today, dueAt: today, amount: 100 })));
  await passDays(database.sql, org.id, 1);
  return { org, ids };
}

async function startRatings(by: TestWorker, org: TestOrganization): Promise<string> {
  const workflowId = `${ratingsScheduleId(org.id)}-2026-01-31T02:00:00Z`;
  const args = [{ organizationId: org.id }];
  await by.client.workflow.start(RATINGS, { workflowId, taskQueue: by.taskQueue, args });
  return workflowId;
}

it("ratings: to their end, and with a page in progress", async () => {
  const { org, ids } = await overnight(3);
  let workflowId = "";
  await holding(lockCustomer(ids[1]), async () => {
    workflowId = await startRatings(worker, org);
    await eventually(async () => {
      const { events } = await worker.client.workflow.getHandle(workflowId).fetchHistory();
      return events?.filter((event) => event.activityTaskScheduledEventAttributes).length === 2;
    });
    await atWork(worker, workflowId);
    await recordHistory(worker.client, "ratings-page-in-progress", workflowId);
  });
  await ended(worker, workflowId);
  await recordHistory(worker.client, "ratings-done", workflowId);
});

it("ratings: continued as new", async () => {
  const { org, ids } = await overnight(1_001);
  let workflowId = "";
  let runId: string | undefined;
  await holding(lockCustomer(ids[0]), async () => {
    workflowId = await startRatings(hasty, org);
    ({ runId } = await hasty.client.workflow.getHandle(workflowId).describe());
    await atWork(hasty, workflowId, BEYOND_A_SLICE_MS);
  });
  await ended(hasty, workflowId);
  await recordHistory(hasty.client, "ratings-continued", workflowId, runId);
});

it("retention: to its end, and continued as new", async () => {
  const { org } = await customers(1);
  await org.customers([{ externalId: "C0", city: "Lyon" }]);
  await org.evaluateAll();
  await database.sql`update changes set created_at = created_at - interval '10 days' where organization_id = ${org.id}`;
  await database.sql`update organizations set retention = '{"changesDays": 5}' where id = ${org.id}`;
  const start = (by: TestWorker, workflowId: string) =>
    by.client.workflow.start(RETENTION, { workflowId, taskQueue: by.taskQueue, args: [{}] });
  const workflowId = "retention:installation-2026-01-31T02:00:00Z";
  let runId: string | undefined;
  await holding(
    (tx) => tx`select from changes where organization_id = ${org.id} for update`,
    async () => {
      await start(hasty, workflowId);
      ({ runId } = await hasty.client.workflow.getHandle(workflowId).describe());
      await atWork(hasty, workflowId, BEYOND_A_SLICE_MS);
    },
  );
  await ended(hasty, workflowId);
  await recordHistory(hasty.client, "retention-continued", workflowId, runId);
  await database.sql`update organizations set trimmed_at = null where id = ${org.id}`;
  await start(worker, workflowId);
  await ended(worker, workflowId);
  await recordHistory(worker.client, "retention-done", workflowId);
});
