import { type Config, ConfigError, loadConfig } from "../../config.ts";

/** What a program says to `npm start` when it runs under it; on its own, the same calls do no harm. */

/** Exit code for what only a change of configuration can put right, such as a taken port: no restart follows. */
export const EXIT_CONFIGURATION = 78;

/** Says that this program serves now. `details` go along, for whoever listens. */
export function announceReady(details: Record<string, unknown> = {}) {
  process.send?.({ ...details, ready: true });
}

/** Ends this program with one sentence for the person who started it, and no restart. */
export function exitMisconfigured(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(EXIT_CONFIGURATION);
}

/** The settings of this program; a wrong environment ends it with every mistake at once. */
export function loadConfigOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (error instanceof ConfigError) exitMisconfigured(error.message);
    throw error;
  }
}

/**
 * Calls `stop` once on SIGTERM, SIGINT or when the starter is gone, and exits when it is done: 0, or 1 when it fails
 * or takes longer than `limitMs`.
 */
export function onShutdown(stop: (reason: string) => Promise<void>, { limitMs = 25_000 } = {}) {
  let stopping = false;
  const begin = (reason: string) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    stop(reason).then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`stopping failed: ${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", begin);
  process.on("SIGINT", begin);
  process.on("disconnect", () => begin("the starter is gone"));
}
