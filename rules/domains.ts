import { addDays, dayReader, daysBetween } from "./days.ts";
import type { CompileContext, FieldType } from "./fields.ts";
import { customKey, fieldType } from "./fields.ts";
import type { Condition, DayValue } from "./schema.ts";

/** A value as a field holds it; a delay as its number of days, an instant as its local day, null when empty. */
export type Value = string | number | boolean | readonly string[] | null;

/** A condition, or a strict bound as thresholds set one. */
export type Constraint =
  | Exclude<Condition, { op: "changed" }>
  | { field: string; op: "above" | "below"; value: number };

/** What values to propose for a field takes: the organization's fields, and its present day for relative dates. */
export interface DomainContext extends CompileContext {
  today: string;
}

const NEVER_EMPTY: ReadonlySet<string> = new Set(["outstanding", "due", "overdue", "unapplied", "createdAt"]);
const WHOLE: ReadonlySet<string> = new Set([...NEVER_EMPTY, "overdueDays", "creditLimit"]);
const LETTERS = ["A", "B", "C", "D"];
/** Ids that stand for "one of the organization's" where a condition asks for any. */
const SOME_IDS = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
const SOME_TEXTS: Record<string, readonly string[]> = {
  country: ["US", "FR", "DE", "GB", "ES", "IT"],
  currency: ["EUR", "USD", "GBP", "CHF", "SEK", "JPY"],
  language: ["en", "fr", "de", "es", "it", "sv"],
  workflow: SOME_IDS,
  rating: LETTERS,
};

/**
 * Values of a field that meet all of these constraints on it. Null is a proof that none does, whatever the day; an empty
 * list only says that none was found.
 */
export function valuesOf(
  field: string,
  constraints: readonly Constraint[],
  context: DomainContext,
): readonly Value[] | null {
  const type = fieldType(field, context.customFields);
  switch (type) {
    case "number":
    case "delay": {
      const range = rangeOf(field, constraints);
      return range && [...range.values, ...(range.mayBeEmpty ? [null] : [])];
    }
    case "boolean":
      return flags(constraints);
    case "set":
      return members(constraints);
    case "day":
    case "instant":
      return days(field, constraints, context);
    default:
      return texts(field, type, constraints, context);
  }
}

function texts(field: string, type: FieldType | null, constraints: readonly Constraint[], context: DomainContext) {
  let allowed: string[] | null = field === "rating" ? LETTERS : null;
  const excluded = new Set<unknown>();
  let [mayBeEmpty, mayBeFilled] = [true, type !== null];
  for (const constraint of constraints) {
    if (constraint.op === "is" || constraint.op === "contains") {
      const given: readonly unknown[] = constraint.op === "is" ? constraint.values : [constraint.value];
      const texts = given.filter((value): value is string => typeof value === "string" && value !== "");
      const before: string[] | null = allowed;
      allowed = before === null ? texts : before.filter((text) => texts.includes(text));
      mayBeEmpty = false;
    } else if (constraint.op === "isNot") for (const value of constraint.values) excluded.add(value);
    else if (constraint.op === "doesNotContain") excluded.add(constraint.value);
    else if (constraint.op === "isEmpty") mayBeFilled = false;
    else if (constraint.op === "isNotEmpty") mayBeEmpty = false;
    else if (constraint.op !== "notOn") return null;
  }
  const left = mayBeFilled ? (allowed?.filter((text) => !excluded.has(text)) ?? null) : [];
  if (!mayBeEmpty && left?.length === 0) return null;
  const found = left ?? someTexts(field, context).filter((text) => !excluded.has(text));
  return [...found.slice(0, 4), ...(mayBeEmpty ? [null] : [])];
}

function someTexts(field: string, { customFields }: DomainContext): readonly string[] {
  const definition = customFields.get(customKey(field) ?? "");
  if (definition?.type === "SELECT") return definition.options;
  return SOME_TEXTS[field] ?? Array.from({ length: 5 }, (_, place) => `Any ${place + 1}`);
}

