import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

const NPM = /(^|[\s/])(npm|pnpm|yarn)(-cli)?(\.c?js)?(\s|$)/;
/** Between npm and us stand at most a shell and tsx's own process. */
const LEVELS = 4;

/**
 * A function that tells whether the npm that started this process is gone, by whether the chain of parents up to it
 * has been cut. Without such an npm (a service manager, Windows) it always says no.
 */
export function npmIsGone(): () => boolean {
  const chain: Process[] = [];
  let pid = process.ppid;
  while (chain.length < LEVELS) {
    const found = look(pid);
    if (!found) return () => false;
    chain.push(found);
    if (NPM.test(found.command)) break;
    pid = found.parent;
  }
  const npm = chain.at(-1);
  if (!npm || !NPM.test(npm.command)) return () => false;
  // The parent of a process changes when that parent dies.
  const between = chain.slice(0, -1);
  const parent = process.ppid;
  return () => process.ppid !== parent || between.some((one) => look(one.pid)?.parent !== one.parent);
}

function look(pid: number): Process | undefined {
  try {
    return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
  } catch {
    // It has ended, or this system lets nobody look.
    return undefined;
  }
}

function fromProc(pid: number): Process {
  // pid (name) state ppid …; the name may hold spaces and parentheses.
  const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "");
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  return { pid, parent: Number(afterName.split(" ")[1]), command };
}

function fromPs(pid: number): Process | undefined {
  const line = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" });
  const match = /^\s*(\d+)\s+(.*)$/m.exec(line);
  return match ? { pid, parent: Number(match[1]), command: match[2] ?? "" } : undefined;
}
