import { afterAll, beforeAll, it } from "vitest";
import { inTransaction } from "../../db/transaction.ts";
import { recordHistory } from "../../scripts/recordHistory.ts";
import { startRuns } from "../../temporal/startRuns.ts";
import { trackerId } from "../../workflows/contract.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { whileUnreachable } from "./support/outage.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

// Plays what the replay test holds the workflows to, for real, and keeps the histories. Run it by hand (see record.config.ts
// beside it) when a workflow is meant to change; old histories stay for as long as such runs may still be open somewhere.

let database: TestDatabase;
let worker: TestWorker;
let receiver: Receiver;
beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporalAddress(), startsRuns: false });
});
afterAll(async () => {
  await worker?.stop();
  await receiver?.stop();
  await database?.drop();
});

const handleOf = (org: TestOrganization) => worker.client.workflow.getHandle(trackerId(org.id, 0));
const keepTracker = (name: string, org: TestOrganization, runId?: string) =>
  recordHistory(worker.client, name, trackerId(org.id, 0), runId);

async function write(org: TestOrganization, city: string): Promise<void> {
  const { wake } = await org.customers([{ externalId: "C", name: "Globex", city }]);
  await worker.waker.wakeNow(wake.organizationId, 0);
}

const allEvaluated = (org: TestOrganization) =>
  eventually(async () => {
    const [row] = await database.sql`select count(*)::int as count from change_queue where organization_id = ${org.id}`;
    return row!.count === 0;
  });

/** Waits until the tracker has nothing to do: its last workflow task is over. */
const settled = (org: TestOrganization) =>
  eventually(async () => {
    const { events } = await handleOf(org).fetchHistory();
    const last = events?.at(-1);
    // The traces of a finished task: what it recorded, and the timer that it sleeps on.
    return (
      last?.timerStartedEventAttributes ??
      last?.markerRecordedEventAttributes ??
      last?.workflowTaskCompletedEventAttributes
    );
  });

it.concurrent("tracker: work, idle for five minutes, continued as new, resting, work again", async () => {
  const org = await createTestOrganization(database.sql);
  await write(org, "Paris");
  await allEvaluated(org);
  await write(org, "Lyon");
  await allEvaluated(org);
  const { runId } = await handleOf(org).describe();
  await eventually(async () => (await handleOf(org).describe()).runId !== runId, {
    timeoutMs: 600_000,
    intervalMs: 2_000,
  });
  await keepTracker("tracker-idle-continued", org, runId);
  await settled(org);
  await write(org, "Nice");
  await allEvaluated(org);
  await settled(org);
  await keepTracker("tracker-rested-then-work", org);
});

it.concurrent("tracker: a wake-up while it evaluates", async () => {
  const org = await createTestOrganization(database.sql);
  const workflow = await org.workflow("Agency");
  await org.activate({
    ...{ name: "new", trigger: { type: "customerCreatedOrUpdated" } },
    actions: [{ type: "assignWorkflow", workflowId: workflow }],
  });
  await org.customers([{ externalId: "C", name: "Globex" }]);
  // The evaluation waits for this lock; meanwhile others knock.
  await inTransaction(database.sql, async (tx) => {
    await tx`select id from customers where organization_id = ${org.id} for update`;
    for (let knock = 0; knock < 3; knock++) await worker.waker.wakeNow(org.id, 0);
    await eventually(async () => {
      const [row] = await database.sql`
        select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and query like '%customers%'`;
      return row!.count > 0;
    });
    await worker.waker.wakeNow(org.id, 0);
  });
  await allEvaluated(org);
  await settled(org);
  await keepTracker("tracker-woken-while-evaluating", org);
});

/** A customer whose rule waits so many hours before it acts. */
async function waiting(hours: number): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  await org.activate({
    ...{ name: "late", trigger: { type: "customerCreated" } },
    actions: [
      { type: "wait", hours },
      { type: "assignWorkflow", workflowId },
    ],
  });
  await write(org, "Paris");
  await allEvaluated(org);
  await settled(org);
  return org;
}

it.concurrent("tracker: a timer that fires", async () => {
  const org = await waiting(0.001);
  await eventually(async () => {
    const runs = await database.sql`select id from rule_runs where organization_id = ${org.id} and status = 'applied'`;
    return runs.length > 0;
  });
  await allEvaluated(org);
  await settled(org);
  await keepTracker("tracker-timer-fired", org);
});

it.concurrent("tracker: a wake-up that cuts a timer short", async () => {
  const org = await waiting(0.05);
  await write(org, "Lyon");
  await allEvaluated(org);
  await settled(org);
  await keepTracker("tracker-timer-cut-short", org);
});

it("tracker: Postgres away, then back", async () => {
  const org = await createTestOrganization(database.sql);
  await write(org, "Paris");
  await allEvaluated(org);
  await settled(org);
  await whileUnreachable(database.url, async () => {
    await worker.waker.wakeNow(org.id, 0);
    await eventually(async () => {
      const { events } = await handleOf(org).fetchHistory();
      return (events?.filter((event) => event.markerRecordedEventAttributes?.failure).length ?? 0) >= 2;
    });
  });
  await eventually(async () => {
    await write(org, "Lyon");
    return true;
  });
  await allEvaluated(org);
  await settled(org);
  await keepTracker("tracker-postgres-away", org);
});

/** Tells two users of a new customer through the receiver, whose answers are given per user. */
async function tell(answers: number[], digest?: "hourly"): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const actions = await Promise.all(
    answers.map(async (status, index) => {
      const path = `/${org.id}/${index}`;
      receiver.answer(path, { status });
      const to = [{ userId: await org.user(`u${index}@acme.test`) }];
      const channelId = await org.channel("webhook", receiver.url(path));
      return { type: "sendNotification" as const, channelId, to, body: "hello", ...(digest ? { digest } : {}) };
    }),
  );
  if (actions.length > 0) {
    await org.activate({ name: "tell", trigger: { type: "customerCreated" }, actions });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await database.sql`update notifications set due_at = now() where status = 'gathering'`;
  }
  await startRuns(worker.client, worker.taskQueue, org.id, 1);
  return org;
}

it.each<{ name: string; answers: number[]; digest?: "hourly" }>([
  { name: "run-all-sent", answers: [200, 200] },
  { name: "run-one-failed", answers: [404, 200] },
  { name: "run-nothing-to-claim", answers: [] },
  { name: "run-digests-sent-and-failed", answers: [404, 200], digest: "hourly" },
])("ruleRun: $name", async ({ name, answers, digest }) => {
  const org = await tell(answers, digest);
  const workflowId = await eventually(async () => {
    for await (const run of worker.client.workflow.list({ query: `TriplineOrganization = "${org.id}"` }))
      if (run.status.name === "COMPLETED") return run.workflowId;
    return undefined;
  });
  await recordHistory(worker.client, name, workflowId);
});
