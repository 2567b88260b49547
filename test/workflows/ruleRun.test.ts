import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimNotifications } from "../../db/claims.ts";
import { startRuns } from "../../temporal/startRuns.ts";
import { Backoff } from "../../worker/backoff.ts";
import { doRound } from "../../worker/reconciler.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

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

interface Fixture {
  org: TestOrganization;
  ruleIds: string[];
  /** The path at the receiver that belongs to this test alone. */
  path: string;
}

/** An organization whose rule tells Ann, through a channel of the given kind, of every new customer. */
async function telling(kind: "webhook" | "inApp" = "webhook"): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  const ann = await org.user("ann@acme.test");
  const path = `/${org.id}`;
  const channelId = await org.channel(kind, kind === "webhook" ? receiver.url(path) : undefined);
  const ruleIds = await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [
      {
        type: "sendNotification",
        channelId,
        to: [{ userId: ann }],
        subject: "New: {{ customer.name }}",
        body: "hello",
      },
    ],
  });
  return { org, ruleIds, path };
}

/** Creates a customer, plans its notifications and starts the run workflow that carries them out. */
async function tell(org: TestOrganization, externalId = "C"): Promise<void> {
  await org.customers([{ externalId, name: "Globex" }]);
  await org.evaluateAll();
  await startRuns(worker.client, worker.taskQueue, org.id, 1);
}

const runsOf = (org: TestOrganization) =>
  database.sql`
    select id, change_id as "changeId", status, reason, actions, temporal_workflow_id as "temporalWorkflowId", finished_at as "finishedAt"
    from rule_runs where organization_id = ${org.id} order by id`;

const runOnce = async (
  org: TestOrganization,
  isDone: (run: { status: string; actions: { attempts?: number }[] }) => boolean,
) =>
  eventually(
    async () => {
      const [run] = await runsOf(org);
      return run && isDone(run as never) && run;
    },
    { message: "the run's end" },
  );

const ended = ({ status }: { status: string }) =>
  ["applied", "partlyApplied", "skipped", "failed", "cancelled"].includes(status);

