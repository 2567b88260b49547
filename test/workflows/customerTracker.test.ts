import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryTracker } from "../../temporal/tracked.ts";
import { trackerId } from "../../workflows/contract.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { whileUnreachable } from "./support/outage.ts";
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

const unevaluated = async (org: TestOrganization) => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int as count from change_queue where organization_id = ${org.id}`;
  return row!.count;
};
const allEvaluated = (org: TestOrganization) =>
  eventually(async () => (await unevaluated(org)) === 0, { message: "every change evaluated" });

const idOf = (outcome: Awaited<ReturnType<TestOrganization["customers"]>>) => {
  const [result] = outcome.results;
  if (!result?.ok) throw new Error("the customer was refused");
  return result.id;
};

describe("customerTrackerWorkflow", () => {
  it("is started by a wake-up, evaluates what is queued, applies effects and holds the previous values", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "big", trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 } },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    const outcome = await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 }]);
    worker.waker.wake(outcome.wake);
    await allEvaluated(org);
    const [customer] =
      await database.sql`select workflow_id as "workflowId", version from customers where organization_id = ${org.id}`;
    expect(customer).toEqual({ workflowId: agency, version: 3 });
    const held = await eventually(async () => {
      const state = await queryTracker(worker.client, org.id, idOf(outcome), 0);
      return state?.version === 3 && state;
    });
    expect(held).toEqual({ outstanding: 700, averagePaymentDelay: null, rating: null, version: 3 });
    expect(await queryTracker(worker.client, org.id, org.id, 0)).toBeNull();

    const description = await worker.client.workflow.getHandle(trackerId(org.id, 0)).describe();
    expect(description.typedSearchAttributes.getAll()).toContainEqual(
      expect.objectContaining({ key: expect.objectContaining({ name: "TriplineOrganization" }), value: org.id }),
    );
    expect(description.memo).toMatchObject({ organizationId: org.id, shard: 0 });
    expect(await description.staticSummary()).toContain(org.id);
  });

  it("sleeps until the next wake-up and goes on, however many come at once", async () => {
    const org = await createTestOrganization(database.sql);
    const runId = async () => (await worker.client.workflow.getHandle(trackerId(org.id, 0)).describe()).runId;
    let first: string | undefined;
    for (let round = 0; round < 3; round++) {
      const writes = Array.from({ length: 20 }, async (_, index) => {
        const { wake } = await org.customers([{ externalId: `C${index}`, name: `${round}` }]);
        worker.waker.wake(wake);
      });
      await Promise.all(writes);
      await allEvaluated(org);
      first ??= await runId();
    }
    const [row] = await database.sql`select count(*)::int as count from evaluations where organization_id = ${org.id}`;
    expect(row).toEqual({ count: 60 });
    expect(await runId()).toBe(first);
  });

  it("is not stormed: wake-ups that come while one is under way are folded into one behind it", async () => {
    const org = await createTestOrganization(database.sql);
    const { wake } = await org.customers([{ externalId: "C", name: "Globex" }]);
    for (let call = 0; call < 200; call++) worker.waker.wake(wake);
    await worker.waker.settled();
    const { events } = await worker.client.workflow.getHandle(trackerId(org.id, 0)).fetchHistory();
    const signals = events?.filter((event) => event.workflowExecutionSignaledEventAttributes) ?? [];
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.length).toBeLessThanOrEqual(2);
  });

  it("keeps one organization's work from another's tracker", async () => {
    const [org, other] = [await createTestOrganization(database.sql), await createTestOrganization(database.sql)];
    const { wake } = await org.customers([{ externalId: "C", name: "Globex" }]);
    await other.customers([{ externalId: "C", name: "Globex" }]);
    worker.waker.wake(wake);
    await allEvaluated(org);
    expect(await unevaluated(other)).toBe(1);
  });

  it("goes on by itself when Postgres is back, nobody waking it again", async () => {
    const org = await createTestOrganization(database.sql);
    const first = await org.customers([{ externalId: "C", name: "Globex" }]);
    worker.waker.wake(first.wake);
    await allEvaluated(org);
    await org.customers([{ externalId: "C", city: "Paris" }]);
    const failures = await whileUnreachable(database.url, async () => {
      worker.waker.wake(first.wake);
      // Its three quick attempts are over once it has set a timer for the next ones.
      return eventually(async () => {
        const { events } = await worker.client.workflow.getHandle(trackerId(org.id, 0)).fetchHistory();
        const failed = events?.filter((event) => event.markerRecordedEventAttributes?.failure).length ?? 0;
        return failed;
      });
    });
    expect(failures).toBeGreaterThan(0);
    await allEvaluated(org);
  });

  it("starts anew where it was terminated, and evaluates nothing twice", async () => {
    const org = await createTestOrganization(database.sql);
    const { wake } = await org.customers([{ externalId: "C", name: "Globex" }]);
    worker.waker.wake(wake);
    await allEvaluated(org);
    await worker.client.workflow.getHandle(trackerId(org.id, 0)).terminate("lost");
    await org.customers([{ externalId: "C", city: "Paris" }]);
    worker.waker.wake(wake);
    await allEvaluated(org);
    const evaluations = await database.sql`
      select c.version from evaluations e join changes c on c.id = e.change_id where e.organization_id = ${org.id} order by c.version`;
    expect(evaluations.map(({ version }) => version)).toEqual([1, 2]);
  });
});

describe("a long history", () => {
  it("is continued as new: the previous values are carried along and the work goes on", async () => {
    const temporal = await startTemporalSuggestingAt(40);
    const other = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporal.address });
    try {
      const org = await createTestOrganization(database.sql);
      const first = await org.customers([{ externalId: "first", name: "Globex" }]);
      const turn = async (name: string) => {
        const { wake } = await org.customers([{ externalId: "C", name }]);
        await other.waker.wakeNow(wake.organizationId, 0);
        await allEvaluated(org);
      };
      const handle = other.client.workflow.getHandle(trackerId(org.id, 0));
      await turn("0");
      const { runId } = await handle.describe();
      let turns = 1;
      while ((await handle.describe()).runId === runId) {
        expect(turns).toBeLessThan(40);
        await turn(`${turns++}`);
      }
      const state = await eventually(() => queryTracker(other.client, org.id, idOf(first), 0));
      expect(state).toMatchObject({ version: 1, outstanding: 0 });
      await turn("the next");
      const history = await handle.fetchHistory();
      const carried = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      expect(carried).toBeTruthy();
    } finally {
      await other.stop();
      await temporal.stop();
    }
  });
});
