import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActivityContext } from "../../activities/context.ts";
import { controlRuns } from "../../activities/controlRuns.ts";
import { createSenders } from "../../activities/senders.ts";
import { MOST_ACTED } from "../../db/control/types.ts";
import { RulesetCache } from "../../db/evaluation/rulesetCache.ts";
import type { ControlSignal } from "../../workflows/contract.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** More runs than one page of a signal works on. */
const COUNT = MOST_ACTED + 2;

/** An organization whose rule has assigned so many customers. */
async function assigned(): Promise<{ org: TestOrganization; ruleId: string }> {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  const [ruleId] = await org.activate({
    ...{ name: "new", trigger: { type: "customerCreated" } },
    actions: [{ type: "assignWorkflow", workflowId }],
  });
  await org.customers(Array.from({ length: COUNT }, (_, index) => ({ externalId: `C${index}`, name: "Globex" })));
  await org.evaluateAll();
  return { org, ruleId: ruleId! };
}

/** An attempt to carry a signal out; `died` breaks it off when its first page is committed. */
function attempt(org: TestOrganization, signal: ControlSignal, { died = false } = {}) {
  const context: ActivityContext = {
    sql: database.sql,
    rulesets: new RulesetCache(),
    senders: createSenders({ allowPrivate: false, smtp: null }),
    logger: pino({ level: "silent" }),
    startRuns: () => undefined,
    wake: () => {
      if (died) throw new Error("the worker died");
    },
  };
  return controlRuns(context, { organizationId: org.id, signal }, `tracker:${org.id}:0:1`);
}

const runsOf = async (org: TestOrganization, kind: string) => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int as count from rule_runs where organization_id = ${org.id} and kind = ${kind}`;
  return row!.count;
};

describe("a control signal on more runs than a page holds", () => {
  it("goes on where an attempt before has died, and leaves nobody out", async () => {
    const { org, ruleId } = await assigned();
    const signal: ControlSignal = { action: "undo", ruleId, dryRun: false };
    await expect(attempt(org, signal, { died: true })).rejects.toThrow("died");
    expect(await attempt(org, signal)).toEqual({ done: COUNT, unchanged: 0, refused: 0 });
    const [row] = await database.sql`
      select count(workflow_id)::int as count from customers where organization_id = ${org.id}`;
    expect(row).toEqual({ count: 0 });
    expect(await attempt(org, signal)).toEqual({ done: COUNT, unchanged: 0, refused: 0 });
  });

  it("replays each run once, and not what it has made itself", async () => {
    const { org } = await assigned();
    const signal: ControlSignal = { action: "replay", filter: { status: "applied" }, facts: "recorded", dryRun: false };
    await database.sql`update customers set workflow_id = null, assignments = '{}' where organization_id = ${org.id}`;
    await expect(attempt(org, signal, { died: true })).rejects.toThrow("died");
    expect(await attempt(org, signal)).toEqual({ done: COUNT, unchanged: 0, refused: 0 });
    expect(await runsOf(org, "replay")).toBe(COUNT);
  });
});
