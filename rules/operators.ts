import { addDays } from "./days.ts";
import { compareDelay, compareDelays, decimalOf } from "./delay.ts";
import type { Facts } from "./facts.ts";
import type { Field } from "./fields.ts";
import type { Condition, ConditionOf, DayValue } from "./schema.ts";

/** Does it hold for these facts? `before` are the facts before the change, null on creation; only `changed` looks at them. */
export type Test = (facts: Facts, before: Facts | null) => boolean;

const never: Test = () => false;
const always: Test = () => true;

/**
 * Compiles one condition on one field. An empty field makes `is`, `contains`, `between` and date comparisons false and
 * `isNot`, `doesNotContain` and `notOn` true. An operator that the field's type lacks treats the field as empty.
 */
export function compileCondition(condition: Condition, field: Field): Test {
  switch (condition.op) {
    case "is":
      return isAny(condition.values, field);
    case "isNot":
      return not(isAny(condition.values, field));
    case "contains":
      return isAny([condition.value], field);
    case "doesNotContain":
      return not(isAny([condition.value], field));
    case "isEmpty":
      return empty(field);
    case "isNotEmpty":
      return not(empty(field));
    case "between":
      return between(condition, field);
    case "changed":
      return changed(condition, field);
    default:
      return compareDay(condition, field);
  }
}

function not(test: Test): Test {
  return (facts, before) => !test(facts, before);
}

function isAny(values: readonly (string | number | boolean)[], field: Field): Test {
  if (field.type === "set") return setHasAny(values, field.read);
  if (field.type === "delay" || field.type === "number") return never;
  const read: (facts: Facts) => string | boolean | null = field.read;
  const [first, second, third] = values;
  // Up to three values a chain of comparisons is twice as fast as a set.
  if (values.length === 1) return (facts) => read(facts) === first;
  if (values.length === 2) {
    return (facts) => {
      const value = read(facts);
      return value === first || value === second;
    };
  }
  if (values.length === 3) {
    return (facts) => {
      const value = read(facts);
      return value === first || value === second || value === third;
    };
  }
  const set: ReadonlySet<unknown> = new Set(values);
  return (facts) => set.has(read(facts));
}

function setHasAny(values: readonly unknown[], read: (facts: Facts) => readonly string[]): Test {
  if (values.length === 1) {
    const [only] = values;
    return (facts) => {
      for (const member of read(facts)) if (member === only) return true;
      return false;
    };
  }
  const set = new Set(values);
  return (facts) => {
    for (const member of read(facts)) if (set.has(member)) return true;
    return false;
  };
}

function empty(field: Field): Test {
  if (field.type === "set") {
    const { read } = field;
    return (facts) => read(facts).length === 0;
  }
  const { read } = field;
  return (facts) => read(facts) === null;
}

function between({ min, max }: ConditionOf<"between">, field: Field): Test {
  switch (field.type) {
    case "number":
      return numberBetween(asNumber(min, -Infinity), asNumber(max, Infinity), field.read);
    case "delay":
      return delayBetween(min, max, field.read);
    case "day":
    case "instant":
      return dayBetween(asDay(min), asDay(max), field.read);
    default:
      return never;
  }
}

function numberBetween(min: number, max: number, read: (facts: Facts) => number | null): Test {
  return (facts) => {
    const value = read(facts);
    return value !== null && value >= min && value <= max;
  };
}

function delayBetween(min: unknown, max: unknown, read: (facts: Facts) => Facts["delaySums"]): Test {
  const least = typeof min === "number" ? decimalOf(min) : null;
  const most = typeof max === "number" ? decimalOf(max) : null;
  return (facts) => {
    const sums = read(facts);
    if (sums === null) return false;
    return (least === null || compareDelay(sums, least) >= 0) && (most === null || compareDelay(sums, most) <= 0);
  };
}

function dayBetween(min: DayValue | undefined, max: DayValue | undefined, read: (facts: Facts) => string | null): Test {
  const least = min === undefined ? () => "" : dayOf(min);
  const most = max === undefined ? () => "9999-12-31" : dayOf(max);
  return (facts) => {
    const value = read(facts);
    return value !== null && value >= least(facts) && value <= most(facts);
  };
}