function flags(constraints: readonly Constraint[]): readonly Value[] | null {
  let left: (boolean | null)[] = [true, false, null];
  for (const constraint of constraints) {
    const { op } = constraint;
    if (op === "is") left = left.filter((value) => value !== null && constraint.values.includes(value));
    else if (op === "isNot") left = left.filter((value) => value === null || !constraint.values.includes(value));
    else if (op === "isEmpty") left = left.filter((value) => value === null);
    else if (op === "isNotEmpty") left = left.filter((value) => value !== null);
    else if (op !== "notOn" && op !== "doesNotContain") return null;
  }
  return left.length === 0 ? null : left;
}

function members(constraints: readonly Constraint[]): readonly Value[] | null {
  const wanted: (readonly unknown[])[] = [];
  const excluded = new Set<unknown>();
  let [mayBeEmpty, mayBeFilled] = [true, true];
  for (const constraint of constraints) {
    if (constraint.op === "is") wanted.push(constraint.values);
    else if (constraint.op === "contains") wanted.push([constraint.value]);
    else if (constraint.op === "isNot") for (const value of constraint.values) excluded.add(value);
    else if (constraint.op === "doesNotContain") excluded.add(constraint.value);
    else if (constraint.op === "isEmpty") mayBeFilled = false;
    else if (constraint.op === "isNotEmpty") mayBeEmpty = false;
    else if (constraint.op !== "notOn") return null;
  }
  if (!mayBeFilled) return mayBeEmpty && wanted.length === 0 ? [[]] : null;
  const chosen = new Set<string>();
  for (const values of wanted) {
    const one = values.find((value): value is string => typeof value === "string" && !excluded.has(value));
    if (one === undefined) return null;
    chosen.add(one);
  }
  if (chosen.size > 0) return [[...chosen]];
  const any = SOME_IDS.filter((id) => !excluded.has(id)).map((id) => [id]);
  return mayBeEmpty ? [[], ...any] : any;
}

/** What numeric constraints leave: values between the bounds, and whether the field may be empty. */
export interface Range {
  min: number;
  max: number;
  mayBeEmpty: boolean;
  mayBeFilled: boolean;
  values: number[];
}

/** The range of a numeric field; null proves that nothing is left. Bounds of whole numbers are whole and inclusive. */
export function rangeOf(field: string, constraints: readonly Constraint[]): Range | null {
  let [min, max, above, below] = [-Infinity, Infinity, -Infinity, Infinity];
  let [mayBeEmpty, mayBeFilled] = [!NEVER_EMPTY.has(field), true];
  for (const constraint of constraints) {
    if (constraint.op === "isEmpty") mayBeFilled = false;
    else if (constraint.op === "isNotEmpty") mayBeEmpty = false;
    else if (constraint.op === "between") {
      mayBeEmpty = false;
      if (typeof constraint.min === "number") min = Math.max(min, constraint.min);
      if (typeof constraint.max === "number") max = Math.min(max, constraint.max);
    } else if (constraint.op === "above") {
      mayBeEmpty = false;
      above = Math.max(above, constraint.value);
    } else if (constraint.op === "below") {
      mayBeEmpty = false;
      below = Math.min(below, constraint.value);
    } else if (!isNegative(constraint)) return null;
  }
  if (WHOLE.has(field)) {
    min = Math.max(Math.ceil(min), Math.floor(above) + 1);
    max = Math.min(Math.floor(max), Math.ceil(below) - 1);
    [above, below] = [-Infinity, Infinity];
  }
  const least = Math.max(min, above);
  const most = Math.min(max, below);
  const isOpen = least === most && (above === least || below === most) && Number.isFinite(least);
  if (least > most || isOpen) mayBeFilled = false;
  if (!mayBeFilled && !mayBeEmpty) return null;
  const near = WHOLE.has(field) ? 1 : 0.5;
  const proposed = [min, max, 0, least + near, most - near, (least + most) / 2];
  // No credit limit is given below zero.
  if (field === "creditLimit") min = Math.max(min, 0);
  const fits = (value: number) => value >= min && value <= max && value > above && value < below;
  const isFit = (value: number) => Number.isFinite(value) && fits(value) && (near !== 1 || Number.isInteger(value));
  return { min: least, max: most, mayBeEmpty, mayBeFilled, values: mayBeFilled ? proposed.filter(isFit) : [] };
}

