import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdChannel, waitForTurn } from "../../db/channelPace.ts";
import { claimNotifications, waitingNotifications } from "../../db/claims.ts";
import { beginDelivery } from "../../db/deliveries.ts";
import { type ClockedDatabase, createClockedDatabase } from "../helpers/clockedDatabase.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";

let database: ClockedDatabase;
beforeAll(async () => {
  database = await createClockedDatabase();
  await database.stopClock();
});
afterAll(() => database?.drop());

interface Fixture {
  org: TestOrganization;
  channelId: string;
}

/** An organization with so many planned messages on one channel, which takes so many a minute. */
async function planned(messages: number, perMinute: number | null): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
  await database.sql`update channels set messages_per_minute = ${perMinute} where id = ${channelId}`;
  await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [
      { type: "sendNotification", channelId, to: [{ userId: await org.user("ann@acme.test") }], body: "hello" },
    ],
  });
  await org.customers(Array.from({ length: messages }, (_, index) => ({ externalId: `${index}`, name: "Globex" })));
  await org.evaluateAll();
  return { org, channelId };
}

const claim = async ({ org }: Fixture, workflow = "a") =>
  (await claimNotifications(database.sql, org.id, `runs:${org.id}:${workflow}`, "run")).map(({ id }) => id);
/** Seconds that each has to wait by a clock that stands still. */
const waits = async ({ org }: Fixture, ids: string[]) => {
  const found: number[] = [];
  for (const id of ids) found.push((await waitForTurn(database.sql, org.id, id)) / 1_000);
  return found;
};
const waitingOf = async ({ org }: Fixture) => {
  await database.sql`update notifications set created_at = created_at - interval '1 minute' where organization_id = ${org.id}`;
  return (await waitingNotifications(database.sql)).find(({ organizationId }) => organizationId === org.id)?.count ?? 0;
};

describe("a channel with a limit", () => {
  it("gives out turns one after the other, and no more than a minute's worth", async () => {
    const fixture = await planned(20, 6);
    const ids = await claim(fixture);
    expect(await waits(fixture, ids)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(await claim(fixture, "b")).toEqual([]);
    expect(await waitingOf(fixture)).toBe(0);
  });

  it("is claimed from again once there is room", async () => {
    const fixture = await planned(20, 6);
    await claim(fixture);
    await database.sql`update channels set next_send_at = next_send_at - interval '20 seconds' where id = ${fixture.channelId}`;
    expect(await waitingOf(fixture)).toBe(2);
    expect(await claim(fixture, "b")).toHaveLength(2);
  });

  it("shares its turns among all who claim at the same time", async () => {
    const fixture = await planned(20, 6);
    const claims = await Promise.all(["a", "b", "c", "d"].map((workflow) => claim(fixture, workflow)));
    const all = claims.flat().sort();
    expect(all).toHaveLength(6);
    expect((await waits(fixture, all)).sort((a, b) => a - b)).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it("wants a new turn for another attempt, behind those who wait", async () => {
    const fixture = await planned(3, 6);
    const [first] = await claim(fixture);
    await beginDelivery(database.sql, fixture.org.id, first!);
    expect(await waits(fixture, [first!])).toEqual([30]);
    // Asking again changes nothing.
    expect(await waits(fixture, [first!])).toEqual([30]);
  });

  it("lets nobody catch up on turns that passed while no worker was there", async () => {
    const fixture = await planned(3, 6);
    const ids = await claim(fixture);
    await database.sql`update notifications set send_at = send_at - interval '5 minutes' where organization_id = ${fixture.org.id}`;
    await database.sql`update channels set next_send_at = null where id = ${fixture.channelId}`;
    expect(await waits(fixture, ids)).toEqual([0, 10, 20]);
  });
});

describe("a channel whose receiver asked for quiet", () => {
  it("with a limit: takes new turns from then on", async () => {
    const fixture = await planned(3, 6);
    const ids = await claim(fixture);
    await holdChannel(database.sql, fixture.channelId, 100_000);
    expect(await waits(fixture, ids)).toEqual([100, 110, 120]);
  });

  it("without one: lets all come back around then, and is not claimed from before", async () => {
    const fixture = await planned(3, null);
    const ids = await claim(fixture);
    await holdChannel(database.sql, fixture.channelId, 100_000);
    for (const wait of await waits(fixture, ids)) {
      expect(wait).toBeGreaterThanOrEqual(100);
      expect(wait).toBeLessThanOrEqual(102);
    }
    await database.sql`update notifications set status = 'planned' where organization_id = ${fixture.org.id}`;
    expect(await claim(fixture, "b")).toEqual([]);
    expect(await waitingOf(fixture)).toBe(0);
    await database.sql`update channels set held_until = now() where id = ${fixture.channelId}`;
    expect(await claim(fixture, "b")).toHaveLength(3);
  });

  it("is not heard sooner because of a shorter time", async () => {
    const fixture = await planned(1, 6);
    const ids = await claim(fixture);
    await holdChannel(database.sql, fixture.channelId, 100_000);
    await holdChannel(database.sql, fixture.channelId, 1_000);
    expect(await waits(fixture, ids)).toEqual([100]);
  });
});

it("a channel without a limit lets everything through at once", async () => {
  const fixture = await planned(3, null);
  expect(await waits(fixture, await claim(fixture))).toEqual([0, 0, 0]);
});
