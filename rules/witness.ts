import { blankFacts } from "./blankFacts.ts";
import { addDays } from "./days.ts";
import { decimalOf, ratingOf } from "./delay.ts";
import {
  type Constraint,
  type DomainContext,
  instantOn,
  type Range,
  rangeOf,
  type Value,
  valuesOf,
} from "./domains.ts";
import type { Facts } from "./facts.ts";
import { customKey } from "./fields.ts";

/** Constraints by field. */
export type Constraints = ReadonlyMap<string, readonly Constraint[]>;

const MONEY = ["outstanding", "due", "overdue", "unapplied", "overdueDays"] as const;
/** Nothing is overdue for more than a century. */
const OLDEST = 36_500;
/** The average payment delays of each rating: above, up to. */
const BRACKETS: Record<string, [above: number | null, max: number | null]> = {
  A: [null, 30],
  B: [30, 60],
  C: [60, 90],
  D: [90, null],
};

/** Do these constraints prove that no facts meet them? */
export function isImpossible(constraints: Constraints, context: DomainContext): boolean {
  for (const [field, own] of constraints) if (valuesOf(field, own, context) === null) return true;
  return constraints.has("rating") && delays(constraints, context) === null;
}

/** Days of average payment delay, null for none, that meet the constraints on it and on the rating together; null proves none. */
function delays(constraints: Constraints, context: DomainContext): (number | null)[] | null {
  const own = constraints.get("averagePaymentDelay") ?? [];
  const ratings = valuesOf("rating", constraints.get("rating") ?? [], context) ?? [];
  const found = ratings.map((rating) => {
    const field = "averagePaymentDelay";
    const [above, max] = BRACKETS[String(rating)] ?? [];
    const bracket: Constraint[] = rating === null ? [{ field, op: "isEmpty" }] : [];
    if (typeof above === "number") bracket.push({ field, op: "above", value: above });
    if (typeof max === "number") bracket.push({ field, op: "between", max });
    if (rating === "D" || rating === "A") bracket.push({ field, op: "isNotEmpty" });
    return valuesOf(field, [...own, ...bracket], context) as (number | null)[] | null;
  });
  return found.every((values) => values === null) ? null : found.flatMap((values) => values ?? []);
}

/**
 * Facts of a customer that could exist and meet the constraints, or null where none was found. `choice` 0, 1, 2 … takes other
 * values where there are several.
 */
export function factsFor(constraints: Constraints, context: DomainContext, choice = 0): Facts | null {
  const money = moneyFor(constraints);
  const delay = pick(delays(constraints, context), choice);
  if (money === null || delay === undefined) return null;
  const delaySums: Facts["delaySums"] =
    delay === null ? null : [String(decimalOf(delay).digits), String(decimalOf(delay).scale)];
  const facts: Facts = { ...blank(context), ...money.amounts, delaySums, rating: ratingOf(delaySums) };
  facts.overdueSince = money.overdueDays === null ? null : addDays(context.today, -money.overdueDays);
  for (const [field, own] of constraints) {
    if (isMoney(field) || field === "rating" || field === "averagePaymentDelay") continue;
    const value = pick(valuesOf(field, own, context), choice);
    if (value === undefined) return null;
    put(facts, field, value, context);
  }
  return facts;
}

const isMoney = (field: string): field is (typeof MONEY)[number] => MONEY.some((name) => name === field);

function pick<T>(values: readonly T[] | null, choice: number): T | undefined {
  return values?.length ? values[choice % values.length] : undefined;
}

/** A customer that the API would take, of a month ago. */
function blank({ today, timeZone }: DomainContext): Facts {
  const createdAt = instantOn(addDays(today, -30), timeZone);
  return { ...blankFacts(today), name: "Any customer", currency: "EUR", createdAt };
}

/** Sets a field that stands by itself. */
function put(facts: Facts, field: string, value: Value, { timeZone }: DomainContext): void {
  const key = customKey(field);
  if (key !== null) {
    if (value !== null && !Array.isArray(value)) facts.customFields[key] = value as string | number | boolean;
    return;
  }
  const stored =
    (field === "createdAt" || field === "lastReminderAt") && typeof value === "string"
      ? instantOn(value, timeZone)
      : value;
  Object.assign(facts, { [field]: stored });
}

interface Money {
  amounts: Pick<Facts, "outstanding" | "due" | "overdue" | "unapplied">;
  overdueDays: number | null;
}

/**
 * Amounts that add up: outstanding = due + overdue − unapplied, none of the three parts negative, and something overdue exactly
 * where there are days overdue. The sum takes every whole value between its ends, so if one fits, it is found.
 */
function moneyFor(constraints: Constraints): Money | null {
  const range = (field: string) => rangeOf(field, constraints.get(field) ?? []);
  const [outstanding, due, overdue, unapplied, age] = MONEY.map(range);
  if (!outstanding || !due || !overdue || !unapplied || !age) return null;
  const firstDay = Math.max(1, age.min);
  const mayAge = age.mayBeFilled && firstDay <= Math.min(age.max, OLDEST);
  if (!mayAge) overdue.max = Math.min(overdue.max, 0);
  if (!age.mayBeEmpty) overdue.min = Math.max(overdue.min, 1);
  for (const part of [due, overdue, unapplied]) part.min = Math.max(part.min, 0);
  if ([due, overdue, unapplied].some(({ min, max }) => min > max)) return null;
  const least = Math.max(outstanding.min, due.min + overdue.min - unapplied.max);
  const most = Math.min(outstanding.max, due.max + overdue.max - unapplied.min);
  if (least > most) return null;
  const parts = { due: due.min, overdue: overdue.min, unapplied: unapplied.min };
  const start = parts.due + parts.overdue - parts.unapplied;
  const goal = Math.min(Math.max(start, least), most);
  if (goal < start) parts.unapplied += start - goal;
  else {
    parts.due += Math.min(room(due), goal - start);
    parts.overdue += goal - (parts.due + parts.overdue - parts.unapplied);
  }
  return { amounts: { outstanding: goal, ...parts }, overdueDays: parts.overdue > 0 ? firstDay : null };
}

const room = ({ min, max }: Range) => max - min;