function asNumber(bound: ConditionOf<"between">["min"], otherwise: number): number {
  return typeof bound === "number" ? bound : otherwise;
}

function asDay(bound: ConditionOf<"between">["min"]): DayValue | undefined {
  return typeof bound === "number" ? undefined : bound;
}

/** The day a value stands for, counted from the day the facts were taken. */
function dayOf(value: DayValue): (facts: Facts) => string {
  if (typeof value === "string") return () => value;
  const { daysFromToday } = value;
  let today = "";
  let day = "";
  return (facts) => {
    if (facts.asOf !== today) {
      day = addDays(facts.asOf, daysFromToday);
      today = facts.asOf;
    }
    return day;
  };
}

type DayOperator = "on" | "notOn" | "before" | "after" | "onOrBefore" | "onOrAfter";

function compareDay(condition: ConditionOf<DayOperator>, field: Field): Test {
  if (field.type !== "day" && field.type !== "instant") return condition.op === "notOn" ? always : never;
  const { read } = field;
  const bound = dayOf(condition.value);
  switch (condition.op) {
    case "on":
      return (facts) => read(facts) === bound(facts);
    case "notOn":
      return (facts) => read(facts) !== bound(facts);
    case "before":
      return whenDated(read, (day, facts) => day < bound(facts));
    case "after":
      return whenDated(read, (day, facts) => day > bound(facts));
    case "onOrBefore":
      return whenDated(read, (day, facts) => day <= bound(facts));
    case "onOrAfter":
      return whenDated(read, (day, facts) => day >= bound(facts));
  }
}

function whenDated(read: (facts: Facts) => string | null, test: (day: string, facts: Facts) => boolean): Test {
  return (facts) => {
    const day = read(facts);
    return day !== null && test(day, facts);
  };
}

function changed({ from, to }: ConditionOf<"changed">, field: Field): Test {
  const moved = fieldChanged(field);
  const was = from === undefined ? always : oneOf(from, field);
  const is = to === undefined ? always : oneOf(to, field);
  // Before its creation a customer had no values at all.
  const fromNothing = from === undefined || from.includes(null) || from.includes("");
  return (facts, before) =>
    moved(facts, before) && (before === null ? fromNothing : was(before, null)) && is(facts, null);
}

/** Is the field's value one of these, null standing for empty? */
function oneOf(values: readonly (string | number | boolean | null)[], field: Field): Test {
  const given = values.filter((value) => value !== null && value !== "");
  const isEmpty = values.length > given.length ? empty(field) : never;
  const isGiven = equalsAny(given, field);
  return (facts) => isEmpty(facts, null) || isGiven(facts, null);
}

function equalsAny(values: readonly (string | number | boolean | null)[], field: Field): Test {
  if (field.type === "delay") {
    const { read } = field;
    const bounds = values.filter((value) => typeof value === "number").map(decimalOf);
    return (facts) => {
      const sums = read(facts);
      return sums !== null && bounds.some((bound) => compareDelay(sums, bound) === 0);
    };
  }
  if (field.type === "number") {
    const { read } = field;
    const set: ReadonlySet<unknown> = new Set(values);
    return (facts) => set.has(read(facts));
  }
  return isAny(
    values.filter((value) => value !== null),
    field,
  );
}

/**
 * Did the field's value change? On creation every value changed from empty. Members of a set count without their order,
 * a delay by its value, an instant as such and not by its day.
 */
export function fieldChanged(field: Field): Test {
  switch (field.type) {
    case "set": {
      const { read } = field;
      return (facts, before) => !sameMembers(read(facts), before === null ? [] : read(before));
    }
    case "delay": {
      const { read } = field;
      return (facts, before) => {
        const sums = read(facts);
        const former = before === null ? null : read(before);
        if (sums === null || former === null) return sums !== former;
        // Equal sums are what every change but a payment leaves, and cost a twentieth of comparing quotients.
        if (sums[0] === former[0] && sums[1] === former[1]) return false;
        return compareDelays(sums, former) !== 0;
      };
    }
    default: {
      const read: (facts: Facts) => unknown = field.type === "instant" ? field.instant : field.read;
      return (facts, before) => read(facts) !== (before === null ? null : read(before));
    }
  }
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}
