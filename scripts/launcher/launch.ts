import { fileURLToPath } from "node:url";
import type { Config } from "../../config.ts";
import { migrate } from "../../db/migrate.ts";
import { temporalOptions } from "../../temporal/connect.ts";
import { findTemporalCli } from "../temporalCli.ts";
import type { RunningProcess } from "./childProcess.ts";
import { choosePorts, mustBeFree, type ServerPorts } from "./choosePorts.ts";
import { rotateLog } from "./logFiles.ts";
import { startNodeChild } from "./nodeChild.ts";
import { endOrphans } from "./orphans.ts";
import { startPostgres } from "./postgresServer.ts";
import { type Addresses, readyText, writeCurlConfigs } from "./ready.ts";
import { type ApiKey, readyMadeKey } from "./readyKey.ts";
import { ensureSearchAttributes } from "./searchAttributes.ts";
import { randomSecret, readSecrets, saveSecrets } from "./secrets.ts";
import { messageOf, StartError } from "./startError.ts";
import { type Service, type Supervised, supervise } from "./supervise.ts";
import { startTemporal } from "./temporalServer.ts";

export interface LaunchOptions {
  config: Config;
  /** The real path of DATA_DIR, whose lock the caller holds. */
  dataDir: string;
  log: (line: string) => void;
  /** Aborting it gives the launch up. */
  signal: AbortSignal;
  /** Called when something died that can never come back. */
  onHopeless: (error: Error) => void;
  /** What runs, added to as it starts; the caller stops it, after a failed launch too. */
  running: Supervised<RunningProcess>[];
}

const SERVICES = ["api", "worker", "temporal", "postgres"];
const DRAIN_MS = { api: 10_000, worker: 20_000 };

/** Brings everything up in its order and returns the text to print once all of it serves. */
export async function launch(options: LaunchOptions): Promise<string> {
  const { config, dataDir, log } = options;
  const orphans = await endOrphans(dataDir);
  if (orphans > 0) log(`ended ${orphans} processes that a killed start had left behind`);
  await mustBeFree("PORT", config.PORT, config.HOST);
  const ports = await choosePorts(dataDir, config, [config.PORT]);
  for (const name of SERVICES) await rotateLog(dataDir, name);
  const root = await rootKey(config, dataDir);

  log("starting Postgres and Temporal");
  const servers = await startServers(options, ports);
  await prepareDatabase(servers.databaseUrl, log);
  await prepareTemporal(config);

  log("starting worker and API");
  await startPrograms(options, { ...servers, root });
  const addresses: Addresses = {
    api: `http://${reachableHost(config.HOST)}:${config.PORT}`,
    temporal: servers.temporalAddress,
    ...(servers.temporalUi ? { temporalUi: servers.temporalUi } : {}),
    postgres: config.DATABASE_URL ? withoutPassword(config.DATABASE_URL) : servers.databaseUrl,
  };
  const key = await readyMadeKey(addresses.api, root, dataDir);
  return readyText({ addresses, key, root, dataDir, curlConfig: await writeCurlConfigs(dataDir, key) });
}

/** Stops what runs: the API first, then the worker, which drains, then the servers they work with. */
export async function stopAll(running: Supervised<RunningProcess>[], hurry: AbortSignal) {
  const inOrder = [...running].sort((one, other) => SERVICES.indexOf(one.name) - SERVICES.indexOf(other.name));
  for (const service of inOrder) await service.stop(hurry);
}

