import { addDays, isDay } from "./days.ts";
import { type CompileContext, customKey, fieldType } from "./fields.ts";
import type { Condition, ConditionOf, DayValue, Filter } from "./schema.ts";
import { isStorable, isUuid } from "./text.ts";

/** What compiling filters to SQL needs to know of the organization. */
export interface SqlContext extends CompileContext {
  /** The organization's local day (ISO) that relative dates and overdueDays count from. */
  today: string;
}

/** A boolean SQL expression and the values of its `$n`. Every value goes in as text or an array of texts, and is cast. */
export interface SqlFilter {
  text: string;
  params: (string | string[])[];
}

/**
 * Compiles filters to a WHERE expression over a table aliased `c` with the columns of customers. It agrees with
 * compileFilters on every row and is never null. Nothing a user wrote stands in the text. `changed` conditions are false,
 * as there is no change to look at. Where it can, a comparison has the bare column on one side and a value of the column's own
 * type on the other, because only such a one can be served by an index.
 * @param firstParam number of the first placeholder, when the statement has parameters of its own before these
 */
export function filtersToSql(filters: readonly Filter[], context: SqlContext, firstParam = 1): SqlFilter {
  const params = new Params(firstParam);
  const sql = (condition: Condition) => conditionToSql(condition, context, params);
  const parts = filters.map((filter) => ("anyOf" in filter ? `(${filter.anyOf.map(sql).join(" or ")})` : sql(filter)));
  return { text: parts.length === 0 ? "true" : parts.join(" and "), params: params.values };
}

/** The values of a statement's placeholders, numbered from `first` on. */
export class Params {
  readonly values: (string | string[])[] = [];
  readonly #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  /** Adds a value and answers its placeholder, cast to `type`. */
  add(value: string | string[], type: string): string {
    const placeholder = `$${this.#first + this.values.push(value) - 1}`;
    return `${placeholder}::${type}`;
  }
}

const TEXT_COLUMNS: Record<string, string> = {
  name: "c.name",
  externalId: "c.external_id",
  email: "c.email",
  country: "c.country",
  city: "c.city",
  language: "c.language",
  currency: "c.currency",
  rating: "c.rating",
};
const SET_COLUMNS: Record<string, string> = { users: "c.user_ids", paymentMethods: "c.payment_method_ids" };
const NUMBER_COLUMNS: Record<string, string> = {
  outstanding: "c.outstanding",
  due: "c.due",
  overdue: "c.overdue",
  unapplied: "c.unapplied",
  creditLimit: "c.credit_limit",
};
const INSTANT_COLUMNS: Record<string, string> = { createdAt: "c.created_at", lastReminderAt: "c.last_reminder_at" };

/** A column expression that may be null, or the two sums of the delay. */
export type Column =
  | { kind: "text"; sql: string /** The bare column, which an index can serve. */; plain?: string }
  | { kind: "uuid" | "uuids" | "boolean" | "textDay"; sql: string }
  /** `age`: a number of days, and the bare column of the day it is counted from. `whole`: an integer column. */
  | { kind: "number"; sql: string; whole?: true; age?: string }
  /** The local day of an instant; `instant` is the bare column. */
  | { kind: "day"; sql: string; instant: string; zone: string }
  | { kind: "delay"; sql: string; sum: string; weight: string };

/** The column of a field; one that does not exist is always null. */
export function columnOf(field: string, context: SqlContext, params: Params): Column {
  const key = customKey(field);
  if (key !== null) return customColumn(key, field, context, params);
  if (field === "workflow") return { kind: "uuid", sql: "c.workflow_id" };
  if (field === "overdueDays") {
    return {
      kind: "number",
      sql: `(${params.add(context.today, "text::date")} - c.overdue_since)`,
      age: "c.overdue_since",
    };
  }
  if (field === "averagePaymentDelay") {
    return { kind: "delay", sql: "c.delay_amount", sum: "c.delay_amount_days", weight: "c.delay_amount" };
  }
  const text = own(TEXT_COLUMNS, field);
  if (text) return { kind: "text", sql: `nullif(${text}, '')`, plain: text };
  const set = own(SET_COLUMNS, field);
  if (set) return { kind: "uuids", sql: set };
  const number = own(NUMBER_COLUMNS, field);
  if (number) return { kind: "number", sql: number, whole: true };
  const instant = own(INSTANT_COLUMNS, field);
  if (instant) {
    const zone = params.add(context.timeZone, "text");
    return { kind: "day", sql: `(${instant} at time zone ${zone})::date`, instant, zone };
  }
  return { kind: "text", sql: "null::text" };
}

