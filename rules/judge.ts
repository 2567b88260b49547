import { type CompiledFilters, compileFilters } from "./compile.ts";
import type { Facts, Source } from "./facts.ts";
import type { CompileContext } from "./fields.ts";
import type { Rule } from "./schema.ts";
import { compileBeyond, compileCrossing, compileReturn } from "./triggers.ts";

/** One customer's facts before and after one write. */
export interface FactsChange {
  kind: "created" | "updated";
  source: Source;
  /** Null on creation. */
  before: Facts | null;
  after: Facts;
}

/** A rule as one ruleset holds it. */
export interface RulesetRule {
  ruleId: string;
  version: number;
  name: string;
  rule: Rule;
}

/** One rule's verdict: `M` it matched, `T` its trigger did not fire, `F` the trigger fired but the filters do not hold. */
export type Verdict = "M" | "T" | "F";

export interface CompiledRule {
  fires: (change: FactsChange) => boolean;
  filters: CompiledFilters;
  /** For threshold rules that remember what happened before: `resetAt`, `forDays` or exit actions. */
  timing: Timing | null;
}

/** What a threshold rule asks beyond the crossing itself. */
export interface Timing {
  /** Whole days that the value has to stay beyond the line; null fires at once. */
  forDays: number | null;
  /** Whether it fires again only after the value has come back to `resetAt`. */
  resets: boolean;
  hasExit: boolean;
  /** Whether it matters later that it has fired: for either of the two. */
  remembers: boolean;
  isBeyond: (facts: Facts) => boolean;
  hasReturned: (facts: Facts) => boolean;
}

/** Compiles trigger and filters of one rule. */
export function compileRule(rule: Rule, context: CompileContext): CompiledRule {
  const filters = compileFilters(rule.filters, context);
  return { fires: compileTrigger(rule, filters, context), filters, timing: compileTiming(rule, context) };
}

function compileTiming({ trigger, exitActions }: Rule, context: CompileContext): Timing | null {
  if (!("direction" in trigger)) return null;
  const { forDays, resetAt } = trigger;
  if (forDays === undefined && resetAt === undefined && exitActions === undefined) return null;
  return {
    forDays: forDays ?? null,
    resets: resetAt !== undefined,
    hasExit: exitActions !== undefined,
    remembers: resetAt !== undefined || exitActions !== undefined,
    isBeyond: compileBeyond(trigger, context),
    hasReturned: compileReturn(trigger, context),
  };
}

/** The verdict of one rule on one change. */
export function judge({ fires, filters }: CompiledRule, change: FactsChange): Verdict {
  if (!fires(change)) return "T";
  return filters.hold(change.after, change.before) ? "M" : "F";
}

/**
 * Does the filters' having held before silence this rule? Asked for by `onlyWhenStartsMatching`, and always so for what
 * the schedule changes, lest each night set off every rule again.
 */
export function firesOnlyAtStart({ trigger }: Rule, { source }: FactsChange): boolean {
  if (trigger.type !== "customerCreatedOrUpdated") return false;
  return trigger.onlyWhenStartsMatching === true || source === "schedule";
}

function compileTrigger(rule: Rule, filters: CompiledFilters, context: CompileContext): CompiledRule["fires"] {
  const { trigger } = rule;
  switch (trigger.type) {
    case "customerCreated":
      return (change) => change.kind === "created";
    case "customerCreatedOrUpdated":
      return (change) => change.before === null || !firesOnlyAtStart(rule, change) || !filters.stand(change.before);
    default: {
      const crosses = compileCrossing(trigger, context);
      return (change) => crosses(change.after, change.before);
    }
  }
}
