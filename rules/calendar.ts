import { addDays, isDay } from "./days.ts";
import type { Facts } from "./facts.ts";
import { type CompileContext, fieldOf } from "./fields.ts";
import type { Condition, DayValue, Rule } from "./schema.ts";

/**
 * Where the passing of days alone turns a condition round: on the day `days` after the day that the field holds. For
 * overdueDays that day is the due day of the oldest overdue invoice.
 */
export interface CalendarLine {
  field: string;
  days: number;
}

/**
 * The lines that the filters of these rules name: bounds of overdueDays in any rule, and days counted from today in rules that
 * fire on created and updated customers, since no others can fire on what moves nothing but the calendar.
 */
export function calendarLines(rules: readonly Pick<Rule, "trigger" | "filters">[]): CalendarLine[] {
  const lines = rules.flatMap(({ trigger, filters }) => {
    const conditions = filters.flatMap((filter) => ("anyOf" in filter ? filter.anyOf : [filter]));
    const relative = trigger.type === "customerCreatedOrUpdated";
    return conditions.flatMap((condition) => [...overdueLines(condition), ...(relative ? dayLines(condition) : [])]);
  });
  const byKey = new Map(lines.map((line) => [`${line.days} ${line.field}`, line]));
  return [...byKey.values()];
}

/** Does the day of a field plus a line's days lie after `since` and not after the day of these facts? */
export function passesLine(
  lines: readonly CalendarLine[],
  facts: Facts,
  since: string,
  context: CompileContext,
): boolean {
  return lines.some(({ field, days }) => {
    const base = baseOf(field, facts, context);
    if (!isDay(base)) return false;
    const day = addDays(base, days);
    return since < day && day <= facts.asOf;
  });
}

function baseOf(name: string, facts: Facts, context: CompileContext): string | null {
  if (name === "overdueDays") return facts.overdueSince;
  const field = fieldOf(name, context);
  return field.type === "day" || field.type === "instant" ? field.read(facts) : null;
}

/** More days than any invoice can be overdue: beyond them a date has no four-digit year. */
const LONGEST_AGE = 500_000;

/** An age is a whole number, so `>= 29.5` begins to hold at 30 and `<= 30.5` stops at 31. */
function overdueLines(condition: Condition): CalendarLine[] {
  if (condition.field !== "overdueDays") return [];
  const numbers = (values: readonly unknown[]) =>
    values.filter((value) => typeof value === "number").filter((value) => value >= 0 && value <= LONGEST_AGE);
  const line = (days: number): CalendarLine => ({ field: "overdueDays", days });
  if (condition.op === "between") {
    const { min, max } = condition;
    return [...numbers([min]).map((n) => line(Math.ceil(n))), ...numbers([max]).map((n) => line(Math.floor(n) + 1))];
  }
  if (condition.op !== "changed") return [];
  return [
    ...numbers(condition.to ?? []).map((n) => line(Math.ceil(n))),
    ...numbers(condition.from ?? []).map((n) => line(Math.floor(n) + 1)),
  ];
}

/** A day d stands at today + n on day d - n, and before it from the day after. */
function dayLines(condition: Condition): CalendarLine[] {
  const { field } = condition;
  const reached = (value: unknown): CalendarLine[] =>
    isRelative(value) ? [{ field, days: 0 - value.daysFromToday }] : [];
  const passed = (value: unknown): CalendarLine[] =>
    isRelative(value) ? [{ field, days: 1 - value.daysFromToday }] : [];
  switch (condition.op) {
    case "on":
    case "notOn":
      return [...reached(condition.value), ...passed(condition.value)];
    case "before":
    case "onOrAfter":
      return passed(condition.value);
    case "after":
    case "onOrBefore":
      return reached(condition.value);
    case "between":
      return [...passed(condition.min), ...reached(condition.max)];
    default:
      return [];
  }
}

function isRelative(value: unknown): value is Exclude<DayValue, string> {
  return typeof value === "object" && value !== null && "daysFromToday" in value;
}
