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
 * as there is no change to look at.
 * @param firstParam number of the first placeholder, when the statement has parameters of its own before these
 */
export function filtersToSql(filters: readonly Filter[], context: SqlContext, firstParam = 1): SqlFilter {
  const params = new Params(firstParam);
  const sql = (condition: Condition) => conditionToSql(condition, context, params);
  const parts = filters.map((filter) => ("anyOf" in filter ? `(${filter.anyOf.map(sql).join(" or ")})` : sql(filter)));
  return { text: parts.length === 0 ? "true" : parts.join(" and "), params: params.values };
}

class Params {
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
type Column =
  | { kind: "text"; sql: string /** The bare column, which an index can serve. */; plain?: string }
  | { kind: "uuid" | "uuids" | "boolean" | "number" | "day" | "textDay"; sql: string }
  | { kind: "delay"; sql: string; sum: string; weight: string };

function columnOf(field: string, context: SqlContext, params: Params): Column {
  const key = customKey(field);
  if (key !== null) return customColumn(key, field, context, params);
  if (field === "workflow") return { kind: "uuid", sql: "c.workflow_id" };
  if (field === "overdueDays") {
    return { kind: "number", sql: `(${params.add(context.today, "text::date")} - c.overdue_since)` };
  }
  if (field === "averagePaymentDelay") {
    return { kind: "delay", sql: "c.delay_amount", sum: "c.delay_amount_days", weight: "c.delay_amount" };
  }
  const text = own(TEXT_COLUMNS, field);
  if (text) return { kind: "text", sql: `nullif(${text}, '')`, plain: text };
  const set = own(SET_COLUMNS, field);
  if (set) return { kind: "uuids", sql: set };
  const number = own(NUMBER_COLUMNS, field);
  if (number) return { kind: "number", sql: number };
  const instant = own(INSTANT_COLUMNS, field);
  if (instant) {
    return { kind: "day", sql: `(${instant} at time zone ${params.add(context.timeZone, "text")})::date` };
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
    case "boolean": {
      const flags = values.filter((value) => typeof value === "boolean").map(String);
      return `(${sql} is not null and ${sql} = any(${params.add(flags, "text[]::boolean[]")}))`;
    }
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

function isOrdered({ kind }: Column): boolean {
  return kind === "number" || kind === "delay" || kind === "day" || kind === "textDay";
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
  if (typeof value === "number") {
    // Multiplied out rather than divided, which would round.
    if (column.kind === "delay") {
      return `${column.sum} ${operator} ${params.add(String(value), "numeric")} * ${column.weight}`;
    }
    return column.kind === "number" ? `${column.sql} ${operator} ${params.add(String(value), "numeric")}` : "false";
  }
  const day = typeof value === "string" ? value : addDays(context.today, value.daysFromToday);
  if (!isDay(day)) return "false";
  if (column.kind === "textDay") return `${column.sql} ${operator} ${params.add(day, 'text collate "C"')}`;
  return column.kind === "day" ? `${column.sql} ${operator} ${params.add(day, "text::date")}` : "false";
}
