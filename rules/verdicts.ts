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
} as const;

export type VerdictCode = keyof typeof REASONS;
export type Reason = (typeof REASONS)[VerdictCode];

/** Whether trigger and filters held, whatever became of the match afterwards. */
export function isMatch(code: VerdictCode): boolean {
  return code !== "T" && code !== "F" && code !== "E";
}

/** What a letter cannot say, by the rule's index in the ruleset. */
export interface VerdictDetail {
  runId?: string;
  lostTo?: { ruleId: string; name: string };
}
export type VerdictDetails = Record<string, VerdictDetail>;