describe("ruleRunWorkflow", () => {
  it("delivers a signed webhook and records who carried it out", async () => {
    const { org, path, ruleIds } = await telling();
    await tell(org);
    const run = await runOnce(org, ended);
    expect(run).toMatchObject({
      status: "applied",
      reason: null,
      temporalWorkflowId: expect.stringContaining(`runs:${org.id}:`),
      actions: [{ status: "applied", attempts: 1, sent: 1, failed: 0, error: null }],
    });
    expect(run.finishedAt).not.toBeNull();
    const [request, ...more] = receiver.received(path);
    expect(more).toEqual([]);
    const [notification] = await database.sql`select id, status from notifications where organization_id = ${org.id}`;
    expect(notification!.status).toBe("sent");
    const body = JSON.parse(request!.body);
    expect(body).toMatchObject({
      ...{ id: notification!.id, type: "notification", subject: "New: Globex", body: "hello" },
      recipient: { email: "ann@acme.test" },
      rule: { id: ruleIds[0], name: "tell", version: 1 },
      customer: { externalId: "C", name: "Globex" },
      ...{ runId: run.id, changeId: run.changeId },
    });
    const { headers } = request!;
    expect(headers["idempotency-key"]).toBe(notification!.id);
    const timestamp = String(headers["x-tripline-timestamp"]);
    expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(300);
    const signature = createHmac("sha256", "secret").update(`${timestamp}.${request!.body}`).digest("hex");
    expect(headers["x-tripline-signature"]).toBe(signature);
    const timeline = await database.sql`
      select kind, data from timeline_entries where organization_id = ${org.id} and kind = 'notification'`;
    expect(timeline).toMatchObject([{ data: { status: "sent", recipient: { email: "ann@acme.test" } } }]);
  });

  it("tries again after a 500 under the same key", async () => {
    const { org, path } = await telling();
    receiver.answer(path, { status: 500 }, { status: 200 });
    await tell(org);
    const waiting = await runOnce(org, ({ status }) => status === "waiting" || status === "applied");
    expect(waiting.actions).toMatchObject([{ attempts: expect.any(Number) }]);
    const run = await runOnce(org, ended);
    expect(run).toMatchObject({ status: "applied", actions: [{ attempts: 2, error: null }] });
    const keys = receiver.received(path).map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([400, 404, 410, 422, 301])("gives up at once on a %i", async (status) => {
    const { org, path } = await telling();
    receiver.answer(path, { status, headers: { location: receiver.url("/elsewhere") } });
    await tell(org);
    const run = await runOnce(org, ended);
    expect(run).toMatchObject({
      status: "failed",
      actions: [{ status: "failed", reason: "delivery", attempts: 1, error: `the receiver answered ${status}` }],
    });
    expect(receiver.received(path)).toHaveLength(1);
    expect(receiver.received("/elsewhere")).toEqual([]);
  });

  it.each([429, 503])("waits as long as Retry-After asks for on a %i", async (status) => {
    const { org, path } = await telling();
    receiver.answer(path, { status, headers: { "retry-after": "2" } }, { status: 200 });
    await tell(org);
    await runOnce(org, ended);
    const [first, second] = receiver.received(path);
    // Left to itself it would have come back after one second.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_900);
  });

  it("delivers in the app by recording it", async () => {
    const { org } = await telling("inApp");
    await tell(org);
    expect(await runOnce(org, ended)).toMatchObject({ status: "applied" });
    const [notification] =
      await database.sql`select status, sent_at as "sentAt" from notifications where organization_id = ${org.id}`;
    expect(notification).toMatchObject({ status: "sent", sentAt: expect.any(String) });
  });

  it("does not act for a rule that was deactivated meanwhile", async () => {
    const { org, path, ruleIds } = await telling();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await database.sql`update rules set status = 'inactive' where id = ${ruleIds[0]!}`;
    await startRuns(worker.client, worker.taskQueue, org.id, 1);
    expect(await runOnce(org, ended)).toMatchObject({
      reason: "inactive",
      actions: [{ status: "skipped", reason: "inactive" }],
    });
    const [notification] =
      await database.sql`select status, sent_at as "sentAt" from notifications where organization_id = ${org.id}`;
    expect(notification).toEqual({ status: "cancelled", sentAt: null });
    expect(receiver.received(path)).toEqual([]);
  });

  it("lets a dead recipient hold nobody up", async () => {
    const { org, path } = await telling();
    const [ann] = await database.sql`select id from users where organization_id = ${org.id}`;
    const dead = await org.channel("webhook", receiver.url(`${path}-dead`));
    receiver.answer(`${path}-dead`, { status: 500 });
    await org.activate({
      ...{ name: "dead", trigger: { type: "customerCreated" } },
      actions: [{ type: "sendNotification", channelId: dead, to: [{ userId: ann!.id }], body: "hello" }],
    });
    await tell(org);
    const runs = await eventually(async () => {
      const found = await runsOf(org);
      return found[0]!.status === "applied" && found[1]!.status === "waiting" && found;
    });
    expect(runs[1]).toMatchObject({
      actions: [{ status: "waiting", error: "the receiver answered 500" }],
      finishedAt: null,
    });
    receiver.answer(`${path}-dead`, { status: 200 });
    await eventually(async () => (await runsOf(org))[1]!.status === "applied");
  });

  it("lets a receiver that never answers hold up no other organization, and counts only what was sent", async () => {
    const [slow, quick] = [await telling(), await telling("inApp")];
    receiver.answer(slow.path, "never");
    const many = Array.from({ length: 400 }, (_, index) => ({ externalId: `${index}`, name: "Globex" }));
    await slow.org.customers(many);
    await slow.org.evaluateAll();
    await startRuns(worker.client, worker.taskQueue, slow.org.id, many.length);
    await eventually(() => receiver.received(slow.path).length >= 20, { message: "all the places taken" });
    await tell(quick.org);
    await eventually(async () => (await runsOf(quick.org))[0]?.status === "applied");
    // Those turned away were looked at more than once by now, and none of it counts.
    const counted = await eventually(async () => {
      const [row] = await database.sql<{ attempts: number }[]>`
        select sum(attempts)::int as attempts from notifications where organization_id = ${slow.org.id}`;
      return row?.attempts === receiver.received(slow.path).length && row.attempts;
    });
    expect(counted).toBeLessThan(many.length);
    // The rest must not keep the worker busy.
    await database.sql`update rules set status = 'inactive' where organization_id = ${slow.org.id}`;
  });

  it("ends at once when there is nothing to claim", async () => {
    const { org } = await telling();
    await startRuns(worker.client, worker.taskQueue, org.id, 1);
    const statuses = await eventually(async () => {
      const found: string[] = [];
      for await (const run of worker.client.workflow.list({ query: `TriplineOrganization = "${org.id}"` }))
        found.push(run.status.name);
      return found.includes("COMPLETED") && found;
    });
    expect(statuses).toEqual(["COMPLETED"]);
  });

  it("is found in Temporal's UI by organization, rule, customer and status", async () => {
    const { org, path, ruleIds } = await telling();
    receiver.answer(path, { status: 404 });
    await tell(org);
    await runOnce(org, ended);
    const [customer] = await database.sql`select id from customers where organization_id = ${org.id}`;
    const query = [
      `TriplineOrganization = "${org.id}"`,
      `TriplineRule = "${ruleIds[0]}"`,
      `TriplineCustomer = "${customer!.id}"`,
      `TriplineStatus = "failed"`,
    ].join(" and ");
    const { count } = await eventually(async () => {
      const counted = await worker.client.workflow.count(query);
      return counted.count > 0 && counted;
    });
    expect(count).toBe(1);
  });
});

describe("webhooks to private addresses", () => {
  let strict: TestWorker;
  beforeAll(async () => {
    strict = await startTestWorker({
      ...{ databaseUrl: database.url, temporalAddress: temporalAddress() },
      ...{ allowPrivate: false, startsRuns: false },
    });
  });
  afterAll(() => strict?.stop());

  it.each([
    ["a loopback address", () => receiver.url("/private")],
    ["a name that leads to one", () => receiver.url("/private").replace("127.0.0.1", "localhost")],
    ["another spelling of one", () => receiver.url("/private").replace("127.0.0.1", "[::ffff:127.0.0.1]")],
    ["something that is no URL", () => "no address"],
  ])("are refused where they are not allowed: %s", async (_, url) => {
    const { org } = await telling();
    await database.sql`update channels set url = ${url()} where organization_id = ${org.id}`;
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await startRuns(strict.client, strict.taskQueue, org.id, 1);
    const run = await runOnce(org, ended);
    expect(run).toMatchObject({
      status: "failed",
      actions: [{ attempts: 1, error: expect.stringMatching(/private address|no URL/) }],
    });
    expect(receiver.received("/private")).toEqual([]);
  });
});

describe("claims of a workflow that is lost", () => {
  const round = () => doRound(worker.reconciler, new Backoff(0, 0));
  const age = (org: TestOrganization) =>
    database.sql`
      update notifications set claimed_at = claimed_at - interval '1 minute', created_at = created_at - interval '1 minute'
      where organization_id = ${org.id}`;

  it("are taken back and delivered by another, under the same key", async () => {
    const { org, path } = await telling();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const claimed = await claimNotifications(database.sql, org.id, `runs:${org.id}:lost`, "lost");
    await age(org);
    await round();
    await round();
    await runOnce(org, ended);
    expect(receiver.received(path).map(({ headers }) => headers["idempotency-key"])).toEqual(
      claimed.map(({ id }) => id),
    );
  });

  it("stay with a workflow that is still at work", async () => {
    const { org, path } = await telling();
    receiver.answer(path, { status: 500 });
    await tell(org);
    await runOnce(org, ({ status }) => status === "waiting");
    await age(org);
    await round();
    const [notification] = await database.sql`select status from notifications where organization_id = ${org.id}`;
    expect(notification).toEqual({ status: "running" });
    receiver.answer(path, { status: 200 });
    await runOnce(org, ended);
  });

  it("are found where no workflow was ever started", async () => {
    const { org, path } = await telling();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await age(org);
    await round();
    await runOnce(org, ended);
    expect(receiver.received(path)).toHaveLength(1);
  });
});
