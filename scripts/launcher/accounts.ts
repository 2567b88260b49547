import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";

/**
 * Under which account a server runs. Postgres refuses to run as root, so root hands it to an unprivileged account;
 * `capability` lets that account pass through folders (such as /root) that are closed to it.
 */
export type RunAs = { uid: number; gid: number; name: string; capability?: string } | "self";

/** The two capabilities that open closed folders, the weaker one first. Containers often grant only the second. */
export const FOLDER_CAPABILITIES = ["dac_read_search", "dac_override"];

/** Starts a program as `runAs`; the process id is the program's own in every case. */
export function spawnAs(runAs: RunAs, program: string, args: string[], options: SpawnOptions): ChildProcess {
  if (runAs === "self") return spawn(program, args, options);
  const { uid, gid, capability } = runAs;
  if (capability === undefined) return spawn(program, args, { ...options, uid, gid });
  const setpriv = [
    ...["--reuid", String(uid), "--regid", String(gid), "--clear-groups"],
    ...[`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`],
    // Without this access(2), by which Postgres looks at its own program file, ignores the capability.
    "--securebits=+no_setuid_fixup",
  ];
  return spawn("setpriv", [...setpriv, program, ...args], options);
}

/** Runs a program as `runAs` to its end. Never rejects; a program that cannot be started has code -1. */
export function runAsAccount(runAs: RunAs, program: string, args: string[], options: SpawnOptions = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = spawnAs(runAs, program, args, { ...options, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const output = { stdout: "", stderr: "" };
    child.stdout?.on("data", (chunk) => {
      output.stdout += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output.stderr += chunk;
    });
    child.once("error", (error) => resolve({ code: -1, ...output, stderr: error.message }));
    child.once("close", (code) => resolve({ code: code ?? -1, ...output }));
  });
}

/** The account that root hands Postgres to: the owner of the data folder that exists, else `postgres`, else `nobody`. */
export async function unprivilegedAccount(pgData: string): Promise<Exclude<RunAs, "self"> | undefined> {
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const owner = await stat(pgData).catch(() => undefined);
  if (owner && owner.uid !== 0) {
    const name = accounts.find((fields) => Number(fields[2]) === owner.uid)?.[0] ?? `user ${owner.uid}`;
    return { uid: owner.uid, gid: owner.gid, name };
  }
  for (const name of ["postgres", "nobody"]) {
    const fields = accounts.find((candidate) => candidate[0] === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]), name };
  }
  return undefined;
}

/** Whether this process runs as root, which Postgres refuses to do. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
