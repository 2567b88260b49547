import type { ChildProcess } from "node:child_process";

/** How a process ended: by an exit code, by a signal, or not started at all (`error`). */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

/** A process that serves and can be stopped. `exited` never rejects. */
export interface RunningProcess {
  pid: number;
  exited: Promise<Exit>;
  /** Ends the process in its gentle way and, when that takes too long or `hurry` is aborted, by force. */
  stop(hurry?: AbortSignal): Promise<void>;
}

/** Resolves when the process has ended; a program that could not be started counts as ended. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** A few words about an exit: "exit code 3", "signal SIGKILL". */
export function describeExit(exit: Exit): string {
  if (exit.error) return exit.error.message;
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

/** One signal of a stop sequence and how long (ms) its effect is waited for. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/**
 * Sends the signals of `steps` one after the other until the process has ended, SIGKILL last.
 * Aborting `hurry` skips to the last step of `steps`, then to SIGKILL after half a second.
 */
export async function stopInSteps(child: ChildProcess, exited: Promise<Exit>, steps: StopStep[], hurry?: AbortSignal) {
  const ended = new AbortController();
  const gone = exited.then(() => ended.abort());
  for (const [index, step] of steps.entries()) {
    if (ended.signal.aborted) return;
    const isLast = index === steps.length - 1;
    if (hurry?.aborted && !isLast) continue;
    child.kill(step.signal);
    const cutShort = AbortSignal.any(hurry && !hurry.aborted ? [ended.signal, hurry] : [ended.signal]);
    await pause(hurry?.aborted ? Math.min(step.waitMs, 500) : step.waitMs, cutShort);
  }
  if (!ended.signal.aborted) child.kill("SIGKILL");
  await gone;
}

/** Waits `ms` milliseconds, or less when `signal` is aborted meanwhile. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal?.aborted) done();
    else signal?.addEventListener("abort", done, { once: true });
  });
}
