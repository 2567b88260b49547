import type { Facts } from "../../rules/facts.ts";
import type { DayValue, Filter } from "../../rules/schema.ts";
import { type Case, holds, runCases } from "./cases.ts";

const DAY = "2026-02-10";
const on = (renewal: string): Partial<Facts> => ({ customFields: { renewal } });
const renewal = (op: "on" | "notOn" | "before" | "after" | "onOrBefore" | "onOrAfter", value: DayValue): Filter => ({
  field: "customFields.renewal",
  op,
  value,
});

/** Operator → does it hold the day before, on the day, the day after, and for an empty field? */
const TABLE = {
  on: [false, true, false, false],
  notOn: [true, false, true, true],
  before: [true, false, false, false],
  after: [false, false, true, false],
  onOrBefore: [true, true, false, false],
  onOrAfter: [false, true, true, false],
} as const;

function row(op: keyof typeof TABLE, value: DayValue, label: string): Case[] {
  const [dayBefore, sameDay, dayAfter, empty] = TABLE[op];
  return [
    holds(`${op} ${label}: the day before`, renewal(op, value), on("2026-02-09"), dayBefore),
    holds(`${op} ${label}: the day itself`, renewal(op, value), on(DAY), sameDay),
    holds(`${op} ${label}: the day after`, renewal(op, value), on("2026-02-11"), dayAfter),
    holds(`${op} ${label}: an empty field`, renewal(op, value), {}, empty),
  ];
}

const OPERATORS = ["on", "notOn", "before", "after", "onOrBefore", "onOrAfter"] as const;
runCases(
  "a DATE against a day",
  OPERATORS.flatMap((op) => row(op, DAY, "a day")),
);
// The facts of these cases are as of 2026-03-01, 19 days later.
runCases(
  "a DATE against a relative day",
  OPERATORS.flatMap((op) => row(op, { daysFromToday: -19 }, "19 days ago")),
);

const between = (min?: DayValue, max?: DayValue): Filter => ({
  field: "customFields.renewal",
  op: "between",
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

runCases("between on dates", [
  holds("at min", between(DAY, "2026-02-12"), on(DAY), true),
  holds("at max", between(DAY, "2026-02-12"), on("2026-02-12"), true),
  holds("before min", between(DAY, "2026-02-12"), on("2026-02-09"), false),
  holds("after max", between(DAY, "2026-02-12"), on("2026-02-13"), false),
  holds("min alone", between(DAY), on("2030-01-01"), true),
  holds("max alone", between(undefined, DAY), on("2030-01-01"), false),
  holds("relative bounds", between({ daysFromToday: -30 }, { daysFromToday: 0 }), on("2026-03-01"), true),
  holds("past a relative bound", between({ daysFromToday: -30 }, { daysFromToday: 0 }), on("2026-03-02"), false),
  holds("an empty field", between(undefined, "9999-12-31"), {}, false),
]);

const created = (op: "on" | "before", value: DayValue): Filter => ({ field: "createdAt", op, value });
const late = { createdAt: "2026-01-10T23:30:00.000Z" };

runCases("instants compare by their day in the organization's time zone", [
  holds("half past eleven at night is that day in UTC", created("on", "2026-01-10"), late, true),
  { ...holds("and the next day in Paris", created("on", "2026-01-11"), late, true), timeZone: "Europe/Paris" },
  { ...holds("so no more the same day there", created("on", "2026-01-10"), late, false), timeZone: "Europe/Paris" },
  {
    ...holds("summer time counts", created("on", "2026-07-11"), { createdAt: "2026-07-10T22:30:00.000Z" }, true),
    timeZone: "Europe/Paris",
  },
  {
    ...holds(
      "west of Greenwich it is still the day before",
      created("on", "2026-01-10"),
      { createdAt: "2026-01-11T04:00:00.000Z" },
      true,
    ),
    timeZone: "America/New_York",
  },
  holds("an instant with an offset", created("on", "2026-01-09"), { createdAt: "2026-01-10T00:30:00+02:00" }, true),
  holds("no reminder is before no day", { field: "lastReminderAt", op: "before", value: "2030-01-01" }, {}, false),
  holds("no reminder is notOn any day", { field: "lastReminderAt", op: "notOn", value: "2026-01-01" }, {}, true),
  holds(
    "not reminded for thirty days",
    { field: "lastReminderAt", op: "onOrBefore", value: { daysFromToday: -30 } },
    { lastReminderAt: "2026-01-30T12:00:00.000Z" },
    true,
  ),
]);
