import { compareDelay, compareDelays, type DelaySums, decimalOf } from "./delay.ts";
import type { Facts, Rating } from "./facts.ts";
import { type CompileContext, fieldOf } from "./fields.ts";
import type { Test } from "./operators.ts";
import type { ThresholdTrigger } from "./schema.ts";

/** A threshold's value: a number, or a delay kept exact; null is empty. */
export type Quantity = number | DelaySums | null;

/** Reads a numeric field; before its creation a customer owes 0 and everything else is empty. */
export function quantityReader(field: string, context: CompileContext): (facts: Facts | null) => Quantity {
  const found = fieldOf(field, context);
  const atFirst = field === "outstanding" ? 0 : null;
  if (found.type !== "number" && found.type !== "delay") return () => null;
  const { read } = found;
  return (facts) => (facts === null ? atFirst : read(facts));
}

/** The fields whose movement can make a threshold fire. */
export function watchedFields(trigger: ThresholdTrigger): string[] {
  const own = watchedField(trigger);
  return typeof trigger.value === "object" ? [own, trigger.value.field] : [own];
}

/** The field a threshold is about. */
export function watchedField({ type }: ThresholdTrigger): "outstanding" | "rating" | "averagePaymentDelay" {
  if (type === "outstandingThreshold") return "outstanding";
  return type === "ratingThreshold" ? "rating" : "averagePaymentDelay";
}

/** Does a change cross the threshold's line in its direction? Standing beyond the line is not enough. */
export function compileCrossing(trigger: ThresholdTrigger, context: CompileContext): Test {
  if (trigger.type === "ratingThreshold") return ratingCrossing(trigger.direction, trigger.value);
  const read = quantityReader(watchedField(trigger), context);
  if (typeof trigger.value === "object") {
    return movingCrossing(trigger.direction, read, quantityReader(trigger.value.field, context));
  }
  const compare = comparerWith(trigger.value);
  // An empty delay lies below every threshold, but becoming empty is no fall.
  return trigger.direction === "exceeds"
    ? (facts, before) => compare(read(facts)) > 0 && !(compare(read(before)) > 0)
    : (facts, before) => compare(read(facts)) < 0 && compare(read(before)) >= 0;
}

/** Do facts stand beyond the threshold's line in its direction, however they came there? Empty never does. */
export function compileBeyond(trigger: ThresholdTrigger, context: CompileContext): (facts: Facts) => boolean {
  const { direction } = trigger;
  if (trigger.type === "ratingThreshold") {
    const line = trigger.value;
    return direction === "exceeds" ? ({ rating }) => isBetter(rating, line) : ({ rating }) => isWorse(rating, line);
  }
  const read = quantityReader(watchedField(trigger), context);
  const distance =
    typeof trigger.value === "object"
      ? distanceBetween(read, quantityReader(trigger.value.field, context))
      : distanceTo(read, trigger.value);
  return direction === "exceeds" ? (facts) => distance(facts) > 0 : (facts) => distance(facts) < 0;
}

/**
 * Has the value come back: to `resetAt` where the threshold has one, else across its line? An empty delay lies below every
 * threshold, so it has come back from above and not from below; an empty rating has not come back.
 */
export function compileReturn(trigger: ThresholdTrigger, context: CompileContext): (facts: Facts) => boolean {
  const { direction, resetAt } = trigger;
  if (trigger.type === "ratingThreshold") {
    const bound = trigger.resetAt ?? trigger.value;
    return direction === "exceeds" ? ({ rating }) => isAtMost(rating, bound) : ({ rating }) => isAtLeast(rating, bound);
  }
  const read = quantityReader(watchedField(trigger), context);
  if (resetAt === undefined) {
    const isBeyond = compileBeyond(trigger, context);
    return direction === "exceeds" ? (facts) => !isBeyond(facts) : (facts) => read(facts) !== null && !isBeyond(facts);
  }
  const distance = distanceTo(read, resetAt as number);
  return direction === "exceeds" ? (facts) => !(distance(facts) > 0) : (facts) => distance(facts) >= 0;
}

/** How facts lie to a constant: below 0, 0, above 0, or NaN for an empty quantity. */
function distanceTo(read: (facts: Facts | null) => Quantity, constant: number): (facts: Facts | null) => number {
  const compare = comparerWith(constant);
  return (facts) => compare(read(facts));
}

function distanceBetween(
  read: (facts: Facts | null) => Quantity,
  readLimit: (facts: Facts | null) => Quantity,
): (facts: Facts | null) => number {
  return (facts) => compareQuantities(read(facts), readLimit(facts));
}

/** Compares with a constant: below 0, 0, above 0, or NaN for an empty quantity. */
function comparerWith(constant: number): (quantity: Quantity) => number {
  const decimal = decimalOf(constant);
  return (quantity) => {
    if (quantity === null) return Number.NaN;
    // Not their difference: that of two doubles can round to 0.
    if (typeof quantity === "number") return quantity > constant ? 1 : quantity < constant ? -1 : 0;
    return compareDelay(quantity, decimal);
  };
}

/**
 * Against another field: the crossing is that of the comparison, and an empty other field is no limit. So a limit given
 * below the balance is exceeded at once, while falling below needs a limit on both sides of the change.
 */
function movingCrossing(
  direction: ThresholdTrigger["direction"],
  read: (facts: Facts | null) => Quantity,
  readLimit: (facts: Facts | null) => Quantity,
): Test {
  const compare = (facts: Facts | null) => compareQuantities(read(facts), readLimit(facts));
  return direction === "exceeds"
    ? (facts, before) => compare(facts) > 0 && !(compare(before) > 0)
    : (facts, before) => compare(facts) < 0 && compare(before) >= 0;
}

/** Below 0, 0 or above 0; NaN when either is empty. */
function compareQuantities(a: Quantity, b: Quantity): number {
  if (a === null || b === null) return Number.NaN;
  if (typeof a === "number") {
    if (typeof b === "number") return a > b ? 1 : a < b ? -1 : 0;
    return -compareDelay(b, decimalOf(a));
  }
  return typeof b === "number" ? compareDelay(a, decimalOf(b)) : compareDelays(a, b);
}

/** A is best: exceeding B means arriving at A, falling below C means arriving at D. A first rating never fires, nor does losing it. */
function ratingCrossing(direction: ThresholdTrigger["direction"], line: Rating): Test {
  return direction === "exceeds"
    ? (facts, before) => isBetter(facts.rating, line) && isAtMost(before?.rating ?? null, line)
    : (facts, before) => isWorse(facts.rating, line) && isAtLeast(before?.rating ?? null, line);
}

const isBetter = (rating: Rating | null, line: Rating) => rating !== null && rating < line;
const isWorse = (rating: Rating | null, line: Rating) => rating !== null && rating > line;
const isAtLeast = (rating: Rating | null, line: Rating) => rating !== null && rating <= line;
const isAtMost = (rating: Rating | null, line: Rating) => rating !== null && rating >= line;