/** Operators that hold for a field of a type that lacks them, as for an empty field. */
const isNegative = ({ op }: Constraint) => op === "isNot" || op === "doesNotContain" || op === "notOn";

/** Bounds of days, once as days and once as distances from today, which cannot be compared for good. */
interface DayRange {
  min: number;
  max: number;
  excluded: Set<number>;
}

function days(field: string, constraints: readonly Constraint[], context: DomainContext): readonly Value[] | null {
  const fixed: DayRange = { min: -Infinity, max: Infinity, excluded: new Set() };
  const relative: DayRange = { min: -Infinity, max: Infinity, excluded: new Set() };
  let [mayBeEmpty, mayBeFilled] = [!NEVER_EMPTY.has(field), true];
  const narrow = (value: DayValue | number | undefined, least: number | null, most: number | null) => {
    if (value === undefined || typeof value === "number") return;
    const [range, at] =
      typeof value === "string" ? [fixed, daysBetween(context.today, value)] : [relative, value.daysFromToday];
    if (least !== null) range.min = Math.max(range.min, at + least);
    if (most !== null) range.max = Math.min(range.max, at + most);
    if (least === null && most === null) range.excluded.add(at);
  };
  for (const constraint of constraints) {
    const { op } = constraint;
    if (op !== "isEmpty" && op !== "notOn" && !isNegative(constraint)) mayBeEmpty = false;
    if (op === "isEmpty") mayBeFilled = false;
    else if (op === "between") {
      narrow(constraint.min, 0, null);
      narrow(constraint.max, null, 0);
    } else if (op === "on") narrow(constraint.value, 0, 0);
    else if (op === "notOn") narrow(constraint.value, null, null);
    else if (op === "before") narrow(constraint.value, null, -1);
    else if (op === "onOrBefore") narrow(constraint.value, null, 0);
    else if (op === "after") narrow(constraint.value, 1, null);
    else if (op === "onOrAfter") narrow(constraint.value, 0, null);
    else if (op !== "isNotEmpty" && !isNegative(constraint)) return null;
  }
  if (isVoid(fixed) || isVoid(relative)) mayBeFilled = false;
  if (!mayBeFilled) return mayBeEmpty ? [null] : null;
  return [...dayValues(field, fixed, relative, context), ...(mayBeEmpty ? [null] : [])];
}

function isVoid({ min, max, excluded }: DayRange): boolean {
  if (min > max) return true;
  if (max - min >= excluded.size) return false;
  for (let at = min; at <= max; at++) if (!excluded.has(at)) return false;
  return true;
}

/** Days that fit both ranges on the present day; a customer is created today at the latest. */
function dayValues(field: string, fixed: DayRange, relative: DayRange, context: DomainContext): string[] {
  const min = Math.max(fixed.min, relative.min);
  const max = Math.min(fixed.max, relative.max, field === "createdAt" ? 0 : Infinity);
  const from = Number.isFinite(min) ? min : Number.isFinite(max) ? max - 30 : -30;
  const to = Math.min(max, from + 30);
  const found: string[] = [];
  for (let at = from; at <= to && found.length < 3; at++) {
    if (!fixed.excluded.has(at) && !relative.excluded.has(at)) found.push(addDays(context.today, at));
  }
  return found;
}

/** An instant whose local day in `timeZone` is `day`. */
export function instantOn(day: string, timeZone: string): string {
  const dayOf = dayReader(timeZone);
  const hours = ["12:00", "00:30", "23:30"].map((hour) => `${day}T${hour}:00.000Z`);
  return hours.find((instant) => dayOf(instant) === day) ?? hours[0]!;
}
