import { ConfigError, loadConfig } from "../config.ts";
import type { RunningProcess } from "./launcher/childProcess.ts";
import { prepareDataDir } from "./launcher/dataDir.ts";
import { launch, stopAll } from "./launcher/launch.ts";
import { type Lock, takeLock } from "./launcher/lock.ts";
import { npmIsGone } from "./launcher/npmAncestor.ts";
import { StartError } from "./launcher/startError.ts";
import type { Supervised } from "./launcher/supervise.ts";

// `npm start`: brings everything up, keeps it running, and takes it all down again on Ctrl-C.

/** A terminal and npm may both pass on the same Ctrl-C; only a later one (ms) means hurry. */
const SAME_SIGNAL_MS = 1_000;

const stopping = new AbortController();
const hurry = new AbortController();
const running: Supervised<RunningProcess>[] = [];
let exitCode = 0;

function log(line: string) {
  console.log(`- ${line}`);
}

function fail(error: unknown) {
  exitCode = 1;
  // What fails because we are stopping already is no news.
  if (!stopping.signal.aborted) {
    const isForPeople = error instanceof StartError || error instanceof ConfigError;
    console.error(isForPeople ? `\n${error.message}` : error);
  }
  stopping.abort();
}

function listenToSignals() {
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt !== undefined && Date.now() - firstAt > SAME_SIGNAL_MS) hurry.abort();
    if (firstAt === undefined) {
      firstAt = Date.now();
      log("stopping; once more to hurry");
    }
    stopping.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  process.on("uncaughtException", fail);
  // Whoever reads our output may go away (npm start | head); that must not take the servers with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stream.destroy());
}

/** When npm is killed, nobody can press Ctrl-C any more and the next start would be refused: then this one ends too. */
function endWithNpm(): () => void {
  const isGone = npmIsGone();
  const check = () => {
    if (stopping.signal.aborted || !isGone()) return;
    log("npm is gone; stopping");
    stopping.abort();
  };
  setInterval(check, 2_000).unref();
  return check;
}

async function run() {
  listenToSignals();
  const config = loadConfig();
  const checkParent = config.npm_lifecycle_event === "start" ? endWithNpm() : () => undefined;
  const dataDir = await prepareDataDir(config.DATA_DIR);
  const lock = await takeLock(dataDir, { onAsked: checkParent });
  stopping.signal.addEventListener("abort", () => lock.stopping());
  try {
    const text = await launch({ config, dataDir, log, signal: stopping.signal, onHopeless: fail, running });
    console.log(text);
    await stopRequested();
  } catch (error) {
    if (!stopping.signal.aborted) fail(error);
  }
  await takeDown(lock);
}

function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.signal.aborted) resolve();
    else stopping.signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function takeDown(lock: Lock) {
  await stopAll(running, hurry.signal);
  await lock.release();
  log("stopped");
}

await run().catch(fail);
process.exit(exitCode);
