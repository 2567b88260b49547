import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

type Message = Extract<RuleDraft["actions"][number], { type: "sendNotification" }>;

interface Fixture {
  org: TestOrganization;
  message: Message;
  /** Changes the customer and answers the last run's actions. */
  change(...cities: string[]): Promise<Record<string, unknown>>;
}

/** An organization whose rule tells Ann and the assigned users of every change, at most once in two hours. */
async function telling(actions: (message: Message) => RuleDraft["actions"] = (message) => [message]): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  const message: Message = {
    ...{ type: "sendNotification", channelId: await org.channel("inApp"), cooldownHours: 2 },
    ...{ to: [{ userId: await org.user("Ann@acme.test") }, { assignedUsers: true }], body: "hello" },
  };
  await org.activate({ name: "tell", trigger: { type: "customerCreatedOrUpdated" }, actions: actions(message) });
  const change = async (...cities: string[]) => {
    for (const city of cities) await org.customers([{ externalId: "C", name: "Globex", city }]);
    await org.evaluateAll();
    const [run] = await database.sql<{ status: string; reason: string; actions: Record<string, unknown>[] }[]>`
      select status, reason, actions from rule_runs where organization_id = ${org.id} order by id desc limit 1`;
    return { ...run!, action: run!.actions[0] };
  };
  return { org, message, change };
}

const age = (org: TestOrganization, hours: number) =>
  database.sql`
    update notifications set created_at = created_at - ${hours}::float8 * interval '1 hour' where organization_id = ${org.id}`;
const count = async (org: TestOrganization) => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int as count from notifications where organization_id = ${org.id}`;
  return row!.count;
};

describe("a cooldown", () => {
  it("skips who was told not long enough ago, and says so", async () => {
    const { org, change } = await telling();
    expect(await change("Paris")).toMatchObject({ status: "planned", action: { recipients: 1 } });
    expect(await change("Lyon")).toMatchObject({
      ...{ status: "skipped", reason: "cooldown" },
      action: { status: "skipped", reason: "cooldown", inCooldown: ["Ann@acme.test"], recipients: 0 },
    });
    await age(org, 1.9);
    expect(await change("Nice")).toMatchObject({ status: "skipped" });
    await age(org, 0.2);
    expect(await change("Metz")).toMatchObject({ status: "planned", action: { recipients: 1 } });
    expect(await count(org)).toBe(2);
  });

  it("holds for each recipient by himself", async () => {
    const { org, change } = await telling();
    await change("Paris");
    await org.customers([{ externalId: "C", name: "Globex", userIds: [await org.user("bob@acme.test")] }]);
    expect(await change()).toMatchObject({
      action: { status: "planned", recipients: 1, inCooldown: ["Ann@acme.test"] },
    });
  });

  it("holds for each customer by itself", async () => {
    const { org, change } = await telling();
    await change("Paris");
    await org.customers([{ externalId: "D", name: "Initech" }]);
    await org.evaluateAll();
    expect(await count(org)).toBe(2);
  });

  it("comes to the same for changes that are evaluated together", async () => {
    const { org, change } = await telling();
    expect(await change("Paris", "Lyon", "Nice")).toMatchObject({ status: "skipped", reason: "cooldown" });
    expect(await count(org)).toBe(1);
  });

  it.each(["failed", "cancelled"])("is not begun by a message that is %s", async (status) => {
    const { org, change } = await telling();
    await change("Paris");
    await database.sql`update notifications set status = ${status} where organization_id = ${org.id}`;
    expect(await change("Lyon")).toMatchObject({ status: "planned" });
  });

  it("does not keep one action from telling whom another of the same run tells", async () => {
    const { change, org } = await telling((message) => [message, { ...message, body: "again" }]);
    await change("Paris");
    expect(await count(org)).toBe(2);
    await change("Lyon");
    expect(await count(org)).toBe(2);
  });

  it("is kept by an action without one for those that have one", async () => {
    const { change, org } = await telling(({ cooldownHours: _, ...free }) => [free, { ...free, cooldownHours: 2 }]);
    await change("Paris");
    expect(await change("Lyon")).toMatchObject({
      actions: [{ status: "planned" }, { status: "skipped", reason: "cooldown" }],
    });
    expect(await count(org)).toBe(3);
  });
});
