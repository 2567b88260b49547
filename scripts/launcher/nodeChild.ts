import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { EXIT_CONFIGURATION } from "./asChild.ts";
import { childEnv } from "./childEnv.ts";
import { describeExit, exitOf, type RunningProcess, stopInSteps } from "./childProcess.ts";
import { logFile } from "./logFiles.ts";
import { ownerArgument } from "./orphans.ts";
import { isShown } from "./shownLines.ts";
import { StartError } from "./startError.ts";
import { ConfigurationExit } from "./supervise.ts";

export interface NodeChildOptions {
  name: string;
  /** The TypeScript file to run. */
  script: string;
  /** The real path of DATA_DIR: log lines go to its logs, and the child carries it as a mark of whose it is. */
  dataDir: string;
  env: Record<string, string | undefined>;
  /** From this pino level on, lines go to stderr as well. */
  shownLevel: string;
  /** How long (ms) it may drain after SIGTERM. */
  drainMs: number;
  signal?: AbortSignal;
  /** How long (ms) it may take until it is ready. */
  readyWithinMs?: number;
}

const KEPT_LINES = 30;
const readySchema = z.object({ ready: z.literal(true) });

/**
 * Starts a program of ours and resolves when it says `{ready: true}` over IPC. It leads a process group of its own, so
 * that the terminal's Ctrl-C reaches only us and the order of stopping holds. Throws a StartError with its last words,
 * a ConfigurationExit when it exits with 78.
 */
export async function startNodeChild(options: NodeChildOptions): Promise<RunningProcess> {
  const { name, script, dataDir, drainMs, signal, readyWithinMs = 120_000 } = options;
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script, ownerArgument(dataDir)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: process.platform !== "win32",
    windowsHide: true,
    env: childEnv(options.env),
  });
  const exited = exitOf(child);
  const lastWords: string[] = [];
  const file = createWriteStream(logFile(dataDir, name), { flags: "a" });
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const outputs = streams.map((stream) => {
    const lines = createInterface({ input: stream });
    lines.on("line", (line) => {
      file.write(`${line}\n`);
      if (!isShown(line, options.shownLevel)) return;
      process.stderr.write(`${line}\n`);
      lastWords.push(line);
      if (lastWords.length > KEPT_LINES) lastWords.shift();
    });
    return new Promise<void>((resolve) => lines.once("close", resolve));
  });
  const closed = Promise.all(outputs).then(() => file.end());
  const stop = (hurry?: AbortSignal) => stopInSteps(child, exited, [{ signal: "SIGTERM", waitMs: drainMs }], hurry);
  const limit = AbortSignal.any([AbortSignal.timeout(readyWithinMs), ...(signal ? [signal] : [])]);
  const outcome = await Promise.race([isReady(child), exited, isAborted(limit)]);
  if (outcome === "ready") return { pid: child.pid ?? 0, exited, stop };
  if (outcome === "given up") {
    await stop();
    throw new StartError(`${name} was not ready in time.`);
  }
  await closed;
  const detail = lastWords.find((line) => /^\w*Error\b.*: /.test(line)) ?? lastWords.at(-1) ?? describeExit(outcome);
  if (outcome.code === EXIT_CONFIGURATION) throw new ConfigurationExit(`${name} cannot run: ${detail}`);
  throw new StartError(`${name} did not start: ${detail}`);
}

function isReady(child: ChildProcess): Promise<"ready"> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      if (readySchema.safeParse(message).success) resolve("ready");
    });
  });
}

function isAborted(signal: AbortSignal): Promise<"given up"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("given up");
    else signal.addEventListener("abort", () => resolve("given up"), { once: true });
  });
}
