import { EXIT_CONFIGURATION } from "./asChild.ts";
import { describeExit, pause, type RunningProcess } from "./childProcess.ts";
import { messageOf, StartError } from "./startError.ts";

/** A start that trying again cannot help: the configuration must change first. */
export class ConfigurationExit extends StartError {
  override name = "ConfigurationExit";
}

export interface Service<P extends RunningProcess> {
  name: string;
  /** Starts the process and resolves when it serves; gives up when the signal is aborted. */
  start(signal: AbortSignal): Promise<P>;
}

/** A service that is kept running. `stop` ends it for good; aborting `hurry` makes that quick. */
export interface Supervised<P extends RunningProcess> {
  name: string;
  first: P;
  stop(hurry: AbortSignal): Promise<void>;
}

export interface SuperviseOptions {
  log: (line: string) => void;
  /** Called when the service can never come back (ConfigurationExit). */
  onHopeless: (error: Error) => void;
  /** First wait before a restart, its upper bound, and after how much health it begins anew; ms. */
  backoff?: { firstMs: number; mostMs: number; healthyMs: number };
  /** Aborting it gives the first start up. */
  signal?: AbortSignal;
}

const BACKOFF = { firstMs: 200, mostMs: 10_000, healthyMs: 30_000 };

/** Starts a service, passing on what the first start throws, and from then on starts it again whenever it dies. */
export async function supervise<P extends RunningProcess>(
  service: Service<P>,
  { log, onHopeless, backoff = BACKOFF, signal }: SuperviseOptions,
): Promise<Supervised<P>> {
  const stopping = new AbortController();
  const first = await service.start(AbortSignal.any(signal ? [stopping.signal, signal] : [stopping.signal]));
  let current: RunningProcess = first;

  async function keepAlive() {
    let wait = backoff.firstMs;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const exit = await current.exited;
      if (stopping.signal.aborted) return;
      if (exit.code === EXIT_CONFIGURATION) throw new ConfigurationExit(`${service.name} refuses to go on.`);
      if (Date.now() - since >= backoff.healthyMs) wait = backoff.firstMs;
      log(`${service.name} ended (${describeExit(exit)}); starting it again`);
      wait = await startAgain(wait);
    }
  }

  async function startAgain(wait: number): Promise<number> {
    let next = wait;
    for (;;) {
      await pause(next, stopping.signal);
      if (stopping.signal.aborted) return next;
      next = Math.min(next * 2, backoff.mostMs);
      try {
        current = await service.start(stopping.signal);
        log(`${service.name} serves again`);
        return next;
      } catch (error) {
        if (stopping.signal.aborted) return next;
        if (error instanceof ConfigurationExit) throw error;
        log(error instanceof StartError ? error.message : `${service.name} did not start: ${messageOf(error)}`);
      }
    }
  }

  const ended = keepAlive().catch((error) => onHopeless(error instanceof Error ? error : new Error(String(error))));
  const stop = async (hurry: AbortSignal) => {
    stopping.abort();
    await current.stop(hurry);
    await ended;
    // A restart that was under way when the stop came may have succeeded.
    await current.stop(hurry);
  };
  return { name: service.name, first, stop };
}
