import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import { claimNotifications, unclaimNotifications, waitingNotifications } from "../../db/claims.ts";
import { beginDelivery, finishDelivery, noteFailedAttempt } from "../../db/deliveries.ts";
import { openDigest } from "../../db/digests.ts";
import { inTransaction } from "../../db/transaction.ts";
import type { RuleDraft } from "../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Fixture {
  org: TestOrganization;
  ruleIds: string[];
  channelId: string;
  ann: string;
  bob: string;
}

/** An organization whose rules tell Ann and Bob of new customers, in a digest. */
async function digesting(digest: "hourly" | "daily" = "hourly", more: RuleDraft["actions"] = []): Promise<Fixture> {
  const org = await createTestOrganization(database.sql, { timeZone: "Asia/Kolkata" });
  const [ann, bob] = [await org.user("ann@acme.test"), await org.user("bob@acme.test")];
  const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
  const rule = (name: string): RuleDraft => ({
    ...{ name, trigger: { type: "customerCreated" } },
    actions: [
      {
        type: "sendNotification",
        ...{ channelId, digest, to: [{ userId: ann }, { userId: bob }] },
        ...{ subject: `${name}: {{ customer.name }}`, body: "hello" },
      },
      ...more,
    ],
  });
  const ruleIds = await org.activate(rule("one"), rule("two"));
  return { org, ruleIds, channelId, ann, bob };
}

async function customers({ org }: Fixture, ...names: string[]): Promise<void> {
  await org.customers(names.map((name) => ({ externalId: name, name })));
  await org.evaluateAll();
}

const becomeDue = ({ org }: Fixture) =>
  database.sql`
    update notifications set due_at = now() where organization_id = ${org.id} and status = 'gathering' and digest_id is null`;
const claim = ({ org }: Fixture, workflow = "a") =>
  claimNotifications(database.sql, org.id, `runs:${org.id}:${workflow}`, "run");
const subjects = async (id: string) => (await openDigest(database.sql, id)).map(({ subject }) => subject);
const members = ({ org }: Fixture) =>
  database.sql`
    select recipient ->> 'email' as email, subject, status, attempts, error, digest_id as "digestId" from notifications
    where organization_id = ${org.id} and run_id is not null order by id`;
const runsOf = ({ org }: Fixture) =>
  database.sql`select status, reason, actions, finished_at as "finishedAt" from rule_runs where organization_id = ${org.id} order by id`;