function own(columns: Record<string, string>, field: string): string | undefined {
  return Object.hasOwn(columns, field) ? columns[field] : undefined;
}

/** A stored value of another type than the field's is null here, rather than an error of the cast. */
function customColumn(key: string, field: string, context: SqlContext, params: Params): Column {
  const type = fieldType(field, context.customFields);
  if (type === null || !isStorable(key)) return { kind: "text", sql: "null::text" };
  const name = params.add(key, "text");
  const ofType = (json: string, cast: string, shape = "") =>
    `(case when jsonb_typeof(c.custom_fields -> ${name}) = '${json}'${shape} then (c.custom_fields ->> ${name})${cast} end)`;
  if (type === "boolean") return { kind: "boolean", sql: ofType("boolean", "::boolean") };
  if (type === "number") return { kind: "number", sql: ofType("number", "::numeric") };
  // Days compare as text, byte by byte: a cast could fail on what is no day.
  if (type === "day") {
    const shape = ` and (c.custom_fields ->> ${name}) ~ '^\\d{4}-\\d{2}-\\d{2}$'`;
    return { kind: "textDay", sql: `(${ofType("string", "", shape)} collate "C")` };
  }
  return { kind: "text", sql: `nullif(${ofType("string", "")}, '')` };
}

function conditionToSql(condition: Condition, context: SqlContext, params: Params): string {
  if (condition.op === "changed") return "false";
  const contained = containedValue(condition, context, params);
  if (contained !== null) return contained;
  const column = columnOf(condition.field, context, params);
  switch (condition.op) {
    case "is":
      return isAny(column, condition.values, params);
    case "isNot":
      return `(not ${isAny(column, condition.values, params)})`;
    case "contains":
      return isAny(column, [condition.value], params);
    case "doesNotContain":
      return `(not ${isAny(column, [condition.value], params)})`;
    case "isEmpty":
      return isEmpty(column);
    case "isNotEmpty":
      return `(not ${isEmpty(column)})`;
    case "between":
      return between(column, condition, context, params);
    default:
      return compareDay(column, condition, context, params);
  }
}

/**
 * Equality with a custom field's text or flag as containment in the whole of the custom fields; null for any other condition.
 * A value of another type is not contained, and an empty text counts as an empty field.
 */
function containedValue(condition: Condition, context: SqlContext, params: Params): string | null {
  const key = customKey(condition.field);
  if (key === null || !isStorable(key)) return null;
  const type = fieldType(condition.field, context.customFields);
  const isText = type === "choice" || type === "text";
  if (!isText && type !== "boolean") return null;
  const holds = (values: readonly (string | number | boolean)[]) => {
    const given = values.filter((value) =>
      isText ? typeof value === "string" && value !== "" && isStorable(value) : typeof value === "boolean",
    );
    const objects = given.map((value) => JSON.stringify({ [key]: value }));
    return `(c.custom_fields @> any(${params.add(objects, "text[]::jsonb[]")}))`;
  };
  switch (condition.op) {
    case "is":
      return holds(condition.values);
    case "isNot":
      return `(not ${holds(condition.values)})`;
    case "contains":
      return holds([condition.value]);
    case "doesNotContain":
      return `(not ${holds([condition.value])})`;
    default:
      return null;
  }
}

function isEmpty({ kind, sql }: Column): string {
  return kind === "uuids" ? `(cardinality(coalesce(${sql}, '{}')) = 0)` : `(${sql} is null)`;
}

function isAny(column: Column, values: readonly (string | number | boolean)[], params: Params): string {
  const { kind, sql } = column;
  const texts = values.filter((value): value is string => typeof value === "string" && isStorable(value));
  switch (kind) {
    case "text": {
      const text = column.plain ?? sql;
      const given = texts.filter((value) => value !== "");
      return `(${text} is not null and ${text} = any(${params.add(given, "text[]")}))`;
    }
    case "uuid":
      return `(${sql} is not null and ${sql} = any(${params.add(texts.filter(isUuid), "text[]::uuid[]")}))`;
    case "uuids":
      return `(${sql} is not null and ${sql} && ${params.add(texts.filter(isUuid), "text[]::uuid[]")})`;
    default:
      return "false";
  }
}

