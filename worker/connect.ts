import { NativeConnection } from "@temporalio/worker";
import { type TemporalConfig, temporalOptions } from "../temporal/connect.ts";

/**
 * The worker's own connection; waits for Temporal to be there. Apart from the client's: the worker's library, with a bundler in it,
 * would take the API 0.8 s more to load.
 */
export function connectWorker(config: TemporalConfig): Promise<NativeConnection> {
  return NativeConnection.connect(temporalOptions(config));
}
