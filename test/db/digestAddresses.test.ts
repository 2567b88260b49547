import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { claimNotifications } from "../../db/claims.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it("a text that is far too long for an address fails its own message, and no digest or other message waits behind it", async () => {
  const org = await createTestOrganization(database.sql);
  await org.field("csm", "TEXT");
  const ann = await org.user("ann@acme.test");
  const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
  await org.activate({
    ...{ name: "tell", trigger: { type: "customerCreated" } },
    actions: [
      {
        type: "sendNotification",
        channelId,
        digest: "hourly",
        to: [{ customField: "csm" }, { userId: ann }],
        body: "new",
      },
    ],
  });
  // Nothing that Postgres could compress.
  const text = randomBytes(7_000).toString("base64").slice(0, 9_000);
  await org.customers([{ externalId: "C", name: "Globex", customFields: { csm: text } }]);
  await org.evaluateAll();
  await database.sql`update notifications set due_at = now() where organization_id = ${org.id}`;
  const claimed = await claimNotifications(database.sql, org.id, "runs:1", "run");
  expect(claimed).toHaveLength(1);
  const members = await database.sql`
    select length(recipient ->> 'email') as length, status, error from notifications
    where organization_id = ${org.id} and run_id is not null order by 1`;
  expect(members).toMatchObject([
    { length: 13, status: "gathering" },
    { length: 9_000, status: "failed", error: expect.stringContaining("address") },
  ]);
});
