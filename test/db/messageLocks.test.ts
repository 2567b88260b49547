import { afterAll, beforeAll, expect, it } from "vitest";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import type { Transaction } from "../../db/client.ts";
import { pauseRule, resumeRule } from "../../db/control/rules.ts";
import { inTransaction } from "../../db/transaction.ts";
import { excludeCustomer } from "../../db/writes/index.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Scene {
  org: TestOrganization;
  ruleId: string;
}

const MOVES: [string, (tx: Transaction, scene: Scene) => Promise<unknown>][] = [
  ["deactivating its rule", (tx, { ruleId }) => cancelWaitingRuns(tx, { ruleId }, "inactive")],
  ["excluding its customer", (tx, { org }) => excludeCustomer(tx, org.context(), "external:C")],
  ["resuming its rule", (tx, { org, ruleId }) => resumeRule(tx, org.id, ruleId)],
];

it.each(MOVES)(
  "%s while an attempt ends, locks a run's messages before the run, as the attempt does",
  async (_name, move) => {
    const org = await createTestOrganization(database.sql);
    const ann = await org.user("ann@acme.test");
    const channelId = await org.channel("webhook", "http://127.0.0.1:9/hook");
    const [ruleId] = await org.activate({
      ...{ name: "tell", trigger: { type: "customerCreated" } },
      actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], body: "new" }],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    await inTransaction(database.sql, (tx) => pauseRule(tx, org.id, ruleId!));

    const moving = await database.sql.begin(async (tx) => {
      // As an attempt that ends does it: its message, then the run.
      await tx`select from notifications where organization_id = ${org.id} for update`;
      // Outside of what runs a transaction again after a deadlock.
      const moved = database.sql.begin((inner) => move(inner, { org, ruleId: ruleId! }));
      await eventually(async () => {
        const waiting = await database.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        return waiting.length === 1;
      });
      await tx`select from rule_runs where organization_id = ${org.id} for update`;
      return [moved];
    });
    await expect(Promise.all(moving)).resolves.toBeDefined();
  },
);
