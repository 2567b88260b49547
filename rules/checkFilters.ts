import { isDay } from "./days.ts";
import type { MistakeCode } from "./errors.ts";
import type { CustomFieldDefinition } from "./facts.ts";
import { amountFields, customKey, type FieldType, fieldType, OPERATORS } from "./fields.ts";
import { type Condition, type ConditionOf, MAX_AMOUNT } from "./schema.ts";

/** What an organization has, as far as rules can name it. Ids are lower-case UUIDs. */
export interface CheckContext {
  customFields: ReadonlyMap<string, CustomFieldDefinition>;
  userIds: ReadonlySet<string>;
  /** Ids by lower-case email. */
  userIdsByEmail: ReadonlyMap<string, string>;
  workflowIds: ReadonlySet<string>;
  paymentMethodIds: ReadonlySet<string>;
  /** Kinds by channel id. */
  channelIds: ReadonlyMap<string, string>;
}

/** Notes one mistake. */
export type Report = (path: readonly PropertyKey[], code: MistakeCode, message: string) => void;

type Path = readonly PropertyKey[];
type Value = string | number | boolean | null;

/**
 * Judges one condition that has the right shape: field, operator and the types of its values. Answers it in the form in
 * which it is stored, with users named by id.
 */
export function checkCondition(
  condition: Condition,
  path: Path,
  context: CheckContext,
  changedAllowed: boolean,
  report: Report,
): Condition {
  const { field, op } = condition;
  const type = fieldType(field, context.customFields);
  if (type === null) {
    report([...path, "field"], "unknown_field", `there is no field "${field}"`);
    return condition;
  }
  if (!OPERATORS[type].includes(op)) {
    report([...path, "op"], "operator_not_for_field", operatorMessage(field, type, op));
    return condition;
  }
  const values: ValueCheck = { field, type, context, report };
  switch (condition.op) {
    case "is":
    case "isNot":
      return { ...condition, values: checkValues(condition.values, [...path, "values"], values) };
    case "between":
      checkBounds(condition, path, values);
      return condition;
    case "changed":
      if (!changedAllowed) {
        report([...path, "op"], "changed_not_allowed", "changed is for customerCreatedOrUpdated rules only");
      }
      return checkChanged(condition, path, values);
    case "isEmpty":
    case "isNotEmpty":
    case "contains":
    case "doesNotContain":
      return condition;
    default:
      checkDay(condition.value, [...path, "value"], report);
      return condition;
  }
}

function operatorMessage(field: string, type: FieldType, op: string): string {
  return `"${field}" cannot be compared by ${op}, but by ${OPERATORS[type].join(", ")}`;
}

interface ValueCheck {
  field: string;
  type: FieldType;
  context: CheckContext;
  report: Report;
}

function checkValues<V extends Value>(values: readonly V[], path: Path, check: ValueCheck): (V | string)[] {
  return values.map((value, place) => checkValue(value, [...path, place], check));
}

function checkChanged(condition: ConditionOf<"changed">, path: Path, check: ValueCheck): Condition {
  const { from, to, ...rest } = condition;
  return {
    ...rest,
    ...(from && { from: checkValues(from, [...path, "from"], check) }),
    ...(to && { to: checkValues(to, [...path, "to"], check) }),
  };
}

/** Checks one value of a list against the field's type; null stands for empty and fits any. */
function checkValue<V extends Value>(value: V, path: Path, check: ValueCheck): V | string {
  const { field, type, report } = check;
  if (value === null) return value;
  switch (type) {
    case "boolean":
      if (typeof value !== "boolean") report(path, "wrong_type", "must be true or false");
      return value;
    case "number":
    case "delay":
      checkNumber(value, path, field, report);
      return value;
    case "day":
    case "instant":
      checkDay(value, path, report);
      return value;
    default:
      if (typeof value === "string") return checkText(value, path, check);
      report(path, "wrong_type", "must be text");
      return value;
  }
}

/** Fields that hold codes; another text is held by no customer. */
const CODES: Readonly<Record<string, { shape: RegExp; what: string } | undefined>> = {
  country: { shape: /^[A-Z]{2}$/, what: "ISO 3166 code such as FR" },
  currency: { shape: /^[A-Z]{3}$/, what: "ISO 4217 code such as EUR" },
};

/** What a field's texts can be where it is not any text at all. */
function checkText(value: string, path: Path, { field, context, report }: ValueCheck): string {
  const known = (ids: { has: (id: string) => boolean }, what: string) => {
    const id = value.toLowerCase();
    if (!ids.has(id)) report(path, "unknown_id", `there is no ${what} "${value}"`);
    return id;
  };
  if (field === "users") return userId(value, path, context, report);
  if (field === "workflow") return known(context.workflowIds, "workflow");
  if (field === "paymentMethods") return known(context.paymentMethodIds, "payment method");
  if (field === "rating" && !["A", "B", "C", "D"].includes(value)) {
    report(path, "unknown_option", "must be one of A, B, C, D");
  }
  const code = CODES[field];
  if (code !== undefined && !code.shape.test(value)) report(path, "invalid", `must be an upper-case ${code.what}`);
  const definition = context.customFields.get(customKey(field) ?? "");
  if (customKey(field) !== null && definition?.type === "SELECT" && !definition.options.includes(value)) {
    report(path, "unknown_option", `"${value}" is no option of "${definition.label}"`);
  }
  return value;
}

/** The id of a user named by id or by email. */
export function userId(value: string, path: Path, context: CheckContext, report: Report): string {
  const lower = value.toLowerCase();
  if (context.userIds.has(lower)) return lower;
  const found = context.userIdsByEmail.get(lower);
  if (found === undefined) report(path, "unknown_id", `there is no user "${value}"`);
  return found ?? value;
}

/** A finite number; for amounts, whole minor units within the accepted range. */
export function checkNumber(value: unknown, path: Path, field: string, report: Report): void {
  if (typeof value !== "number") report(path, "wrong_type", "must be a number");
  else if (!amountFields.has(field)) return;
  else if (!Number.isInteger(value)) report(path, "wrong_type", "must be whole minor units");
  else if (Math.abs(value) > MAX_AMOUNT) report(path, "invalid", `must lie between −10^13 and 10^13`);
}

function checkDay(value: unknown, path: Path, report: Report): void {
  if (typeof value === "object") return;
  if (!isDay(value)) report(path, "wrong_type", 'must be a day such as "2026-01-31"');
}

function checkBounds({ min, max }: ConditionOf<"between">, path: Path, { field, type, report }: ValueCheck): void {
  if (min === undefined && max === undefined) {
    report(path, "bounds_missing", "between needs min or max");
    return;
  }
  const check = (bound: typeof min, key: string) => {
    if (bound === undefined) return;
    if (type === "number" || type === "delay") checkNumber(bound, [...path, key], field, report);
    else checkDay(bound, [...path, key], report);
  };
  check(min, "min");
  check(max, "max");
  if (isAbove(min, max)) report([...path, "min"], "bounds_reversed", "min is above max");
}

/** A fixed day and one relative to today cannot be compared once and for all. */
function isAbove(min: ConditionOf<"between">["min"], max: ConditionOf<"between">["max"]): boolean {
  if (typeof min === "object" && typeof max === "object") return min.daysFromToday > max.daysFromToday;
  if (typeof min === "number" && typeof max === "number") return min > max;
  return typeof min === "string" && typeof max === "string" && min > max;
}
