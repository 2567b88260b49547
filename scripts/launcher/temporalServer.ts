import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Connection } from "@temporalio/client";
import { serverEnv } from "./childEnv.ts";
import { describeExit, type Exit, exitOf, pause, type RunningProcess, stopInSteps } from "./childProcess.ts";
import { openLog } from "./logFiles.ts";
import { endProcesses, listProcesses } from "./processes.ts";
import { SEARCH_ATTRIBUTES } from "./searchAttributes.ts";
import { messageOf, StartError } from "./startError.ts";

/** A Temporal dev server that serves `namespace`. `uiAddress` is empty when it runs headless. */
export interface TemporalServer extends RunningProcess {
  address: string;
  uiAddress: string;
}

export interface TemporalOptions {
  /** The `temporal` program. */
  program: string;
  /** The real path of DATA_DIR; the server keeps its state in temporal/temporal.db below it. */
  dataDir: string;
  port: number;
  uiPort: number;
  namespace: string;
  log: (line: string) => void;
  headless?: boolean;
  /** Aborting it gives the start up. */
  signal?: AbortSignal;
}

const START_DEADLINE_MS = 120_000;

/**
 * Starts the dev server on 127.0.0.1 and resolves when it serves the namespace with our search attributes.
 * Ends a server of the same data that an earlier start left behind. Throws a StartError that says what happened.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { program, dataDir, port, uiPort, namespace, headless = false } = options;
  const database = temporalDatabase(dataDir);
  await mkdir(dirname(database), { recursive: true });
  const ended = await endTemporalOf(database);
  if (ended > 0) options.log("ended a Temporal server that an earlier start left behind");
  const logFile = await openLog(dataDir, "temporal");
  const child = spawn(program, argumentsFor({ database, port, uiPort, namespace, headless }), {
    cwd: dirname(database),
    stdio: ["ignore", logFile.fd, logFile.fd],
    detached: process.platform !== "win32",
    windowsHide: true,
    env: serverEnv(),
  });
  const exited = exitOf(child);
  const stop = (hurry?: AbortSignal) => stopInSteps(child, exited, [{ signal: "SIGTERM", waitMs: 10_000 }], hurry);
  const address = `127.0.0.1:${port}`;
  try {
    await waitTillItServes({ address, namespace, exited, written: logFile.since, signal: options.signal });
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await logFile.close();
  }
  return { pid: child.pid ?? 0, address, uiAddress: headless ? "" : `http://127.0.0.1:${uiPort}`, exited, stop };
}

/** The file in which the dev server keeps its state. */
export function temporalDatabase(dataDir: string): string {
  return join(dataDir, "temporal", "temporal.db");
}

/** Ends every dev server of this database that an earlier start left behind. Only for the holder of the lock. */
export function endTemporalOf(database: string): Promise<number> {
  const find = async () =>
    (await listProcesses()).filter(
      (one) => one.hasArgs("server", "start-dev") && one.hasArgs("--db-filename", database),
    );
  return endProcesses(find, "SIGTERM", 10_000);
}

function argumentsFor(server: {
  database: string;
  port: number;
  uiPort: number;
  namespace: string;
  headless: boolean;
}): string[] {
  return [
    ...["server", "start-dev", "--ip", "127.0.0.1", "--port", String(server.port)],
    ...(server.headless ? ["--headless"] : ["--ui-port", String(server.uiPort), "--ui-disable-news-fetch"]),
    ...["--db-filename", server.database, "--namespace", server.namespace],
    // 1.5 to 2 times the throughput of SQLite's defaults.
    ...["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"],
    ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ["--search-attribute", `${name}=${type}`]),
    ...["--log-level", "warn", "--color", "never"],
  ];
}

async function waitTillItServes(server: {
  address: string;
  namespace: string;
  exited: Promise<Exit>;
  written: () => Promise<string>;
  signal?: AbortSignal | undefined;
}) {
  let exit: Exit | undefined;
  const gone = server.exited.then((how) => {
    exit = how;
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  let lastError = "";
  while (exit === undefined) {
    if (server.signal?.aborted) throw new StartError("The start of Temporal was given up.");
    if (Date.now() > deadline) throw new StartError(`Temporal does not serve after two minutes: ${lastError}`);
    lastError = await tryServer(server.address, server.namespace);
    if (lastError === "") return;
    await Promise.race([gone, pause(100)]);
  }
  const detail = (await server.written()).trim().split("\n").at(-1) || describeExit(exit);
  throw new StartError(`Temporal did not start: ${detail}`);
}

/** Empty when workflows can be started and searched, else what is missing. */
async function tryServer(address: string, namespace: string): Promise<string> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length > 0) return `the search attributes ${missing.join(", ")} are missing`;
    await connection.workflowService.countWorkflowExecutions({ namespace, query: 'TriplineStatus = "none"' });
    return "";
  } catch (error) {
    return messageOf(error);
  } finally {
    await connection?.close();
  }
}
