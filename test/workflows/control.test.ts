import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startRuns } from "../../temporal/startRuns.ts";
import { CONTROL_SIGNAL, type ControlSignal, trackerId } from "../../workflows/contract.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { NAMESPACE, temporalAddress } from "../helpers/temporal.ts";
import { startTemporalSuggestingAt } from "./support/smallHistories.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let worker: TestWorker;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporalAddress() });
});
afterAll(async () => {
  await worker?.stop();
  await database?.drop();
});

const run = promisify(execFile);

/** An organization with so many customers whose rule waits three days before it acts. */
async function waiting(
  count: number,
  by = worker,
): Promise<{ org: TestOrganization; ruleId: string; runIds: string[] }> {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  const [ruleId] = await org.activate({
    ...{ name: "late", trigger: { type: "customerCreated" } },
    actions: [
      { type: "wait", days: 3 },
      { type: "assignWorkflow", workflowId },
    ],
  });
  await org.customers(Array.from({ length: count }, (_, index) => ({ externalId: `C${index}`, name: "Globex" })));
  await by.waker.wakeNow(org.id, 0);
  const runIds = await eventually(async () => {
    const rows = await database.sql<
      { id: string }[]
    >`select id from rule_runs where organization_id = ${org.id} order by id`;
    return rows.length === count && rows.map(({ id }) => id);
  });
  return { org, ruleId: ruleId!, runIds };
}

const tracker = (org: TestOrganization, by = worker) => by.client.workflow.getHandle(trackerId(org.id, 0));
const signal = (org: TestOrganization, content: ControlSignal) => tracker(org).signal(CONTROL_SIGNAL, content);

const statusesOf = async (org: TestOrganization) =>
  (await database.sql`select status from rule_runs where organization_id = ${org.id} order by id`).map(
    ({ status }) => status as string,
  );
const become = (org: TestOrganization, statuses: string[]) =>
  eventually(async () => (await statusesOf(org)).join() === statuses.join(), {
    message: `runs that are ${statuses.join(", ")}`,
  });

