import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Exit, exitOf } from "../../scripts/launcher/childProcess.ts";
import { sendSignal } from "../../scripts/launcher/processes.ts";
import type { Addresses } from "../../scripts/launcher/ready.ts";
import { eventually } from "../helpers/poll.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const LAUNCHER = [process.execPath, "--import", "tsx", "scripts/start.ts"];

/** A running `npm start` and what it has printed so far. */
export interface NpmStart {
  child: ChildProcess;
  exited: Promise<Exit>;
  output(): string;
  /** Resolves with the addresses of the ready line; rejects with the output when the start fails instead. */
  ready(): Promise<Addresses>;
}

/**
 * Starts the launcher on a data folder, in a process group of its own, as a terminal would; through npm itself where a
 * test is about npm.
 */
export function npmStart(dataDir: string, env: Record<string, string> = {}, command = LAUNCHER): NpmStart {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|DATABASE_URL|TEMPORAL_ADDRESS)/.test(name),
  );
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  let ended = false;
  const exited = exitOf(child);
  exited.then(() => {
    ended = true;
  });
  const ready = async () => {
    const line = await eventually(() => ended || text.split("\n").find((one) => one.startsWith("tripline ready ")), {
      timeoutMs: 150_000,
      message: `the ready line (so far: ${text})`,
    });
    if (line === true) throw new Error(`npm start ended: ${text}`);
    return JSON.parse(line.slice("tripline ready ".length)) as Addresses;
  };
  return { child, exited, output: () => text, ready };
}

/** Sends a signal to the launcher and everything in its process group, as Ctrl-C in a terminal does; harmless when all have ended. */
export function signalGroup({ child }: NpmStart, signal: NodeJS.Signals) {
  if (child.pid !== undefined) sendSignal(-child.pid, signal);
}

/** What runs on behalf of a data folder: process id → command line or, for Postgres' backends, their title. Linux only. */
export async function processesOf(dataDir: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const command = (await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim();
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => "");
    if (command !== "" && (command.includes(dataDir) || cwd.startsWith(dataDir))) found.set(Number(name), command);
  }
  return found;
}

/** Ends everything that runs on behalf of a data folder, as a power cut would: SIGKILL, until nothing is left. */
export async function killProcessesOf(dataDir: string): Promise<void> {
  await eventually(
    async () => {
      const left = await processesOf(dataDir);
      for (const pid of left.keys()) sendSignal(pid, "SIGKILL");
      return left.size === 0;
    },
    { message: `no process left on ${dataDir}` },
  );
}

/** The process ids among these whose command line contains `part`. */
export function pidsOf(processes: Map<number, string>, part: string): number[] {
  return [...processes].filter(([, command]) => command.includes(part)).map(([pid]) => pid);
}
