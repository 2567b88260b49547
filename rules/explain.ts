import { type CompileContext, compileFilter } from "./compile.ts";
import { delayValue } from "./delay.ts";
import type { Facts } from "./facts.ts";
import { fieldOf } from "./fields.ts";
import { compileRule, type FactsChange, firesOnlyAtStart, type RulesetRule } from "./judge.ts";
import type { Condition, Filter, Rule } from "./schema.ts";
import { type Quantity, quantityReader, watchedField } from "./triggers.ts";

/** A field's value as it is shown: delays as numbers, instants as their local day, sets as lists. */
export type Shown = string | number | boolean | readonly string[] | null;

export interface ConditionTrace {
  field: string;
  op: Condition["op"];
  /** What the condition asks for: its values, value, bounds or `{from, to}`; null for isEmpty and isNotEmpty. */
  expected: unknown;
  actual: Shown;
  /** The value before the change, for `changed` only. */
  before?: Shown;
  holds: boolean;
}

export interface AnyOfTrace {
  anyOf: ConditionTrace[];
  holds: boolean;
}

export interface TriggerTrace {
  fired: boolean;
  /** The watched value before and after; null for triggers that watch none. */
  before: string | number | null;
  after: string | number | null;
  /** The threshold; against another field, what that field was and is. */
  value?: string | number | { field: string; before: number | null; after: number | null };
  /** Given when the rule fires only as its filters start to hold: did they hold before? */
  filtersHeldBefore?: boolean;
}

/** Why a rule matched a change, or why not. */
export interface Trace {
  matched: boolean;
  reason: "matched" | "trigger" | "filters";
  trigger: TriggerTrace;
  /** Every condition, also when the trigger did not fire. */
  conditions: (ConditionTrace | AnyOfTrace)[];
}

/** Judges one change by one rule, as evaluate does, and says how every part came out. */
export function explainRule({ rule }: RulesetRule, context: CompileContext, change: FactsChange): Trace {
  const { fires, filters } = compileRule(rule, context);
  const fired = fires(change);
  const conditions = rule.filters.map((filter) => traceFilter(filter, context, change));
  const hold = conditions.every(({ holds }) => holds);
  const trigger: TriggerTrace = { fired, ...traceTrigger(rule, context, change) };
  if (change.before !== null && firesOnlyAtStart(rule, change)) {
    trigger.filtersHeldBefore = filters.stand(change.before);
  }
  return { matched: fired && hold, reason: reasonOf(fired, hold), trigger, conditions };
}

function reasonOf(fired: boolean, hold: boolean): Trace["reason"] {
  if (!fired) return "trigger";
  return hold ? "matched" : "filters";
}

function traceTrigger({ trigger }: Rule, context: CompileContext, { before, after }: FactsChange) {
  if (!("direction" in trigger)) return { before: null, after: null };
  if (trigger.type === "ratingThreshold") {
    return { before: before?.rating ?? null, after: after.rating, value: trigger.value };
  }
  const read = quantityReader(watchedField(trigger), context);
  const value = traceLimit(trigger.value, context, before, after);
  return { before: shownQuantity(read(before)), after: shownQuantity(read(after)), value };
}

function traceLimit(value: number | { field: string }, context: CompileContext, before: Facts | null, after: Facts) {
  if (typeof value === "number") return value;
  const read = quantityReader(value.field, context);
  return { field: value.field, before: shownQuantity(read(before)), after: shownQuantity(read(after)) };
}

function shownQuantity(quantity: Quantity): number | null {
  return quantity === null || typeof quantity === "number" ? quantity : delayValue(quantity);
}

function traceFilter(filter: Filter, context: CompileContext, change: FactsChange): ConditionTrace | AnyOfTrace {
  if (!("anyOf" in filter)) return traceCondition(filter, context, change);
  const anyOf = filter.anyOf.map((condition) => traceCondition(condition, context, change));
  return { anyOf, holds: anyOf.some(({ holds }) => holds) };
}

function traceCondition(condition: Condition, context: CompileContext, change: FactsChange): ConditionTrace {
  const { before, after } = change;
  const { field, op } = condition;
  const show = shower(field, context);
  const trace = { field, op, expected: expectedOf(condition), actual: show(after) };
  const holds = compileFilter(condition, context)(after, before);
  return op === "changed" ? { ...trace, before: before === null ? null : show(before), holds } : { ...trace, holds };
}

function shower(name: string, context: CompileContext): (facts: Facts) => Shown {
  const field = fieldOf(name, context);
  if (field.type !== "delay") return field.read;
  return (facts) => {
    const sums = field.read(facts);
    return sums === null ? null : delayValue(sums);
  };
}

function expectedOf(condition: Condition): unknown {
  switch (condition.op) {
    case "is":
    case "isNot":
      return condition.values;
    case "isEmpty":
    case "isNotEmpty":
      return null;
    case "between":
      return given({ min: condition.min, max: condition.max });
    case "changed":
      return given({ from: condition.from, to: condition.to });
    default:
      return condition.value;
  }
}

function given(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
