import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./startError.ts";

const KEPT = 3;

/** The log file of one server in DATA_DIR/logs. */
export function logFile(dataDir: string, name: string): string {
  return join(dataDir, "logs", `${name}.log`);
}

/** Moves the log of the last start aside (name.log → name.1.log → … name.3.log) and makes room for a new one. */
export async function rotateLog(dataDir: string, name: string) {
  await mkdir(join(dataDir, "logs"), { recursive: true });
  const numbered = (index: number) => (index === 0 ? logFile(dataDir, name) : logFile(dataDir, `${name}.${index}`));
  await rm(numbered(KEPT), { force: true });
  for (let index = KEPT - 1; index >= 0; index--) {
    await rename(numbered(index), numbered(index + 1)).catch((error) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
  }
}

/** Opens a log for appending; `since` reads what was written to it from now on. */
export async function openLog(dataDir: string, name: string) {
  await mkdir(join(dataDir, "logs"), { recursive: true });
  const file = logFile(dataDir, name);
  const handle = await open(file, "a+");
  const start = (await handle.stat()).size;
  return {
    file,
    fd: handle.fd,
    close: () => handle.close(),
    since: () => readFrom(file, start),
  };
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(Math.max(size - start, 0), 1024 * 1024));
    await handle.read(buffer, 0, buffer.length, start);
    return buffer.toString("utf8");
  } finally {
    await handle.close();
  }
}
