import type { Match } from "./plan.ts";

/** Whether a rule of this status judges changes and claims its slots: one that is paused does, and what it would do is held. */
export function isInForce(status: Match["status"] | undefined): status is "active" | "paused" {
  return status === "active" || status === "paused";
}
