import { execFile } from "node:child_process";
import { promisify } from "node:util";

const EVERY_MS = 200;
const MIB = 1024;
const run = promisify(execFile);

/** Memory (MiB, resident) that processes took beyond what they had before. */
export interface Memory {
  before: number;
  peak: number;
  added: number;
}

/** Does some work and watches the resident memory of each of these processes meanwhile. */
export async function watchMemory<Result>(
  pids: readonly number[],
  work: () => Promise<Result>,
): Promise<{ result: Result; memory: Memory[] }> {
  const before = await Promise.all(pids.map(resident));
  const peaks = [...before];
  let looking: Promise<unknown> = Promise.resolve();
  const look = () => {
    looking = Promise.all(
      pids.map(async (pid, index) => {
        peaks[index] = Math.max(peaks[index]!, await resident(pid));
      }),
    );
  };
  const timer = setInterval(look, EVERY_MS);
  try {
    const result = await work();
    return { result, memory: before.map((had, index) => added(had, peaks[index]!)) };
  } finally {
    clearInterval(timer);
    await looking;
  }
}

const added = (before: number, peak: number): Memory => ({
  before: Math.round(before),
  peak: Math.round(peak),
  added: Math.round(peak - before),
});

async function resident(pid: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) / MIB;
}
