import { Context } from "@temporalio/activity";

const HEARTBEAT_MS = 1_000;

/**
 * Does some work of the running activity with a sign of life every second: by the clock, since one step of it may wait for locks
 * longer than the workflow waits for a sign.
 */
export async function beating<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
  const activity = Context.current();
  const timer = setInterval(() => activity.heartbeat(), HEARTBEAT_MS);
  try {
    return await work(activity.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
