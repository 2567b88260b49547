import type { Duration } from "@temporalio/common";
import type { TestWorkflowEnvironment } from "@temporalio/testing";
import { afterAll, beforeAll } from "vitest";
import type { Sql } from "../../../../db/client.ts";
import { type ApiOrganization, createApiOrganization } from "../../../helpers/apiOrganization.ts";
import { startApiServer } from "../../../helpers/apiServer.ts";
import { createClockedDatabase } from "../../../helpers/clockedDatabase.ts";
import { eventually } from "../../../helpers/poll.ts";
import { startTimeSkippingServer } from "../../../helpers/timeSkippingServer.ts";
import { startTestWorker, type TestWorker } from "../../../workflows/support/testWorker.ts";

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
  const { root, close: closeApi } = await startApiServer(sql, worker);
  undo.push(closeApi);
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
    { intervalMs: 10, message: "judged changes and timers" },
  );
}
