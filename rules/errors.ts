/** Stable names of what can be wrong with a rule or a filter. */
export type MistakeCode =
  /** A part has the wrong shape: missing, of another type, out of range. */
  | "invalid"
  | "unknown_key"
  | "unknown_field"
  | "operator_not_for_field"
  | "wrong_type"
  | "unknown_option"
  | "unknown_id"
  | "bounds_missing"
  | "bounds_reversed"
  | "changed_not_allowed"
  | "threshold_unreachable"
  | "reset_on_wrong_side"
  | "slot_taken_twice"
  | "nothing_to_do"
  | "not_a_text_field"
  | "invalid_template"
  | "exit_without_threshold"
  | "invalid_wait";

/** One thing wrong with an input, where, and in words for the person who wrote it. */
export interface Mistake {
  /** Written `filters.0.values`; empty for the whole. */
  path: string;
  message: string;
  code: MistakeCode;
}

/** Makes a mistake; `path` may hold numbers for places in lists. */
export function mistake(path: readonly PropertyKey[], code: MistakeCode, message: string): Mistake {
  return { path: path.map(String).join("."), message, code };
}
