import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLAIM, claimNotifications, unclaimNotifications } from "../../db/claims.ts";
import { beginDelivery, finishDelivery, noteFailedAttempt } from "../../db/deliveries.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** An organization with planned notifications: one per customer and user. */
async function planned(customers: number, users = 1): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const to = [];
  for (let index = 0; index < users; index++) to.push({ userId: await org.user(`u${index}@acme.test`) });
  const channelId = await org.channel("inApp");
  await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to, body: "hello" }],
  });
  await org.customers(Array.from({ length: customers }, (_, index) => ({ externalId: `${index}`, name: "Globex" })));
  await org.evaluateAll();
  return org;
}

const claim = (org: TestOrganization, workflow: string) =>
  claimNotifications(database.sql, org.id, `runs:${org.id}:${workflow}`, `run of ${workflow}`);
const ids = (claimed: { id: string }[]) => claimed.map(({ id }) => id);

const runsOf = (org: TestOrganization) =>
  database.sql`
    select status, reason, actions, temporal_workflow_id as "temporalWorkflowId", temporal_run_id as "temporalRunId", finished_at as "finishedAt"
    from rule_runs where organization_id = ${org.id} order by id`;

describe("claiming notifications", () => {
  it("gives each to one workflow only, oldest first, and names it on the runs", async () => {
    const org = await planned(CLAIM + 50);
    const [first, second, third] = await Promise.all([claim(org, "a"), claim(org, "b"), claim(org, "c")]);
    const all = [...ids(first), ...ids(second), ...ids(third)];
    expect(all).toHaveLength(CLAIM + 50);
    expect(new Set(all).size).toBe(CLAIM + 50);
    // Side by side they share what there is; alone one takes no more than a batch.
    expect(Math.max(first.length, second.length, third.length)).toBeLessThanOrEqual(CLAIM);
    const runs = await runsOf(org);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(["running"]));
    expect(runs.every(({ temporalRunId }) => temporalRunId !== null)).toBe(true);
    expect(await claim(org, "d")).toEqual([]);
  });

  it("answers a workflow that asks again with what it holds, even while older ones wait", async () => {
    const org = await planned(CLAIM + 50);
    const [older] = [await claim(org, "older")];
    const newer = await claim(org, "newer");
    expect(newer).toHaveLength(50);
    expect(await unclaimNotifications(database.sql, `runs:${org.id}:older`)).toBe(older.length);
    expect(ids(await claim(org, "newer"))).toEqual(ids(newer));
    expect(ids(await claim(org, "next"))).toEqual(ids(older));
  });

  it("leaves other organizations' alone", async () => {
    const [org, other] = [await planned(1), await planned(1)];
    expect(await claim(org, "a")).toHaveLength(1);
    expect(await runsOf(other)).toMatchObject([{ status: "planned" }]);
  });

  it("ends what was finished: it cannot be taken back", async () => {
    const org = await planned(1);
    const [one] = await claim(org, "a");
    await finishDelivery(database.sql, one!.id, "sent", null);
    expect(await unclaimNotifications(database.sql, `runs:${org.id}:a`)).toBe(0);
    expect(await claim(org, "b")).toEqual([]);
  });
});

describe("a run with several messages", () => {
  it("waits while any attempt is to be made again, and ends with the last of them", async () => {
    const org = await planned(1, 3);
    const [a, b, c] = ids(await claim(org, "x"));
    expect(await beginDelivery(database.sql, org.id, a!)).toMatchObject({ status: "running", kind: "inApp" });
    await noteFailedAttempt(database.sql, a!, "the receiver answered 500");
    expect(await runsOf(org)).toMatchObject([
      {
        status: "waiting",
        finishedAt: null,
        actions: [{ status: "waiting", attempts: 1, error: "the receiver answered 500" }],
      },
    ]);
    await finishDelivery(database.sql, b!, "sent", null);
    await finishDelivery(database.sql, c!, "failed", "the receiver answered 404");
    expect(await runsOf(org)).toMatchObject([{ status: "waiting", actions: [{ sent: 1, failed: 1 }] }]);
    await finishDelivery(database.sql, a!, "sent", null);
    expect(await runsOf(org)).toMatchObject([
      {
        status: "partlyApplied",
        finishedAt: expect.any(String),
        actions: [{ sent: 2, failed: 1, reason: "delivery" }],
      },
    ]);
  });

  it("ends once, however often and at whatever time its messages end", async () => {
    const org = await planned(1, 4);
    const claimed = ids(await claim(org, "x"));
    const twice = [...claimed, ...claimed];
    await Promise.all(twice.map((id) => finishDelivery(database.sql, id, "sent", null)));
    expect(await runsOf(org)).toMatchObject([{ status: "applied", actions: [{ sent: 4, failed: 0, error: null }] }]);
    const timeline = await database.sql`
      select id from timeline_entries where organization_id = ${org.id} and kind = 'notification'`;
    expect(timeline).toHaveLength(4);
  });

  it("counts no attempt of what is not running, and knows nothing of another organization's", async () => {
    const [org, other] = [await planned(1), await planned(1)];
    const [one] = ids(await claim(org, "x"));
    await finishDelivery(database.sql, one!, "sent", null);
    expect(await beginDelivery(database.sql, org.id, one!)).toMatchObject({ status: "sent" });
    expect(await beginDelivery(database.sql, other.id, one!)).toBeNull();
    const [row] = await database.sql`select attempts from notifications where id = ${one!}`;
    expect(row).toEqual({ attempts: 0 });
  });
});
