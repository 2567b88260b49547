import postgres from "postgres";
import { spawnAs } from "./accounts.ts";
import { serverEnv } from "./childEnv.ts";
import { describeExit, type Exit, exitOf, pause, type RunningProcess, stopInSteps } from "./childProcess.ts";
import { openLog } from "./logFiles.ts";
import { type PostgresPrograms, postgresPrograms } from "./postgresBinaries.ts";
import {
  clusterExists,
  createCluster,
  endPostgresOf,
  POSTGRES_NAME,
  postgresDataFolder,
  resetPassword,
} from "./postgresCluster.ts";
import { randomSecret, readSecrets, saveSecrets } from "./secrets.ts";
import { messageOf, StartError } from "./startError.ts";

/** A Postgres of ours that answers queries; `url` names its user and database `tripline`. */
export interface PostgresServer extends RunningProcess {
  url: string;
  port: number;
}

export interface PostgresOptions {
  /** The real path of DATA_DIR; the data goes to its folder `postgres`, the password to its secrets.json. */
  dataDir: string;
  port: number;
  log: (line: string) => void;
  /** False trades the durability of everything for speed; for tests only. */
  fsync?: boolean;
  /** Aborting it gives the start up. */
  signal?: AbortSignal;
}

/**
 * Starts the embedded Postgres on 127.0.0.1 and resolves when it answers; the first start makes the data folder.
 * Ends a Postgres of the same folder that an earlier start left behind. Throws a StartError that says what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDir, port, log } = options;
  const pgData = postgresDataFolder(dataDir);
  const exists = await clusterExists(pgData);
  const programs = await postgresPrograms(pgData);
  const password = await prepareCluster(programs, { dataDir, pgData, exists, log });
  const logFile = await openLog(dataDir, "postgres");
  const child = spawnAs(programs.runAs, programs.postgres, ["-D", pgData, "-p", String(port), ...settings(options)], {
    cwd: "/",
    stdio: ["ignore", logFile.fd, logFile.fd],
    detached: process.platform !== "win32",
    windowsHide: true,
    env: serverEnv({ LC_ALL: "C" }),
  });
  const exited = exitOf(child);
  const stop = (hurry?: AbortSignal) =>
    stopInSteps(
      child,
      exited,
      [
        { signal: "SIGINT", waitMs: 20_000 },
        { signal: "SIGQUIT", waitMs: 5_000 },
      ],
      hurry,
    );
  const url = `postgres://${POSTGRES_NAME}:${password}@127.0.0.1:${port}/${POSTGRES_NAME}`;
  try {
    await waitTillItAnswers({ url, exited, written: logFile.since, signal: options.signal });
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await logFile.close();
  }
  return { pid: child.pid ?? 0, url, port, exited, stop };
}

async function prepareCluster(
  programs: PostgresPrograms,
  cluster: { dataDir: string; pgData: string; exists: boolean; log: (line: string) => void },
): Promise<string> {
  const { dataDir, pgData, exists, log } = cluster;
  const known = (await readSecrets(dataDir)).postgresPassword;
  const password = known ?? randomSecret();
  if (!known) await saveSecrets(dataDir, { postgresPassword: password });
  if (!exists) {
    log("making a new Postgres data folder");
    await createCluster(programs, pgData, password);
    return password;
  }
  const ended = await endPostgresOf(pgData);
  if (ended > 0) log(`ended ${ended} Postgres processes that an earlier start left behind`);
  if (!known) await resetPassword(programs, pgData, password);
  return password;
}

function settings({ fsync = true }: PostgresOptions): string[] {
  const values: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: fsync ? "100" : "300",
    shared_buffers: "256MB",
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    synchronous_commit: fsync ? "on" : "off",
    fsync: fsync ? "on" : "off",
    full_page_writes: fsync ? "on" : "off",
    wal_level: "replica",
    min_wal_size: "256MB",
    max_wal_size: "2GB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] ",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function waitTillItAnswers(server: {
  url: string;
  exited: Promise<Exit>;
  written: () => Promise<string>;
  signal?: AbortSignal | undefined;
}) {
  const { url, exited, written, signal } = server;
  let exit: Exit | undefined;
  const gone = exited.then((how) => {
    exit = how;
  });
  // Recovery after a crash replays up to max_wal_size; as long as the server lives and says so, it is waited for.
  const deadline = Date.now() + 10 * 60_000;
  let lastError = "";
  while (exit === undefined) {
    if (signal?.aborted) throw new StartError("The start of Postgres was given up.");
    if (Date.now() > deadline) throw new StartError(`Postgres does not answer after 10 minutes: ${lastError}`);
    lastError = (await Promise.race([gone, tryDatabase(url)])) ?? lastError;
    if (lastError === "" && exit === undefined) return;
    await Promise.race([gone, pause(50)]);
  }
  const complaints = (await written())
    .split("\n")
    .filter((line) => /\b(FATAL|PANIC|ERROR|HINT|LOG:\s+could not)/.test(line));
  const detail = complaints.slice(-3).join(" / ") || (await written()).trim().split("\n").at(-1) || describeExit(exit);
  throw new StartError(`Postgres did not start: ${detail.replace(/\d{4}-\d\d-\d\d [\d:.]+ [A-Z]{3} \[\d+\] /g, "")}`);
}

/** Empty when the database answers (it is created when it is missing), else what went wrong. */
async function tryDatabase(url: string): Promise<string> {
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  const sql = postgres(maintenance.href, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    const found = await sql`select 1 from pg_database where datname = ${POSTGRES_NAME}`;
    if (found.length === 0) await sql`create database ${sql(POSTGRES_NAME)}`;
    return "";
  } catch (error) {
    return messageOf(error);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
