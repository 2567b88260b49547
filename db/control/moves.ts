import { isInForce } from "../../rules/inForce.ts";
import type { ControlledRun, Move } from "./types.ts";

/** Whether a move is made, was made before, or is refused and why. */
export type Decision = { result: "done" | "unchanged" } | { result: "refused"; code: string; message: string };

export const OPEN: ReadonlySet<string> = new Set(["planned", "held", "running", "waiting"]);
const DONE: Decision = { result: "done" };
const UNCHANGED: Decision = { result: "unchanged" };

const refused = (code: string, message: string): Decision => ({ result: "refused", code, message });
const ended = ({ status }: ControlledRun) => refused("run_ended", `The run has ended (${status}).`);

/** Says for each move what a run's status allows. A move that was made before is harmless. */
export const MOVES: Record<Move, (run: ControlledRun) => Decision> = {
  pause: (run) => {
    if (!OPEN.has(run.status)) return ended(run);
    return run.isPaused ? UNCHANGED : DONE;
  },

  resume: (run) => {
    if (!OPEN.has(run.status)) return run.wasResumed ? UNCHANGED : ended(run);
    if (run.isPaused) return DONE;
    if (run.status !== "held") return UNCHANGED;
    if (run.ruleStatus === "paused") {
      return refused("rule_paused", "The run is held because its rule is paused: resume the rule.");
    }
    return DONE;
  },

  cancel: (run) => {
    if (run.status === "cancelled") return UNCHANGED;
    return OPEN.has(run.status) ? DONE : ended(run);
  },

  retry: (run) => {
    if (OPEN.has(run.status)) {
      return run.wasRetried ? UNCHANGED : refused("run_open", `The run has not ended (${run.status}).`);
    }
    if (!run.hasFailed || run.status === "cancelled") {
      return run.wasRetried && run.status !== "cancelled"
        ? UNCHANGED
        : refused("nothing_failed", `Nothing of the run has failed (${run.status}).`);
    }
    if (run.excluded) return refused("customer_excluded", "The customer is excluded.");
    if (!isInForce(run.ruleStatus)) {
      return refused("rule_inactive", `The rule does not act any more (${run.ruleStatus}).`);
    }
    return DONE;
  },
};

/** The statuses that a move concerns where a selection names none. */
export const CONCERNED: Record<Move | "replay" | "undo", readonly string[]> = {
  pause: ["planned", "running", "waiting", "held"],
  resume: ["held"],
  cancel: ["planned", "running", "waiting", "held"],
  retry: ["failed", "partlyApplied"],
  replay: ["applied", "partlyApplied", "skipped", "failed", "cancelled"],
  undo: ["applied", "partlyApplied", "cancelled", "failed"],
};
