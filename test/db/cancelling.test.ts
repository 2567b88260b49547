import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import { claimNotifications } from "../../db/claims.ts";
import { beginDelivery, finishDelivery, noteFailedAttempt } from "../../db/deliveries.ts";
import { inTransaction } from "../../db/transaction.ts";
import { excludeCustomer } from "../../db/writes/index.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Waiting {
  org: TestOrganization;
  ruleId: string;
  notificationId: string;
}

/** A run whose message failed once and waits for its next attempt. */
async function waitingRun(): Promise<Waiting> {
  const org = await createTestOrganization(database.sql);
  const ann = await org.user("ann@acme.test");
  const channelId = await org.channel("webhook", "http://receiver.test/");
  const [ruleId] = await org.activate({
    name: "tell",
    trigger: { type: "customerCreated" },
    actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "new" }],
  });
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await org.evaluateAll();
  const [claimed] = await claimNotifications(database.sql, org.id, "runs:1", "run");
  await beginDelivery(database.sql, org.id, claimed!.id);
  await noteFailedAttempt(database.sql, claimed!.id, "the receiver answered 500");
  expect(await runOf(org)).toMatchObject({ status: "waiting" });
  return { org, ruleId: ruleId!, notificationId: claimed!.id };
}

async function runOf(org: TestOrganization) {
  const [run] = await database.sql`select status, reason, actions from rule_runs where organization_id = ${org.id}`;
  return run;
}

async function notificationOf(org: TestOrganization) {
  const [row] = await database.sql`select status, attempts from notifications where organization_id = ${org.id}`;
  return row;
}

const WAYS: [string, string, (waiting: Waiting) => Promise<unknown>][] = [
  [
    "deactivating its rule",
    "inactive",
    ({ ruleId }) => inTransaction(database.sql, (tx) => cancelWaitingRuns(tx, { ruleId }, "inactive")),
  ],
  [
    "excluding its customer",
    "excluded",
    ({ org }) => inTransaction(database.sql, (tx) => excludeCustomer(tx, org.context(), "external:C")),
  ],
];

describe.each(WAYS)("a run that waits for another attempt, on %s", (_way, reason, cancel) => {
  it("is cancelled with its messages, and nothing that comes later wakes it", async () => {
    const waiting = await waitingRun();
    await cancel(waiting);
    const { org, notificationId } = waiting;
    const cancelled = { status: "cancelled", reason, actions: [{ status: "cancelled", reason }] };
    expect(await runOf(org)).toMatchObject(cancelled);
    expect(await beginDelivery(database.sql, org.id, notificationId)).toMatchObject({ status: "cancelled" });
    await noteFailedAttempt(database.sql, notificationId, "late");
    await finishDelivery(database.sql, notificationId, "failed", "late");
    expect(await runOf(org)).toMatchObject(cancelled);
    expect(await notificationOf(org)).toEqual({ status: "cancelled", attempts: 1 });
  });

  it("says that its message went out after all when an attempt under way succeeds", async () => {
    const waiting = await waitingRun();
    await cancel(waiting);
    await finishDelivery(database.sql, waiting.notificationId, "sent", null);
    expect(await notificationOf(waiting.org)).toMatchObject({ status: "sent" });
    expect(await runOf(waiting.org)).toMatchObject({ status: "cancelled" });
  });
});

describe("while an organization's rules are stopped", () => {
  const stop = (org: TestOrganization, stopped: boolean) =>
    database.sql`update organizations set rules_stopped = ${stopped} where id = ${org.id}`;

  it("no attempt is made or counted, nothing is claimed, and everything goes on afterwards", async () => {
    const { org, notificationId } = await waitingRun();
    await stop(org, true);
    expect(await beginDelivery(database.sql, org.id, notificationId)).toMatchObject({ rulesStopped: true });
    expect(await notificationOf(org)).toMatchObject({ attempts: 1 });
    await database.sql`update notifications set status = 'planned', temporal_workflow_id = null where id = ${notificationId}`;
    expect(await claimNotifications(database.sql, org.id, "runs:2", "run")).toEqual([]);
    await stop(org, false);
    expect(await claimNotifications(database.sql, org.id, "runs:2", "run")).toHaveLength(1);
  });

  it("a manual write is not overruled by them", async () => {
    const org = await createTestOrganization(database.sql);
    const standard = await org.workflow("Standard");
    const agency = await org.workflow("Agency");
    const trigger = { type: "customerCreatedOrUpdated" as const };
    await org.activate({ name: "keep", trigger, actions: [{ type: "assignWorkflow", workflowId: standard }] });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const write = () => org.customers([{ externalId: "C", workflowId: agency }], "manual");
    expect((await write()).results).toMatchObject([{ overruled: [{ slot: "workflow", kept: standard }] }]);
    await stop(org, true);
    expect((await write()).results).toMatchObject([{ overruled: [] }]);
  });
});
