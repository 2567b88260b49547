import type { RuleStatus } from "../rules.ts";
import type { WriteContext } from "../writes/types.ts";

/** What an operator can ask of runs that stand. */
export type Move = "pause" | "resume" | "cancel" | "retry";

export type ControlAction = Move | "replay" | "undo";

/** Replays and undoing take more than a statement each: so many runs at once. */
export const MOST_ACTED = 500;

/** A request on many runs is answered for at most so many at once. */
export const MOST_AT_ONCE = 10_000;

/** Who asks; from Temporal nobody is known. */
export type ControlContext = WriteContext;

/** What became of the request for one run. */
export interface RunOutcome {
  runId: string;
  /** `unchanged`: it was so already. */
  result: "done" | "unchanged" | "refused";
  /** Its status afterwards. */
  status: string;
  /** Why it was refused: a stable name and a sentence. */
  code?: string;
  message?: string;
}

/** A run as far as a move asks, locked. */
export interface ControlledRun {
  id: string;
  ruleId: string;
  ruleName: string;
  customerId: string;
  status: string;
  ruleStatus: RuleStatus;
  isPaused: boolean;
  wasResumed: boolean;
  wasRetried: boolean;
  excluded: boolean;
  hasFailed: boolean;
}
