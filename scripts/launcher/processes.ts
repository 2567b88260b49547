import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { pause } from "./childProcess.ts";
import { codeOf } from "./startError.ts";

/** A process of this machine. `args` includes the program; `cwd` is known on Linux for processes we may look at. */
export interface ProcessInfo {
  pid: number;
  /** Whether the arguments contain these, one right after the other, each as a whole argument. */
  hasArgs(...args: string[]): boolean;
  program: string;
  cwd?: string;
}

/** Every process that can be seen, from /proc or else from `ps`; none on Windows, where neither exists. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  if (process.platform === "win32") return [];
  if (process.platform !== "linux") return listWithPs();
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readProc(Number(pid))));
  return found.filter((info) => info !== undefined);
}

async function readProc(pid: number): Promise<ProcessInfo | undefined> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const args = commandLine.split("\0");
  const program = args[0];
  // Zombies and kernel threads have no command line.
  if (!program) return undefined;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return { pid, program, hasArgs: (...wanted) => containsInOrder(args, wanted), ...(cwd === undefined ? {} : { cwd }) };
}

async function listWithPs(): Promise<ProcessInfo[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,command="], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const command = match[2] ?? "";
    const hasArgs = (...wanted: string[]) => `${command} `.includes(` ${wanted.join(" ")} `);
    return [{ pid: Number(match[1]), program: command.split(" ")[0] ?? "", hasArgs }];
  });
}

function containsInOrder(args: string[], wanted: string[]): boolean {
  return args.some((_, start) => wanted.every((text, offset) => args[start + offset] === text));
}

/**
 * Ends every process that `find` names: `signal` first, SIGKILL for what is still there after `deadlineMs`.
 * `find` runs anew before each signal, so that a process id that changed hands is not touched.
 * Returns how many were ended; throws when some survive.
 */
export async function endProcesses(find: () => Promise<ProcessInfo[]>, signal: NodeJS.Signals, deadlineMs: number) {
  const signalled = new Set<number>();
  const killAt = Date.now() + deadlineMs;
  const giveUpAt = killAt + 10_000;
  for (;;) {
    const found = await find();
    if (found.length === 0) return signalled.size;
    const late = Date.now() > killAt;
    for (const { pid } of found) {
      if (signalled.has(pid) && !late) continue;
      signalled.add(pid);
      sendSignal(pid, late ? "SIGKILL" : signal);
    }
    if (Date.now() > giveUpAt) {
      throw new Error(`the processes ${found.map(({ pid }) => pid).join(", ")} could not be ended`);
    }
    await pause(50);
  }
}

/** Sends a signal to a process that may have ended by itself meanwhile, or may be another user's: both are no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself. EPERM: the deadline of the caller says so in words.
    if (codeOf(error) !== "ESRCH" && codeOf(error) !== "EPERM") throw error;
  }
}
