import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimNotifications } from "../../db/claims.ts";
import { confirmClaims, holdingWorkflows, trimIdempotencyKeys } from "../../db/unfinished.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** An organization with a planned notification for each of so many customers. */
async function planned(customers: number): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const to = [{ userId: await org.user("ann@acme.test") }];
  const channelId = await org.channel("inApp");
  await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to, body: "hello" }],
  });
  await org.customers(Array.from({ length: customers }, (_, index) => ({ externalId: `${index}`, name: "Globex" })));
  await org.evaluateAll();
  return org;
}

describe("workflows that hold notifications", () => {
  it("come up one after the other, however many there are: those found at work step back", async () => {
    const org = await planned(250);
    await claimNotifications(database.sql, org.id, "claims", "claims");
    await claimNotifications(database.sql, org.id, "more", "more");
    // One notification each, claimed a minute ago and longer; the lost one is the last.
    await database.sql`
      update notifications n
      set temporal_workflow_id = 'w' || place, claimed_at = now() - interval '5 minutes' + place * interval '1 second'
      from (select id, row_number() over (order by id) as place from notifications where organization_id = ${org.id}) o
      where n.id = o.id`;
    const first = await holdingWorkflows(database.sql);
    expect(first).toEqual(Array.from({ length: 200 }, (_, index) => `w${index + 1}`));
    for (const id of first) await confirmClaims(database.sql, id);
    expect(await holdingWorkflows(database.sql)).toEqual(Array.from({ length: 50 }, (_, index) => `w${index + 201}`));
  });
});

describe("first answers to repeated requests", () => {
  it("are all removed after a day, and none before", async () => {
    const { id } = await createTestOrganization(database.sql);
    const add = (count: number, age: string) => database.sql`
      insert into idempotency_keys (organization_id, api_key_id, key, request_hash, status, created_at)
      select ${id}, ${id}, ${age} || number, '', 200, now() - ${age}::interval from generate_series(1, ${count}::int) as number`;
    await add(11_000, "25 hours");
    await add(3, "23 hours");
    expect(await trimIdempotencyKeys(database.sql)).toBe(11_000);
    const [left] = await database.sql`select count(*)::int as count from idempotency_keys`;
    expect(left).toEqual({ count: 3 });
  });
});