describe("a control signal to a tracker", () => {
  it("moves runs that are named, and those of a rule; repeated it does no harm", async () => {
    const { org, ruleId, runIds } = await waiting(2);
    const [first] = runIds as [string, string];
    await signal(org, { action: "pause", runIds: [first] });
    await become(org, ["held", "waiting"]);
    await signal(org, { action: "pause", ruleId });
    await signal(org, { action: "pause", ruleId });
    await become(org, ["held", "held"]);
    await signal(org, { action: "resume", filter: { status: "held" } });
    await become(org, ["waiting", "waiting"]);
    await signal(org, { action: "cancel", runIds });
    await signal(org, { action: "cancel", ruleId });
    await become(org, ["cancelled", "cancelled"]);
    const [note] = await database.sql`
      select source, actor, data ->> 'action' as action from timeline_entries
      where organization_id = ${org.id} and kind = 'control' order by id limit 1`;
    expect(note).toEqual({ source: "manual", actor: null, action: "pause" });
  });

  it("pauses and resumes a rule, whose held runs then go on", async () => {
    const org = await createTestOrganization(database.sql);
    const workflowId = await org.workflow("Agency");
    const [ruleId] = await org.activate({
      ...{ name: "new", trigger: { type: "customerCreated" } },
      actions: [{ type: "assignWorkflow", workflowId }],
    });
    await worker.waker.wakeNow(org.id, 0);
    await signal(org, { action: "pauseRule", ruleId: ruleId! });
    const statusOf = async () => (await database.sql`select status from rules where id = ${ruleId!}`)[0]!.status;
    await eventually(async () => (await statusOf()) === "paused");
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await worker.waker.wakeNow(org.id, 0);
    await become(org, ["held"]);
    await signal(org, { action: "resumeRule", ruleId: ruleId! });
    await become(org, ["applied"]);
  });

  it("replays for real only when told so, and once", async () => {
    const org = await createTestOrganization(database.sql);
    const workflowId = await org.workflow("Agency");
    await org.activate({
      ...{ name: "new", trigger: { type: "customerCreated" } },
      actions: [{ type: "assignWorkflow", workflowId }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await worker.waker.wakeNow(org.id, 0);
    await become(org, ["applied"]);
    await signal(org, { action: "undo", filter: { status: "applied" }, dryRun: false });
    await eventually(async () => {
      const [row] = await database.sql`select workflow_id as id from customers where organization_id = ${org.id}`;
      return row!.id === null;
    });
    await signal(org, { action: "replay", filter: { status: "applied" }, facts: "current" });
    await signal(org, { action: "replay", filter: { status: "applied" }, facts: "current", dryRun: false });
    await become(org, ["applied", "applied"]);
  });

  it("that makes no sense, or names what is another organization's, changes nothing and stops nothing", async () => {
    const { org } = await waiting(1);
    const other = await waiting(1);
    for (const nonsense of [undefined, "cancel", { action: "explode" }, { action: "cancel" }]) {
      await tracker(org).signal(CONTROL_SIGNAL, nonsense);
    }
    await signal(org, { action: "cancel", runIds: other.runIds });
    await signal(org, { action: "cancel", ruleId: other.ruleId });
    await signal(org, { action: "pauseRule", ruleId: other.ruleId });
    await signal(org, { action: "pause", filter: {} });
    await become(org, ["held"]);
    expect(await statusesOf(other.org)).toEqual(["waiting"]);
    expect((await tracker(org).describe()).status.name).toBe("RUNNING");
  });

  it("is taken from Temporal's command line", async () => {
    const { org, ruleId } = await waiting(1);
    await run(inject("temporalProgram"), [
      ...["workflow", "signal", "--address", temporalAddress(), "--namespace", NAMESPACE],
      ...["--workflow-id", trackerId(org.id, 0), "--name", CONTROL_SIGNAL],
      ...["--input", JSON.stringify({ action: "cancel", ruleId })],
    ]);
    await become(org, ["cancelled"]);
  });

  it("is not lost when the tracker continues as new meanwhile", async () => {
    const temporal = await startTemporalSuggestingAt(40);
    const other = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporal.address });
    try {
      const { org, runIds } = await waiting(40, other);
      const handle = tracker(org, other);
      const { runId } = await handle.describe();
      await Promise.all(runIds.map((id) => handle.signal(CONTROL_SIGNAL, { action: "cancel", runIds: [id] })));
      await become(
        org,
        runIds.map(() => "cancelled"),
      );
      await eventually(async () => (await handle.describe()).runId !== runId, { message: "a fresh history" });
    } finally {
      await other.stop();
      await temporal.stop();
    }
  });
});

describe("a control signal to a run workflow", () => {
  it("stops the attempts of the messages that it carries", async () => {
    const org = await createTestOrganization(database.sql);
    const channelId = await org.channel("webhook", "http://127.0.0.1:9/nobody");
    const [ruleId] = await org.activate({
      ...{ name: "tell", trigger: { type: "customerCreated" } },
      actions: [{ type: "sendNotification", channelId, to: [{ userId: await org.user("ann@acme.test") }], body: "b" }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await startRuns(worker.client, worker.taskQueue, org.id, 1);
    const claimed = await eventually(async () => {
      const [row] = await database.sql<{ id: string | null }[]>`
        select temporal_workflow_id as id from notifications where organization_id = ${org.id} and attempts > 0`;
      return row?.id ?? false;
    });
    const handle = worker.client.workflow.getHandle(claimed);
    await handle.signal(CONTROL_SIGNAL, { action: "cancel", ruleId: ruleId! });
    await become(org, ["cancelled"]);
    await handle.result();
    const [message] = await database.sql`select status from notifications where organization_id = ${org.id}`;
    expect(message).toEqual({ status: "cancelled" });
  });
});
