import { afterAll, beforeAll, expect, it } from "vitest";
import { claimNotifications } from "../../../db/claims.ts";
import { finishDelivery } from "../../../db/deliveries.ts";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it.each([
  { how: "at once", more: {} },
  { how: "in a digest", more: { digest: "hourly" as const } },
])(
  "a run that tells $how of the change that excludes its customer ends with that: what was to follow a wait is cancelled",
  async ({ more }) => {
    const org = await createTestOrganization(database.sql);
    const [ann, agency] = [await org.user("ann@acme.test"), await org.workflow("Agency")];
    const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
    const trigger = { type: "customerCreated" as const };
    await org.activate(
      {
        ...{ name: "tell, then hand over", trigger },
        actions: [
          { type: "sendNotification", channelId, to: [{ userId: ann }], body: "hello", ...more },
          { type: "wait", days: 2 },
          { type: "assignWorkflow", workflowId: agency },
        ],
      },
      { name: "exclude", trigger, actions: [{ type: "excludeCustomer" }] },
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await database.sql`update notifications set due_at = now() where organization_id = ${org.id} and digest is not null`;
    const claimed = await claimNotifications(database.sql, org.id, "runs:1", "run");
    expect(claimed).toHaveLength(1);
    await finishDelivery(database.sql, claimed[0]!.id, "sent", null);
    await org.evaluateAll(Date.now() + 3 * 86_400_000);
    const [run] = await database.sql`
    select r.status, r.finished_at is not null as finished, r.actions from rule_runs r join rules on rules.id = r.rule_id
    where r.organization_id = ${org.id} and rules.name = 'tell, then hand over'`;
    expect(run).toMatchObject({
      ...{ status: "applied", finished: true },
      actions: [
        { type: "sendNotification", status: "applied" },
        { type: "wait", status: "cancelled", reason: "excluded" },
        { type: "assignWorkflow", status: "cancelled", reason: "excluded" },
      ],
    });
  },
);
