/** Status of a rule run, from what its actions came to. */
export type RunStatus =
  | "planned"
  | "held"
  | "running"
  | "waiting"
  | "applied"
  | "partlyApplied"
  | "skipped"
  | "failed"
  | "cancelled";

/** An action as far as its run's status is concerned. */
export interface ActionOutcome {
  /** A `wait` that is over counts for nothing. */
  type?: string;
  status: string;
  reason?: string;
  /** Set where it lost some of the members it named. */
  lostTo?: unknown;
}

const AGAINST = new Set(["failed", "lost", "overruled", "superseded"]);
const OPEN = new Set(["planned", "running"]);

/**
 * The status of a run and, where it did nothing, why: `applied` with some actions unchanged stays `applied`; with any failed,
 * lost, overruled or superseded it is `partlyApplied`; `skipped` did nothing; `failed` did nothing and something failed. `planned`
 * has something under way, `waiting` only what waits for a timer or another attempt.
 */
export function runStatus(all: ActionOutcome[]): { status: RunStatus; reason: string | null } {
  const has = (test: (action: ActionOutcome) => boolean) => actions.some(test);
  const actions = all.filter(({ type, status }) => type !== "wait" || status !== "applied");
  if (has((action) => OPEN.has(action.status))) return { status: "planned", reason: null };
  if (has((action) => action.status === "held")) return { status: "held", reason: "paused" };
  const waiting = actions.find((action) => action.status === "waiting");
  if (waiting) return { status: "waiting", reason: waiting.reason ?? null };
  const against = has((action) => AGAINST.has(action.status) || action.lostTo !== undefined);
  if (has((action) => action.status === "applied" || action.status === "partlyApplied")) {
    const partly = against || has((action) => action.status === "partlyApplied");
    return { status: partly ? "partlyApplied" : "applied", reason: null };
  }
  if (has((action) => action.status === "failed")) return { status: "failed", reason: null };
  const telling = actions.find((action) => action.status !== "unchanged") ?? actions[0];
  return { status: "skipped", reason: telling?.reason ?? telling?.status ?? null };
}
