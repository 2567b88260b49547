import { serve } from "@hono/node-server";
import type { Duration } from "@temporalio/common";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import { createApp } from "../../../../api/app.ts";
import type { Sql } from "../../../../db/client.ts";
import { queryTracker, temporalReady } from "../../../../temporal/tracked.ts";
import { ApiClient } from "../../../helpers/apiClient.ts";
import { type ApiOrganization, createApiOrganization } from "../../../helpers/apiOrganization.ts";
import { createClockedDatabase } from "../../../helpers/clockedDatabase.ts";
import { eventually } from "../../../helpers/poll.ts";
import { startTimeSkippingServer } from "../../../helpers/timeSkippingServer.ts";
import { startTestWorker, type TestWorker } from "../../../workflows/support/testWorker.ts";

const ROOT = { key: "root_key_of_a_test", secret: "root_secret_of_a_test" };

/** API and worker in this process, on a Temporal and a Postgres whose time can be skipped; all of a file's tests share it. */
export interface World {
  env: TestWorkflowEnvironment;
  worker: TestWorker;
  sql: Sql;
  organization(settings?: { timeZone?: string }): Promise<ApiOrganization>;
  /** Lets time pass, in Temporal first and then in Postgres; days are of 24 hours. */
  skip(duration: Duration): Promise<void>;
  /** Resolves when the organization's changes and due timers are judged and no message is under way. */
  settled(organizationId: string): Promise<void>;
  close(): Promise<void>;
}

/** One world for the whole file. */
export function useWorld(): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world?.close());
  return () => {
    if (!world) throw new Error("the world has not begun");
    return world;
  };
}

async function createWorld(): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await build(undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(undo: (() => Promise<unknown>)[], close: () => Promise<void>): Promise<World> {
  const env = await startTimeSkippingServer();
  undo.push(() => env.teardown());
  const database = await createClockedDatabase();
  undo.push(() => database.drop());
  const worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: env.address });
  undo.push(() => worker.stop());
  const { sql } = database;
  const served = await serveApi(sql, worker);
  undo.push(served.close);
  const root = new ApiClient(served.url, ROOT);
  return {
    ...{ env, worker, sql, close },
    organization: (settings) => createApiOrganization(root, sql, settings),
    skip: async (duration) => {
      await env.sleep(duration);
      await database.putAhead((await env.currentTimeMs()) - Date.now());
    },
    settled: (organizationId) => settled(sql, organizationId),
  };
}

function serveApi(sql: Sql, { client, waker }: TestWorker): Promise<{ url: string; close(): Promise<void> }> {
  const app = createApp({
    sql,
    config: {
      ROOT_API_KEY: ROOT.key,
      ROOT_API_SECRET: ROOT.secret,
      RATE_LIMIT_PER_MINUTE: 0,
      ALLOW_PRIVATE_WEBHOOKS: true,
    },
    logger: pino({ level: "silent" }),
    wake: (wake) => waker.wake(wake),
    temporal: {
      trackerState: (organizationId, customerId, shard) => queryTracker(client, organizationId, customerId, shard),
      // The test server has no schedules.
      ratingSchedule: async () => null,
      ready: () => temporalReady(client),
    },
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
  });
}

async function settled(sql: Sql, organizationId: string): Promise<void> {
  await eventually(
    async () => {
      const [row] = await sql<{ open: boolean }[]>`
        select (exists (select from change_queue where organization_id = ${organizationId})
               or exists (select from timers where organization_id = ${organizationId} and due_at <= now()))
              and not (select rules_stopped from organizations where id = ${organizationId})
            or exists (select from rule_runs where organization_id = ${organizationId} and status in ('planned', 'running'))
            as open`;
      return row?.open === false;
    },
    { intervalMs: 10, timeoutMs: 30_000, message: "judged changes and timers" },
  );
}
