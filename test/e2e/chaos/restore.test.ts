import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connect } from "../../../db/client.ts";
import { childEnv } from "../../../scripts/launcher/childEnv.ts";
import { ratingsScheduleId, trackerId } from "../../../workflows/contract.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Receiver, startSlowReceiver } from "../../helpers/receiver.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { expectWholeRecord } from "./record.ts";
import { openTraffic, type Traffic } from "./traffic.ts";

let stack: Stack;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startSlowReceiver();
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

/** Makes `copy` the same as the database `original`; whoever is connected to either is cut off. */
async function copyDatabase(original: string, copy: string): Promise<void> {
  const admin = connect(inject("postgresUrl"), { max: 1, applicationName: "tripline test admin" });
  try {
    await admin`drop database if exists ${admin(copy)} with (force)`;
    await eventually(async () => {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${original}`;
      await admin`create database ${admin(copy)} template ${admin(original)}`;
      return true;
    });
  } finally {
    await admin.end();
  }
}

async function dropDatabase(name: string): Promise<void> {
  const admin = connect(inject("postgresUrl"), { max: 1, applicationName: "tripline test admin" });
  await admin`drop database if exists ${admin(name)} with (force)`;
  await admin.end();
}

/** Runs `npm run rebuild-tracking` beside the stack; answers the objects that it prints, the last two of them. */
async function rebuildTracking(...options: string[]): Promise<Record<string, unknown>> {
  const script = fileURLToPath(new URL("../../../scripts/rebuildTracking.ts", import.meta.url));
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--import", "tsx", script, ...options], { env: childEnv(stack.env) });
  const lines = stdout.trim().split("\n");
  return Object.assign({}, ...lines.slice(-2).map((line) => JSON.parse(line)));
}

interface Tracked {
  customerId: string;
  version: number;
  outstanding: number;
}

const recorded = ({ organization }: Traffic) => stack.sql<Tracked[]>`
  select customer_id as "customerId", version, outstanding from customer_tracking
  where organization_id = ${organization.id} order by customer_id`;

async function answered({ organization }: Traffic, customers: readonly Tracked[]): Promise<Tracked[]> {
  return Promise.all(
    customers.map(async ({ customerId }) => {
      const { version, outstanding } = await organization.api.get<Tracked>(`/v1/customers/${customerId}/tracking`);
      return { customerId, version, outstanding };
    }),
  );
}

const isRunning = async (workflowId: string) =>
  (await stack.client.workflow.getHandle(workflowId).describe()).status.name === "RUNNING";

describe("Postgres as it was in a backup, beside a Temporal that knows what came later", () => {
  const original = () => new URL(stack.env.DATABASE_URL!).pathname.slice(1);
  const backup = () => `${original()}_backup`;
  afterAll(() => dropDatabase(backup()));

  it("goes on from the backup, answers what it says, and makes it whole with what is sent again", async () => {
    const traffic = await openTraffic(stack, receiver.url);
    await traffic.write(0, 10);
    await traffic.organization.settled();
    // Some of what the backup holds is still to be evaluated.
    await stack.worker.stop();
    await traffic.write(10, 11);
    await stack.api.stop();
    await copyDatabase(original(), backup());
    const acknowledged = traffic.acknowledged.length;
    await Promise.all([stack.api.start(), stack.worker.start()]);
    await stack.ready();

    await traffic.write(11, 16);
    const later = await stack.organization({ name: "Founded after the backup" });
    await later.api.post("/v1/customers", { externalId: "L", name: "L" });
    await traffic.organization.settled();
    await later.settled();
    const schedule = stack.client.schedule.getHandle(ratingsScheduleId(later.id));
    await eventually(() => schedule.describe(), { message: "the schedule of the later organization" });

    await Promise.all([stack.api.stop(), stack.worker.stop()]);
    await copyDatabase(backup(), original());
    traffic.acknowledged.splice(acknowledged);
    await Promise.all([stack.api.start(), stack.worker.start()]);
    await stack.ready();
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 11);

    const [damaged] = await recorded(traffic);
    await stack.sql`update customer_tracking set outstanding = 1 where customer_id = ${damaged!.customerId}`;
    expect(await rebuildTracking("--dry-run")).toMatchObject({ wrong: 1, missing: 0, dryRun: true });
    expect(await rebuildTracking()).toMatchObject({
      ...{ wrong: 1, missing: 0, queued: 0, unqueued: 0, lost: 0 },
      ...{ restarted: 1, ended: 1, schedules: 1 },
    });
    const tracked = await recorded(traffic);
    expect(await answered(traffic, tracked)).toEqual([...tracked]);
    expect(await isRunning(trackerId(traffic.organization.id, 0))).toBe(true);
    expect(await isRunning(trackerId(later.id, 0))).toBe(false);
    await expect(schedule.describe()).rejects.toThrow();

    await traffic.write(11, 16);
    await traffic.organization.settled();
    await expectWholeRecord(stack.sql, traffic, receiver, 16);
    expect(await rebuildTracking()).toMatchObject({ wrong: 0, missing: 0, ended: 0, schedules: 0 });
  });
});
