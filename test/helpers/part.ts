import type { RunningProcess } from "../../scripts/launcher/childProcess.ts";
import { endWithParent } from "./endWithParent.ts";

/** Environment variables for one start. */
export type PartEnv = Record<string, string | undefined>;

/** A process of a stack that can be killed and started again in the same place. */
export interface Part {
  /** Starts it and resolves when it serves. Throws when it runs already or does not start. */
  start(env?: PartEnv): Promise<void>;
  /** Ends it as a power cut would: SIGKILL, no goodbye. Harmless when it does not run. */
  kill(): Promise<void>;
  /** Ends it in good order. Harmless when it does not run. */
  stop(): Promise<void>;
}

export function createPart(name: string, launch: (env: PartEnv) => Promise<RunningProcess>): Part {
  let running: { process: RunningProcess; end: () => Promise<void> } | undefined;
  const end = async (signal?: NodeJS.Signals) => {
    if (!running) return;
    const { process: child, end: release } = running;
    running = undefined;
    // The handle is ours and its exit unseen, so the id is still this process's own.
    if (signal && (await isAlive(child))) process.kill(child.pid, signal);
    if (signal) await child.exited;
    await release();
  };
  return {
    start: async (env = {}) => {
      if (running) throw new Error(`${name} runs already`);
      const child = await launch(env);
      running = { process: child, end: endWithParent(child) };
    },
    kill: () => end("SIGKILL"),
    stop: () => end(),
  };
}

async function isAlive(child: RunningProcess): Promise<boolean> {
  return (await Promise.race([child.exited.then(() => "gone"), Promise.resolve("alive")])) === "alive";
}