describe("a digest", () => {
  it("is waited for until it is due", async () => {
    const fixture = await digesting();
    await customers(fixture, "A");
    expect(await claim(fixture)).toEqual([]);
    expect(await runsOf(fixture)).toMatchObject([
      { status: "waiting", reason: "digest", finishedAt: null, actions: [{ status: "waiting", reason: "digest" }] },
      { status: "waiting" },
    ]);
    const waiting = () =>
      waitingNotifications(database.sql).then((all) =>
        all.some(({ organizationId }) => organizationId === fixture.org.id),
      );
    expect(await waiting()).toBe(false);
    await becomeDue(fixture);
    expect(await waiting()).toBe(true);
  });

  it("is one message per recipient, across rules and customers, and ends all that it carried", async () => {
    const fixture = await digesting();
    await customers(fixture, "A", "B");
    await customers(fixture, "C");
    await becomeDue(fixture);
    const claimed = await claim(fixture);
    expect(claimed).toMatchObject([
      { kind: "webhook", ruleId: null, customerId: null },
      { kind: "webhook", ruleId: null, customerId: null },
    ]);
    const of = ["one: A", "two: A", "one: B", "two: B", "one: C", "two: C"].sort();
    for (const { id } of claimed) expect((await subjects(id)).sort()).toEqual(of);
    const [first, second] = claimed.map(({ id }) => id) as [string, string];
    expect(await beginDelivery(database.sql, fixture.org.id, first)).toMatchObject({ about: null, attempts: 1 });
    await finishDelivery(database.sql, first, "sent", null);
    expect((await runsOf(fixture)).every(({ status }) => status === "waiting")).toBe(true);
    await finishDelivery(database.sql, second, "failed", "the receiver answered 404");
    expect((await members(fixture)).map(({ email, status, attempts }) => [email, status, attempts])).toEqual(
      Array.from({ length: 6 }, () => [
        ["ann@acme.test", "sent", 1],
        ["bob@acme.test", "failed", 0],
      ]).flat(),
    );
    for (const run of await runsOf(fixture)) {
      expect(run).toMatchObject({ status: "partlyApplied", actions: [{ sent: 1, failed: 1, reason: "delivery" }] });
    }
    const timeline = await database.sql`
      select id from timeline_entries where organization_id = ${fixture.org.id} and kind = 'notification'`;
    expect(timeline).toHaveLength(12);
    expect(await claim(fixture, "b")).toEqual([]);
  });

  it("is made once, however many claim at the same time", async () => {
    const fixture = await digesting();
    await customers(fixture, "A", "B", "C");
    await becomeDue(fixture);
    const claims = await Promise.all(["a", "b", "c", "d"].map((workflow) => claim(fixture, workflow)));
    expect(claims.flat()).toHaveLength(2);
  });

  it("keeps its key and what it carries when the workflow that claimed it is lost", async () => {
    const fixture = await digesting();
    await customers(fixture, "A");
    await becomeDue(fixture);
    const claimed = await claim(fixture);
    await noteFailedAttempt(database.sql, claimed[0]!.id, "the receiver answered 500");
    await unclaimNotifications(database.sql, `runs:${fixture.org.id}:a`);
    await customers(fixture, "B");
    const again = await claim(fixture, "b");
    expect(again).toEqual(claimed);
    expect((await subjects(again[0]!.id)).sort()).toEqual(["one: A", "two: A"]);
    expect((await members(fixture))[0]).toMatchObject({ status: "gathering", error: "the receiver answered 500" });
  });

  it("is followed by the next one for what comes after its period's", async () => {
    const fixture = await digesting();
    await customers(fixture, "A");
    await becomeDue(fixture);
    await claim(fixture);
    await customers(fixture, "late");
    // Evaluated before the hour, committed after it.
    await database.sql`
      update notifications set due_at = (select max(due_at) from notifications where organization_id = ${fixture.org.id} and run_id is null)
      where organization_id = ${fixture.org.id} and digest_id is null and run_id is not null`;
    expect(await claim(fixture, "b")).toEqual([]);
    const [row] = await database.sql`
      select min(due_at) > now() as later from notifications
      where organization_id = ${fixture.org.id} and digest_id is null and run_id is not null`;
    expect(row).toEqual({ later: true });
  });

  it("can be asked for ahead of the clock", async () => {
    const fixture = await digesting("daily");
    await customers(fixture, "A");
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const ask = (now: string) =>
      claimNotifications(database.sql, fixture.org.id, `runs:${fixture.org.id}:${now}`, "run", now);
    expect(await ask(at(24))).toHaveLength(2);
  });

  it("leaves out what a rule that was deactivated, or a customer that was excluded, would have told", async () => {
    const fixture = await digesting();
    await customers(fixture, "A", "B");
    await inTransaction(database.sql, (tx) => cancelWaitingRuns(tx, { ruleId: fixture.ruleIds[1]! }, "inactive"));
    await becomeDue(fixture);
    const [digest] = await claim(fixture);
    // Excluded while the digest is on its way.
    await database.sql`update customers set excluded_at = now() where organization_id = ${fixture.org.id} and name = 'B'`;
    expect(await subjects(digest!.id)).toEqual(["one: A"]);
    expect((await members(fixture)).filter(({ status }) => status === "cancelled")).toHaveLength(5);
    expect((await runsOf(fixture)).map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ["cancelled", "inactive"],
      ["cancelled", "inactive"],
      ["waiting", "digest"],
      ["waiting", "digest"],
    ]);
  });

  it("still tells of the change that excluded its customer", async () => {
    const fixture = await digesting("hourly", [{ type: "excludeCustomer" }]);
    await customers(fixture, "A");
    await becomeDue(fixture);
    const [digest] = await claim(fixture);
    expect((await subjects(digest!.id)).sort()).toEqual(["one: A", "two: A"]);
  });
});

describe("the time of a digest", () => {
  it.each<["hourly" | "daily", string]>([
    ["hourly", "00"],
    ["daily", "08:00"],
  ])("%s is the next by the organization's clock", async (digest, expected) => {
    const fixture = await digesting(digest);
    await customers(fixture, "A");
    const [row] = await database.sql<{ local: string; hours: number }[]>`
      select to_char(due_at at time zone 'Asia/Kolkata', ${digest === "daily" ? "HH24:MI" : "MI"}) as local,
             (extract(epoch from due_at - created_at) / 3600)::float8 as hours
      from notifications where organization_id = ${fixture.org.id} limit 1`;
    expect(row?.local).toBe(expected);
    expect(row?.hours).toBeGreaterThan(0);
    expect(row?.hours).toBeLessThanOrEqual(digest === "daily" ? 24 : 1);
  });
});
