import { type ChildProcess, spawn } from "node:child_process";
import { childEnv } from "./childEnv.ts";
import { exitOf, pause } from "./childProcess.ts";

/** What a finished program left; `code` is null when a signal or the time limit ended it or it could not start. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/**
 * Runs a program to its end with a hard limit (ms), after which, or when `signal` is aborted, it is killed with
 * everything it started.
 * Never rejects: a program that cannot be started says so in `stderr`.
 */
export async function runToEnd(
  program: string,
  args: string[],
  { limitMs, signal }: { limitMs: number; signal?: AbortSignal | undefined },
): Promise<Finished> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, so that the limit reaches grandchildren.
    detached: process.platform !== "win32",
    windowsHide: true,
    env: childEnv({}),
  });
  const finished: Finished = { code: null, stdout: "", stderr: "", timedOut: false };
  child.stdout.on("data", (chunk) => {
    finished.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    finished.stderr += chunk;
  });
  const limit = setTimeout(() => {
    finished.timedOut = true;
    killGroup(child);
  }, limitMs);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = () => killGroup(child);
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();
  const exit = await exitOf(child);
  signal?.removeEventListener("abort", end);
  // A grandchild would hold the pipes open; what it has to say no longer matters.
  killGroup(child);
  if (!exit.error) await Promise.race([closed, pause(2_000)]);
  clearTimeout(limit);
  child.stdout.destroy();
  child.stderr.destroy();
  return { ...finished, code: exit.code, stderr: exit.error ? exit.error.message : finished.stderr };
}

function killGroup(child: ChildProcess) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
    return;
  }
}
