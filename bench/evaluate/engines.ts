import { Environment } from "@marcbachmann/cel-js";
import { LogicEngine } from "json-logic-engine";
import { type ConditionProperties, Engine } from "json-rules-engine";
import { compileFilters } from "../../rules/compile.ts";
import type { Facts } from "../../rules/facts.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Filter } from "../../rules/schema.ts";

/** An engine with the twenty conditions compiled: does it hold for these facts? */
export interface ContendingEngine {
  name: string;
  packageName: string | null;
  test: (facts: Facts) => boolean | Promise<boolean>;
}

type Expectation =
  | { field: string; op: "is" | "isNot"; values: string[] }
  | { field: string; op: "true" }
  | { field: string; op: "member"; value: string }
  | { field: string; op: "between"; min: number; max: number };

export const OWNER = "0190a000-0000-7000-8000-00000000000a";
const CARD = "0190b000-0000-7000-8000-000000000001";

/** Twenty conditions that every contender can express: texts, numbers, flags and lists, on standard and custom fields. */
const CONDITIONS: Expectation[] = [
  { field: "country", op: "is", values: ["US", "CA"] },
  { field: "currency", op: "is", values: ["USD"] },
  { field: "language", op: "is", values: ["en", "fr", "es"] },
  { field: "city", op: "isNot", values: ["Paris"] },
  { field: "rating", op: "is", values: ["B", "C"] },
  { field: "outstanding", op: "between", min: 100_000, max: 9_000_000 },
  { field: "due", op: "between", min: 0, max: 5_000_000 },
  { field: "overdue", op: "between", min: 50_000, max: 8_000_000 },
  { field: "unapplied", op: "between", min: 0, max: 1_000_000 },
  { field: "creditLimit", op: "between", min: 10_000, max: 90_000_000 },
  { field: "users", op: "member", value: OWNER },
  { field: "paymentMethods", op: "member", value: CARD },
  { field: "customFields.plan", op: "is", values: ["Premium", "Gold"] },
  { field: "customFields.segment", op: "is", values: ["B2B"] },
  { field: "customFields.vip", op: "true" },
  { field: "customFields.score", op: "between", min: 0.5, max: 9.5 },
  { field: "externalId", op: "isNot", values: ["C-none"] },
  { field: "email", op: "isNot", values: ["nobody@example.test", "test@example.test"] },
  { field: "name", op: "isNot", values: ["Test"] },
  {
    field: "workflow",
    op: "is",
    values: ["0190c000-0000-7000-8000-000000000001", "0190c000-0000-7000-8000-000000000002"],
  },
];

const definition = (key: string, type: "SELECT" | "TEXT" | "BOOLEAN" | "NUMBER", options: string[] = []) =>
  [key, { key, label: key, type, options }] as const;

const context: CompileContext = {
  timeZone: "UTC",
  customFields: new Map([
    definition("plan", "SELECT", ["Premium", "Gold"]),
    definition("segment", "SELECT", ["B2B"]),
    definition("vip", "BOOLEAN"),
    definition("score", "NUMBER"),
  ]),
};

/** Every contender with the conditions compiled in the way its makers recommend for speed. */
export function contenders(): ContendingEngine[] {
  return [tripline(), jsonLogic(), cel(), jsonRules()];
}

function tripline(): ContendingEngine {
  const filters = CONDITIONS.map((expected): Filter => {
    const { field } = expected;
    if (expected.op === "between") return { field, op: "between", min: expected.min, max: expected.max };
    if (expected.op === "member") return { field, op: "is", values: [expected.value] };
    return expected.op === "true"
      ? { field, op: "is", values: [true] }
      : { field, op: expected.op, values: expected.values };
  });
  const { hold } = compileFilters(filters, context);
  return { name: "tripline", packageName: null, test: (facts) => hold(facts, null) };
}

function toLogic(expected: Expectation): object {
  const value = { var: expected.field };
  switch (expected.op) {
    case "is":
      return expected.values.length === 1 ? { "===": [value, expected.values[0]] } : { in: [value, expected.values] };
    case "isNot":
      return expected.values.length === 1
        ? { "!==": [value, expected.values[0]] }
        : { "!": [{ in: [value, expected.values] }] };
    case "true":
      return { "===": [value, true] };
    case "member":
      return { in: [expected.value, value] };
    case "between":
      return { "<=": [expected.min, value, expected.max] };
  }
}

function jsonLogic(): ContendingEngine {
  const built = new LogicEngine().build({ and: CONDITIONS.map(toLogic) });
  return { name: "json-logic-engine, built", packageName: "json-logic-engine", test: (facts) => built(facts) === true };
}

const quote = (text: string) => JSON.stringify(text);
/** Written as a double, which is what CEL takes the numbers of JavaScript for. */
const double = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

function toCel(expected: Expectation): string {
  const { field } = expected;
  switch (expected.op) {
    case "is":
      return expected.values.length === 1
        ? `${field} == ${quote(expected.values[0]!)}`
        : `${field} in [${expected.values.map(quote)}]`;
    case "isNot":
      return expected.values.length === 1
        ? `${field} != ${quote(expected.values[0]!)}`
        : `!(${field} in [${expected.values.map(quote)}])`;
    case "true":
      return `${field} == true`;
    case "member":
      return `${quote(expected.value)} in ${field}`;
    case "between":
      return `${field} >= ${double(expected.min)} && ${field} <= ${double(expected.max)}`;
  }
}

function cel(): ContendingEngine {
  const expression = CONDITIONS.map((expected) => `(${toCel(expected)})`).join(" && ");
  const parsed = new Environment({ unlistedVariablesAreDyn: true }).parse(expression);
  const test = (facts: Facts) => parsed(facts) === true;
  return { name: "@marcbachmann/cel-js, parsed", packageName: "@marcbachmann/cel-js", test };
}

function toJsonRules(expected: Expectation): ConditionProperties[] {
  const [fact = "", key] = expected.field.split(".");
  const on = key === undefined ? { fact } : { fact, path: `$.${key}` };
  switch (expected.op) {
    case "is":
      return [{ ...on, operator: "in", value: expected.values }];
    case "isNot":
      return [{ ...on, operator: "notIn", value: expected.values }];
    case "true":
      return [{ ...on, operator: "equal", value: true }];
    case "member":
      return [{ ...on, operator: "contains", value: expected.value }];
    case "between":
      return [
        { ...on, operator: "greaterThanInclusive", value: expected.min },
        { ...on, operator: "lessThanInclusive", value: expected.max },
      ];
  }
}

function jsonRules(): ContendingEngine {
  const all = CONDITIONS.flatMap(toJsonRules);
  const engine = new Engine([{ conditions: { all }, event: { type: "matched" } }], { allowUndefinedFacts: true });
  const test = async (facts: Facts) => (await engine.run({ ...facts })).events.length > 0;
  return { name: "json-rules-engine", packageName: "json-rules-engine", test };
}
