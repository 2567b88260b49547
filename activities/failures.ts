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
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
