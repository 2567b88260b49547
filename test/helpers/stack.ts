import { chmod, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { inject } from "vitest";
import { connect, type Sql } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { rotateLog } from "../../scripts/launcher/logFiles.ts";
import { startNodeChild } from "../../scripts/launcher/nodeChild.ts";
import { startPostgres } from "../../scripts/launcher/postgresServer.ts";
import { startTemporal, temporalDatabase } from "../../scripts/launcher/temporalServer.ts";
import { ApiClient } from "./apiClient.ts";
import { type ApiOrganization, createApiOrganization } from "./apiOrganization.ts";
import { createPart, type Part } from "./part.ts";
import { eventually } from "./poll.ts";
import { freePort } from "./ports.ts";
import { createTestDatabase, type TestDatabase } from "./postgres.ts";
import { NAMESPACE, temporalAddress, uniqueTaskQueue } from "./temporal.ts";

export interface StackOptions {
  /** A Postgres that only this stack uses, with fsync on, so that it can be killed. */
  ownPostgres?: boolean;
  /** A Temporal that only this stack uses, so that it can be killed and emptied. */
  ownTemporal?: boolean;
  /** A database that the test has made for itself; it goes with the stack. */
  database?: TestDatabase;
  /** More environment for API and worker. */
  env?: Record<string, string>;
}

/** A whole Tripline of real processes, on a database and a task queue of its own. */
export interface Stack {
  api: Part;
  worker: Part;
  /** Only with `ownPostgres`. */
  postgres: Part;
  /** Only with `ownTemporal`. */
  temporal: Part;
  /** Makes a Temporal that does not run forget everything. */
  emptyTemporal(): Promise<void>;
  apiUrl: string;
  root: ApiClient;
  sql: Sql;
  client: Client;
  taskQueue: string;
  /** The settings of its processes, for programs that are to run beside them. */
  env: Record<string, string>;
  /** Where the processes write their logs. */
  logs: string;
  organization(settings?: { name?: string; timeZone?: string; currency?: string }): Promise<ApiOrganization>;
  /** Resolves when the API says that it reaches Postgres and Temporal. */
  ready(): Promise<void>;
  /** Ends and removes everything; harmless for what has ended already. */
  stop(): Promise<void>;
}

const ROOT = { key: "root_key_of_a_test", secret: "root_secret_of_a_test" };

/** Starts Postgres and Temporal where the stack wants its own, then API and worker, and waits until they serve. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(inject("folder"), "stack-"));
  // Postgres runs under another account when the tests run as root.
  await chmod(folder, 0o755);
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await build(options, folder, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  options: StackOptions,
  folder: string,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const { postgres, databaseUrl, sql } = await openPostgres(options, folder, undo);
  const { temporal, address } = await openTemporal(options, folder, undo);
  const connection = Connection.lazy({ address });
  undo.push(() => connection.close());

  const taskQueue = uniqueTaskQueue("stack");
  const port = await freePort();
  const env = {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: "12",
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    TASK_QUEUE: taskQueue,
    HOST: "127.0.0.1",
    PORT: String(port),
    ROOT_API_KEY: ROOT.key,
    ROOT_API_SECRET: ROOT.secret,
    RATE_LIMIT_PER_MINUTE: "0",
    ALLOW_PRIVATE_WEBHOOKS: "true",
    LOG_LEVEL: "info",
    ...options.env,
  };
  for (const name of ["api", "worker"]) await rotateLog(folder, name);
  const program = (name: "api" | "worker") =>
    createPart(name, (added) =>
      startNodeChild({
        ...{ name, dataDir: folder, env: { ...env, ...added }, shownLevel: "fatal", drainMs: 20_000 },
        script: fileURLToPath(new URL(`../../${name}/main.ts`, import.meta.url)),
      }),
    );
  const api = program("api");
  const worker = program("worker");
  undo.push(() => Promise.all([api.stop(), worker.stop()]));
  await Promise.all([api.start(), worker.start()]);

  const apiUrl = `http://127.0.0.1:${port}`;
  const root = new ApiClient(apiUrl, ROOT);
  const ready = async () => {
    await eventually(async () => (await root.send("GET", "/ready")).status === 200, {
      timeoutMs: 60_000,
      message: "a ready API",
    });
  };
  await ready();
  return {
    ...{ api, worker, postgres, temporal, apiUrl, root, sql, taskQueue, env, ready, stop },
    logs: join(folder, "logs"),
    client: new Client({ connection, namespace: NAMESPACE }),
    emptyTemporal: () => rm(dirname(temporalDatabase(folder)), { recursive: true, force: true }),
    organization: (settings) => createApiOrganization(root, sql, settings),
  };
}

async function openPostgres(options: StackOptions, folder: string, undo: (() => Promise<unknown>)[]) {
  if (!options.ownPostgres) {
    const { url, sql, drop } = options.database ?? (await createTestDatabase());
    undo.push(drop);
    return { postgres: notOurs("Postgres"), databaseUrl: url, sql };
  }
  const port = await freePort();
  let databaseUrl = "";
  const postgres = createPart("Postgres", async () => {
    const server = await startPostgres({ dataDir: folder, port, log: () => undefined });
    databaseUrl = server.url;
    return server;
  });
  undo.push(() => postgres.stop());
  await postgres.start();
  await migrate(databaseUrl);
  const sql = connect(databaseUrl, { max: 8, applicationName: "tripline test" });
  undo.push(() => sql.end({ timeout: 5 }));
  return { postgres, databaseUrl, sql };
}

async function openTemporal(options: StackOptions, folder: string, undo: (() => Promise<unknown>)[]) {
  if (!options.ownTemporal) return { temporal: notOurs("Temporal"), address: temporalAddress() };
  const settings = { program: inject("temporalProgram"), dataDir: folder, namespace: NAMESPACE, headless: true };
  const ports = { port: await freePort(), uiPort: await freePort() };
  const temporal = createPart("Temporal", () => startTemporal({ ...settings, ...ports, log: () => undefined }));
  undo.push(() => temporal.stop());
  await temporal.start();
  return { temporal, address: `127.0.0.1:${ports.port}` };
}

/** A server that other tests use too. */
function notOurs(name: string): Part {
  const refuse = () => Promise.reject(new Error(`this stack shares its ${name} with other tests`));
  return { start: refuse, kill: refuse, stop: refuse };
}
