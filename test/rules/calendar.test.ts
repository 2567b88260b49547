import { describe, expect, it } from "vitest";
import { calendarLines, passesLine } from "../../rules/calendar.ts";
import { addDays } from "../../rules/days.ts";
import { fieldOf } from "../../rules/fields.ts";
import { compileCondition } from "../../rules/operators.ts";
import { type Filter, Filters, type Trigger } from "../../rules/schema.ts";
import { context, facts } from "./fixtures.ts";

const UPDATED: Trigger = { type: "customerCreatedOrUpdated" };
const THRESHOLD: Trigger = { type: "outstandingThreshold", direction: "exceeds", value: 1 };
const linesOf = (filters: unknown, trigger: Trigger = UPDATED) =>
  calendarLines([{ trigger, filters: Filters.parse(filters) as Filter[] }]).map(
    ({ field, days }) => `${field} ${days}`,
  );
const age = (bounds: object) => ({ field: "overdueDays", op: "between", ...bounds });

describe("lines that filters name", () => {
  it.each([
    [[age({ min: 30 })], ["overdueDays 30"]],
    [[age({ min: -5, max: 1e13 })], []],
    [[age({ max: 30 })], ["overdueDays 31"]],
    [[age({ min: 29.5, max: 59.5 })], ["overdueDays 30", "overdueDays 60"]],
    [[{ anyOf: [age({ min: 30 }), age({ min: 30, max: 60 })] }], ["overdueDays 30", "overdueDays 61"]],
    [[{ field: "overdueDays", op: "changed", from: [10], to: [20, null] }], ["overdueDays 20", "overdueDays 11"]],
    [[{ field: "overdueDays", op: "changed" }], []],
    [[{ field: "overdueDays", op: "isNotEmpty" }], []],
    [[{ field: "outstanding", op: "between", min: 30 }], []],
    [[{ field: "createdAt", op: "before", value: { daysFromToday: -30 } }], ["createdAt 31"]],
    [[{ field: "createdAt", op: "onOrBefore", value: { daysFromToday: -30 } }], ["createdAt 30"]],
    [[{ field: "createdAt", op: "on", value: { daysFromToday: 0 } }], ["createdAt 0", "createdAt 1"]],
    [[{ field: "createdAt", op: "on", value: "2026-01-31" }], []],
    [
      [{ field: "createdAt", op: "between", min: { daysFromToday: -7 }, max: { daysFromToday: 7 } }],
      ["createdAt 8", "createdAt -7"],
    ],
  ])("%j names %j", (filters, expected) => {
    expect(linesOf(filters)).toEqual(expected);
  });

  it("counts ages of every rule, but days from today only of rules that fire on updates", () => {
    const filters = [age({ min: 30 }), { field: "createdAt", op: "before", value: { daysFromToday: -30 } }];
    expect(linesOf(filters, THRESHOLD)).toEqual(["overdueDays 30"]);
  });
});

describe("passing a line", () => {
  const conditions = [
    age({ min: 3 }),
    age({ max: 3 }),
    ...(["on", "notOn", "before", "after", "onOrBefore", "onOrAfter"] as const).map((op) => ({
      ...{ field: "createdAt", op, value: { daysFromToday: -3 } },
    })),
    { field: "createdAt", op: "between", min: { daysFromToday: -4 }, max: { daysFromToday: -2 } },
  ];

  it.each(conditions)("%j: every night on which it turns round is passed, whatever the days between", (condition) => {
    const [filter] = Filters.parse([condition]) as Filter[];
    if (filter === undefined || "anyOf" in filter) throw new Error("one condition");
    const lines = calendarLines([{ trigger: UPDATED, filters: [filter] }]);
    const holds = compileCondition(filter, fieldOf(filter.field, context));
    const on = (asOf: string) => ({
      ...facts({ createdAt: "2026-01-10T12:00:00.000Z", overdueSince: "2026-01-10", asOf }),
    });
    let turned = 0;
    for (let day = "2026-01-11"; day < "2026-01-25"; day = addDays(day, 1)) {
      for (const later of [day, addDays(day, 1), addDays(day, 3)]) {
        const turns = holds(on(day), null) !== holds(on(later), null);
        if (turns) turned += 1;
        const passes = passesLine(lines, on(later), day, context);
        // Days that lie beyond both sides of an equality pass it without turning it round.
        if (turns || day === later) expect(passes, `${day} to ${later}`).toBe(turns);
      }
    }
    expect(turned).toBeGreaterThan(0);
  });

  it("is not possible for an empty field", () => {
    const lines = calendarLines([{ trigger: UPDATED, filters: Filters.parse([age({ min: 3 })]) as Filter[] }]);
    expect(passesLine(lines, facts({ overdueSince: null, asOf: "2026-01-25" }), "2026-01-11", context)).toBe(false);
  });
});