async function startServers(options: LaunchOptions, ports: ServerPorts) {
  const { config, dataDir, log, signal } = options;
  const servers = {
    databaseUrl: config.DATABASE_URL ?? "",
    temporalAddress: config.TEMPORAL_ADDRESS ?? "",
    temporalUi: "",
  };
  const services: Service<RunningProcess>[] = [];
  if (!config.DATABASE_URL) {
    services.push({
      name: "postgres",
      start: async (giveUp) => {
        const server = await startPostgres({ dataDir, port: ports.postgres, log, signal: giveUp });
        servers.databaseUrl = server.url;
        return server;
      },
    });
  }
  if (!config.TEMPORAL_ADDRESS) {
    const program = await findTemporalCli(config, { log, signal });
    const where = { port: ports.temporal, uiPort: ports.temporalUi, namespace: config.TEMPORAL_NAMESPACE };
    services.push({
      name: "temporal",
      start: async (giveUp) => {
        const server = await startTemporal({ program, dataDir, ...where, log, signal: giveUp });
        servers.temporalAddress = server.address;
        servers.temporalUi = server.uiAddress;
        return server;
      },
    });
  }
  await startTogether(options, services);
  return servers;
}

async function startPrograms(
  options: LaunchOptions,
  settings: { databaseUrl: string; temporalAddress: string; root: ApiKey },
) {
  const { config, dataDir } = options;
  const env = {
    DATA_DIR: dataDir,
    DATABASE_URL: settings.databaseUrl,
    TEMPORAL_ADDRESS: settings.temporalAddress,
    ROOT_API_KEY: settings.root.key,
    ROOT_API_SECRET: settings.root.secret,
    // The embedded server knows neither; a key meant for another Temporal must not turn TLS on.
    ...(config.TEMPORAL_ADDRESS ? {} : { TEMPORAL_API_KEY: "", TEMPORAL_TLS: "false" }),
  };
  const program = (name: "api" | "worker"): Service<RunningProcess> => ({
    name,
    start: (signal) =>
      startNodeChild({
        ...{ name, dataDir, env, signal, shownLevel: config.shownLogLevel, drainMs: DRAIN_MS[name] },
        script: fileURLToPath(new URL(`../../${name}/main.ts`, import.meta.url)),
      }),
  });
  await startTogether(options, [program("worker"), program("api")]);
}

/** Starts services side by side. When one cannot start, the others are given up and its error is thrown. */
async function startTogether({ running, log, onHopeless, signal }: LaunchOptions, services: Service<RunningProcess>[]) {
  const giveUp = new AbortController();
  const errors: unknown[] = [];
  const start = async (service: Service<RunningProcess>) => {
    try {
      const either = AbortSignal.any([signal, giveUp.signal]);
      running.push(await supervise(service, { log, onHopeless, signal: either }));
    } catch (error) {
      errors.push(error);
      giveUp.abort();
    }
  };
  await Promise.all(services.map(start));
  if (errors.length > 0) throw errors[0];
  if (signal.aborted) throw new StartError("The start was given up.");
}

async function rootKey(config: Config, dataDir: string): Promise<ApiKey> {
  if (config.ROOT_API_KEY && config.ROOT_API_SECRET)
    return { key: config.ROOT_API_KEY, secret: config.ROOT_API_SECRET };
  const kept = await readSecrets(dataDir);
  if (kept.rootApiKey && kept.rootApiSecret) return { key: kept.rootApiKey, secret: kept.rootApiSecret };
  const made = { key: `root_${randomSecret(8)}`, secret: randomSecret() };
  await saveSecrets(dataDir, { rootApiKey: made.key, rootApiSecret: made.secret });
  return made;
}

async function prepareDatabase(databaseUrl: string, log: (line: string) => void) {
  try {
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log(`migrated the database: ${applied.join(", ")}`);
  } catch (error) {
    throw new StartError(`The database ${withoutPassword(databaseUrl)} cannot be migrated: ${messageOf(error)}`);
  }
}

async function prepareTemporal(config: Config) {
  // The embedded server registered them itself.
  if (!config.TEMPORAL_ADDRESS) return;
  await ensureSearchAttributes(readTemporalOptions(config), config.TEMPORAL_NAMESPACE);
}

function readTemporalOptions(config: Config) {
  try {
    return temporalOptions(config);
  } catch (error) {
    throw new StartError(`TEMPORAL_TLS_*: a certificate file cannot be read: ${messageOf(error)}.`);
  }
}

function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.password !== "") url.password = "***";
  return url.href;
}
