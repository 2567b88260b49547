import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../config.ts";
import { migrate } from "../../db/migrate.ts";
import type { RunningProcess } from "../../scripts/launcher/childProcess.ts";
import { rotateLog } from "../../scripts/launcher/logFiles.ts";
import { startNodeChild } from "../../scripts/launcher/nodeChild.ts";
import { freePort } from "../../scripts/launcher/ports.ts";
import { startPostgres } from "../../scripts/launcher/postgresServer.ts";
import { startTemporal } from "../../scripts/launcher/temporalServer.ts";
import { findTemporalCli } from "../../scripts/temporalCli.ts";

export const ROOT = { key: "root_key_of_a_bench", secret: "root_secret_of_a_bench" };
export const NAMESPACE = "default";

/** Postgres and Temporal as `npm start` runs them (fsync on), in a temporary folder, and the programs that work with them. */
export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  apiUrl: string;
  /** Starts a program of ours on a task queue of its own. */
  start(script: string, taskQueue: string): Promise<RunningProcess>;
  /** Ends and removes everything. */
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tripline-bench-")));
  // Postgres runs under another account when this runs as root.
  await chmod(folder, 0o755);
  const running: RunningProcess[] = [];
  const stop = async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
    await rm(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", () => stop().then(() => process.exit(130)));
  try {
    const log = () => undefined;
    const program = await findTemporalCli(loadConfig(), { log: console.error });
    const [port, temporalPort, uiPort, apiPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const postgres = await startPostgres({ dataDir: folder, port, log });
    running.push(postgres);
    const where = { port: temporalPort, uiPort, namespace: NAMESPACE, headless: true };
    const temporal = await startTemporal({ program, dataDir: folder, log, ...where });
    running.push(temporal);
    await migrate(postgres.url);
    const env = {
      ...{ DATABASE_URL: postgres.url, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: NAMESPACE },
      ...{ HOST: "127.0.0.1", PORT: String(apiPort), ROOT_API_KEY: ROOT.key, ROOT_API_SECRET: ROOT.secret },
      ...{ RATE_LIMIT_PER_MINUTE: "0", LOG_LEVEL: "warn", TEMPORAL_TLS: "false" },
    };
    return {
      databaseUrl: postgres.url,
      temporalAddress: temporal.address,
      apiUrl: `http://127.0.0.1:${apiPort}`,
      start: async (script, taskQueue) => {
        const name = script.replace(/\W+/g, "-");
        await rotateLog(folder, name);
        const child = await startNodeChild({
          ...{ name, dataDir: folder, shownLevel: "error", drainMs: 20_000 },
          script: fileURLToPath(new URL(`../../${script}`, import.meta.url)),
          env: { ...env, TASK_QUEUE: taskQueue },
        });
        running.push(child);
        return child;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
