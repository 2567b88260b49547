import { afterAll, beforeAll, expect, it } from "vitest";
import { CONTROL_SIGNAL, type ControlSignal, trackerId } from "../../workflows/contract.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { startTemporalSuggestingAt } from "./support/smallHistories.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let temporal: Awaited<ReturnType<typeof startTemporalSuggestingAt>>;
let worker: TestWorker;
beforeAll(async () => {
  database = await createTestDatabase();
  temporal = await startTemporalSuggestingAt(40);
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporal.address });
});
afterAll(async () => {
  await worker?.stop();
  await temporal?.stop();
  await database?.drop();
});

it("a tracker goes on evaluating while an operator's request takes its time, however long its history gets", async () => {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  await org.activate({
    ...{ name: "late", trigger: { type: "customerCreated" } },
    actions: [
      { type: "wait", days: 3 },
      { type: "assignWorkflow", workflowId },
    ],
  });
  const evaluated = async (count: number) => {
    await worker.waker.wakeNow(org.id, 0);
    await eventually(
      async () => {
        const rows = await database.sql`select from evaluations where organization_id = ${org.id}`;
        return rows.length === count;
      },
      { message: `${count} evaluations` },
    );
  };
  await org.customers([{ externalId: "C0", name: "Globex" }]);
  await evaluated(1);
  const [run] = await database.sql<{ id: string }[]>`select id from rule_runs where organization_id = ${org.id}`;
  const handle = worker.client.workflow.getHandle(trackerId(org.id, 0));
  const { runId } = await handle.describe();
  const statusOf = async () => (await database.sql`select status from rule_runs where id = ${run!.id}`)[0]!.status;

  await database.sql.begin(async (tx) => {
    // The request waits for this run.
    await tx`select from rule_runs where id = ${run!.id} for update`;
    const request: ControlSignal = { action: "cancel", runIds: [run!.id] };
    await handle.signal(CONTROL_SIGNAL, request);
    for (let count = 2; count <= 20; count++) {
      await org.customers([{ externalId: `C${count}`, name: "Globex" }]);
      await evaluated(count);
    }
    expect((await handle.describe()).historyLength).toBeGreaterThan(40);
    expect(await statusOf()).toBe("waiting");
  });
  await eventually(async () => (await statusOf()) === "cancelled");
  await evaluated(20);
  await eventually(async () => (await handle.describe()).runId !== runId, { message: "a fresh history" });
});
