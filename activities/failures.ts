import { ApplicationFailure } from "@temporalio/common";
import { FAILURES } from "../workflows/contract.ts";

/** The same attempt would fail again: not retried, ends as `failed`, to be retried by hand. */
export function permanentDelivery(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: FAILURES.permanentDelivery, message, nonRetryable: true });
}

/** Worth another attempt, after `retryAfterMs` where the receiver asked for it. */
export function temporaryDelivery(message: string, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: FAILURES.temporaryDelivery,
    message,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: Math.max(1, Math.ceil(retryAfterMs)) }),
  });
}

/** The receiver wants nothing for a while, of this message or any other of its channel. */
export class Busy extends Error {
  override name = "Busy";

  constructor(
    message: string,
    readonly waitMs: number,
  ) {
    super(message);
  }
}

const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * ms until the next attempt: 1 s after the first, doubling. Said with each failure, because Temporal would count the times that
 * a notification was turned away for want of room as attempts.
 */
export function waitAfter(attempts: number): number {
  return Math.min(1_000 * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
}
