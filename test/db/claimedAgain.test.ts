import { afterAll, beforeAll, expect, it } from "vitest";
import { claimNotifications } from "../../db/claims.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it("a workflow whose first claim takes too long holds nothing that its second one does not answer", async () => {
  const org = await createTestOrganization(database.sql);
  const ann = await org.user("ann@acme.test");
  const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
  await database.sql`update channels set messages_per_minute = 1000 where id = ${channelId}`;
  await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "new" }],
  });
  await org.customers(Array.from({ length: 250 }, (_, index) => ({ externalId: `C${index}`, name: "Globex" })));
  await org.evaluateAll();
  const claim = () => claimNotifications(database.sql, org.id, "runs:1", "run");
  const waiting = (count: number) =>
    eventually(async () => {
      const rows = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length === count;
    });
  const claims = await database.sql.begin(async (tx) => {
    await tx`select from channels where id = ${channelId} for update`;
    const first = claim();
    await waiting(1);
    const second = claim();
    await waiting(2);
    return [first, second];
  });
  const [first, second] = await Promise.all(claims.map(async (one) => (await one).map(({ id }) => id)));
  expect(first).toHaveLength(200);
  expect(second).toEqual(first);
  const [row] = await database.sql`
    select count(*)::int as count from notifications where organization_id = ${org.id} and status = 'running'`;
  expect(row).toEqual({ count: 200 });
});
