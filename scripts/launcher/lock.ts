import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { pause } from "./childProcess.ts";
import { codeOf, messageOf, StartError } from "./startError.ts";

/** The lock on one DATA_DIR, held as long as this process listens; a process that dies drops it by dying. */
export interface Lock {
  /** Tells who asks that this start is on its way out, so that they wait. */
  stopping(): void;
  release(): Promise<void>;
}

const answerSchema = z.object({ nonce: z.string(), pid: z.number(), state: z.enum(["running", "stopping"]) });
type Answer = z.infer<typeof answerSchema>;
type Holder = Answer | "nobody" | "silent";

/** Longest socket path that Linux (107) and macOS (103) take. */
const LONGEST_PATH = 100;
/** Two starts that take over a dead one's socket at once see each other within this time (ms). */
const SETTLE_MS = 250;

/**
 * Takes the lock of a DATA_DIR (its real path). Whoever can connect to its socket knows that the holder lives; process
 * ids are not trusted. Waits up to `patienceMs` for a holder that is stopping. `onAsked` runs when somebody asks for it.
 * Throws a StartError when it is held.
 */
export async function takeLock(
  dataDir: string,
  { onAsked = () => undefined, patienceMs = 90_000 }: { onAsked?: () => void; patienceMs?: number } = {},
): Promise<Lock> {
  const path = lockPath(dataDir);
  const mine: Answer = { nonce: randomUUID(), pid: process.pid, state: "running" };
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const holder = await askHolder(path);
    if (holder === "nobody") break;
    if (holder === "silent" || holder.state === "running" || Date.now() > deadline) throw heldBy(holder, dataDir);
    await pause(100);
  }
  const server = await listen(path, dataDir, () => {
    onAsked();
    return mine;
  });
  await pause(SETTLE_MS);
  const holder = await askHolder(path);
  if (typeof holder === "string" || holder.nonce !== mine.nonce) {
    // Closing would remove the socket of whoever won.
    server.unref();
    throw heldBy(holder, dataDir);
  }
  return {
    stopping: () => {
      mine.state = "stopping";
    },
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Where the lock's socket lies: in the folder, or, for long paths, under a name made from it among the temporary files. */
export function lockPath(dataDir: string): string {
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 24);
  if (process.platform === "win32") return `\\\\.\\pipe\\tripline-${name}`;
  const inside = join(dataDir, "lock.sock");
  return Buffer.byteLength(inside) <= LONGEST_PATH ? inside : join(tmpdir(), `tripline-${name}.sock`);
}

function heldBy(holder: Holder, dataDir: string): StartError {
  const who = typeof holder === "string" ? "" : ` (process ${holder.pid})`;
  const state = holder === "silent" ? ", though it does not answer" : "";
  return new StartError(
    `Another npm start${who} already runs on ${dataDir}${state}. Stop it first, or choose another DATA_DIR.`,
  );
}

function askHolder(path: string): Promise<Holder> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = "";
    socket.setTimeout(3_000, () => {
      socket.destroy();
      resolve("silent");
    });
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.once("end", () => resolve(readAnswer(text)));
    socket.once("error", (error) => resolve(codeOf(error) === "EACCES" ? "silent" : "nobody"));
  });
}

function readAnswer(text: string): Holder {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    // Something that is not ours listens there.
    return "silent";
  }
}

async function listen(path: string, dataDir: string, answer: () => Answer): Promise<Server> {
  if (process.platform !== "win32") await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(JSON.stringify(answer()));
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if (codeOf(error) === "EADDRINUSE") reject(heldBy("silent", dataDir));
      else reject(new StartError(`The lock ${path} of DATA_DIR cannot be taken: ${messageOf(error)}.`));
    });
    server.listen(path, () => resolve(server));
  });
}
