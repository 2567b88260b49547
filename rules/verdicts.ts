/**
 * How an evaluation records its verdicts: one letter per rule of the ruleset, in list order. Everything else about a verdict
 * (conditions, actual values) is recomputed from the recorded facts, because storing traces is what made evaluation slow
 * (8,600 changes/s fell to 900 with 20 traces a change).
 */
export const REASONS = {
  M: "matched",
  T: "trigger",
  F: "filters",
  L: "lostTo",
  U: "unchanged",
  O: "overruled",
  S: "superseded",
  P: "loop",
  I: "inactive",
  H: "held",
  N: "noUsers",
  R: "noRecipients",
  /** The change came with or after the customer's exclusion: no rule was asked. */
  E: "excluded",
  /** Matched, but the customer was excluded by the time its slots would have been written. */
  X: "excluded",
  /** Matched, but a backfill of this version of the rule had already judged the customer at this change or a later one. */
  K: "backfilled",
  /** The line was crossed; the rule fires once the value has stayed beyond it for its `forDays`. */
  D: "forDays",
  /** The value came back across the line before the rule's `forDays` were over. */
  C: "crossedBack",
  /** The line was crossed again before the value had come back to `resetAt`. */
  G: "notReset",
  /** The value came back after the rule had fired: its exit actions run. */
  B: "exit",
} as const;

export type VerdictCode = keyof typeof REASONS;
export type Reason = (typeof REASONS)[VerdictCode];

/** Whether trigger and filters held, whatever became of the match afterwards. */
export function isMatch(code: VerdictCode): boolean {
  return !NO_MATCH.has(code);
}

const NO_MATCH = new Set<VerdictCode>(["T", "F", "E", "D", "C", "G", "B"]);

/** What a letter cannot say, by the rule's index in the ruleset. */
export interface VerdictDetail {
  runId?: string;
  lostTo?: { ruleId: string; name: string };
  /** When a rule with `forDays` fires unless the value comes back before: an instant. */
  dueAt?: string;
  /** Why such a rule will not fire any more, though the value stayed beyond the line. */
  cancelled?: "inactive" | "excluded";
}
export type VerdictDetails = Record<string, VerdictDetail>;