function between(column: Column, { min, max }: ConditionOf<"between">, context: SqlContext, params: Params): string {
  const bounds: string[] = [];
  const bound = (limit: typeof min, operator: ">=" | "<=") => {
    if (limit !== undefined) bounds.push(compare(column, operator, limit, context, params));
  };
  bound(min, ">=");
  bound(max, "<=");
  return isOrdered(column) ? `(${[`${column.sql} is not null`, ...bounds].join(" and ")})` : "false";
}

const ORDERED: readonly Column["kind"][] = ["number", "delay", "day", "textDay"];

function isOrdered({ kind }: Column): boolean {
  return ORDERED.includes(kind);
}

const DAY_OPERATORS = { on: "=", before: "<", after: ">", onOrBefore: "<=", onOrAfter: ">=" } as const;

function compareDay(
  column: Column,
  condition: ConditionOf<"on" | "notOn" | "before" | "after" | "onOrBefore" | "onOrAfter">,
  context: SqlContext,
  params: Params,
): string {
  const isDated = column.kind === "day" || column.kind === "textDay";
  if (condition.op === "notOn") {
    return isDated
      ? `(not (${column.sql} is not null and ${compare(column, "=", condition.value, context, params)}))`
      : "true";
  }
  if (!isDated) return "false";
  const holds = compare(column, DAY_OPERATORS[condition.op], condition.value, context, params);
  return `(${column.sql} is not null and ${holds})`;
}

type Comparison = "=" | "<" | ">" | "<=" | ">=";

/** Compares a column that is not null with one value; a value of the wrong kind compares as false. */
function compare(
  column: Column,
  operator: Comparison,
  value: number | DayValue,
  context: SqlContext,
  params: Params,
): string {
  if (typeof value === "number") return compareNumber(column, operator, value, context, params);
  const day = typeof value === "string" ? value : addDays(context.today, value.daysFromToday);
  if (!isDay(day)) return "false";
  if (column.kind === "textDay") return `${column.sql} ${operator} ${params.add(day, 'text collate "C"')}`;
  if (column.kind !== "day") return "false";
  const given = params.add(day, "text::date");
  return [`${column.sql} ${operator} ${given}`, ...roughly(column, operator, given)].join(" and ");
}

/**
 * Bounds on the instant itself that an index can serve. A day wider than needed on either side: where clocks are turned at
 * midnight, a day's local beginning is no sure instant.
 */
function roughly({ instant, zone }: Column & { kind: "day" }, operator: Comparison, day: string): string[] {
  const from = `${instant} >= ((${day} - 1)::timestamp at time zone ${zone})`;
  const to = `${instant} < ((${day} + 2)::timestamp at time zone ${zone})`;
  if (operator === "=") return [from, to];
  return operator === ">" || operator === ">=" ? [from] : [to];
}

function compareNumber(
  column: Column,
  operator: Comparison,
  value: number,
  context: SqlContext,
  params: Params,
): string {
  // Multiplied out rather than divided, which would round.
  if (column.kind === "delay")
    return `${column.sum} ${operator} ${params.add(String(value), "numeric")} * ${column.weight}`;
  if (column.kind !== "number") return "false";
  // The least or greatest integer that still meets the bound.
  const whole = operator === ">=" ? Math.ceil(value) : Math.floor(value);
  if (column.whole) {
    return `${column.sql} ${operator} ${params.add(BigInt(within(whole, MOST_AMOUNT)).toString(), "text::bigint")}`;
  }
  if (column.age !== undefined) {
    // At least so many days old is due on or before that day.
    const days = params.add(String(within(whole, MOST_DAYS)), "text::integer");
    return `${column.age} ${operator === ">=" ? "<=" : ">="} ${params.add(context.today, "text::date")} - ${days}`;
  }
  return `${column.sql} ${operator} ${params.add(String(value), "numeric")}`;
}

/** Beyond every amount and every age of a customer, and within what Postgres' types hold. */
const MOST_AMOUNT = 2 ** 62;
const MOST_DAYS = 1_000_000;

const within = (value: number, most: number) => Math.min(Math.max(value, -most), most);
