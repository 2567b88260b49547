import { z } from "zod";
import { amountFields } from "../../rules/fields.ts";
import type { Condition, Filter, Trigger } from "../../rules/schema.ts";

/** Words for facts: ids become names, minor units become amounts. */
export class Values {
  constructor(
    /** By id. */
    private readonly names: ReadonlyMap<string, string>,
    /** ISO 4217: the currency in which amounts are written; in a rule, which stands for many customers, none. */
    private readonly currency?: string,
  ) {}

  /** A field's value as a person reads it; an empty one is "empty". */
  show(field: string, value: unknown): string {
    if (value === null || value === undefined || value === "") return "empty";
    if (Array.isArray(value))
      return value.length === 0 ? "empty" : value.map((item) => this.show(field, item)).join(", ");
    if (typeof value === "object") return showObject(value);
    if (typeof value === "number") return this.#showNumber(field, value);
    if (typeof value === "string") return this.#showText(field, value);
    return String(value);
  }

  #showText(field: string, value: string): string {
    const symbolic = /^\{\{\w+:(.+)\}\}$/.exec(value)?.[1];
    return symbolic ?? this.names.get(value) ?? (field === TEXT ? `"${value}"` : value);
  }

  #showNumber(field: string, value: number): string {
    if (amountFields.has(field)) return this.currency === undefined ? plainAmount(value) : amount(value, this.currency);
    if (field === "averagePaymentDelay") return `${value.toLocaleString("en", { maximumFractionDigits: 1 })} days`;
    return value.toLocaleString("en");
  }
}

function showObject(value: object): string {
  if (!("daysFromToday" in value)) return JSON.stringify(value);
  return value.daysFromToday === 0 ? "today" : `today ${signed(Number(value.daysFromToday))} days`;
}

/** As a field name: texts are shown in quotes, because their letters count. */
export const TEXT = "text";

const plainAmount = (cents: number) => (cents / 100).toLocaleString("en", { minimumFractionDigits: 2 });

/** Minor units with their currency: "1,234.50 EUR". */
export function amount(minorUnits: number, currency: string): string {
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${(minorUnits / 10 ** digits).toLocaleString("en", format)} ${currency}`;
}

const signed = (days: number) => (days > 0 ? `+ ${days}` : `− ${-days}`);

const WATCHED = {
  outstandingThreshold: "outstanding",
  ratingThreshold: "rating",
  averagePaymentDelayThreshold: "averagePaymentDelay",
} as const;

/** The fact that a threshold trigger watches, or undefined for a trigger that watches none. */
export function watchedFact(trigger: Trigger): string | undefined {
  return "direction" in trigger ? WATCHED[trigger.type] : undefined;
}

const LABELS: Record<string, string> = {
  averagePaymentDelay: "average payment delay",
  creditLimit: "credit limit",
  overdueDays: "days overdue",
};

/** A field's name in words. */
export function label(field: string): string {
  return LABELS[field] ?? field.replace(/^customFields\./, "").replaceAll("_", " ");
}

/** When a rule fires, in words; amounts without a currency, because each customer has its own. */
export function describeTrigger(trigger: Trigger): string {
  switch (trigger.type) {
    case "customerCreated":
      return "a customer is created";
    case "customerCreatedOrUpdated":
      return trigger.onlyWhenStartsMatching ? "created or updated, once it starts to match" : "created or updated";
    default:
      return `${label(WATCHED[trigger.type])} ${directionOf(trigger)} ${limitOf(trigger)}`;
  }
}

type Threshold = Extract<Trigger, { direction: unknown }>;

const directionOf = ({ direction }: Threshold) => (direction === "exceeds" ? "exceeds" : "falls below");

function limitOf(trigger: Threshold): string {
  const { value } = trigger;
  if (typeof value === "object") return `the ${label(value.field)}`;
  if (trigger.type === "outstandingThreshold") return plainAmount(Number(value));
  return trigger.type === "averagePaymentDelayThreshold" ? `${value} days` : String(value);
}

const inRules = new Values(new Map());

/** A filter of a rule in words: "currency is EUR", "plan is Premium or vip is true". */
export function describeFilter(filter: Filter): string {
  return "anyOf" in filter ? filter.anyOf.map(describeInRule).join(" or ") : describeInRule(filter);
}

function describeInRule({ field, op, ...asked }: Condition): string {
  const { value, values, ...parts } = { value: undefined, values: undefined, ...asked };
  return describeCondition(field, op, value ?? values ?? parts, inRules);
}

/**
 * A condition in words. `expected` is what it asks for: a value, a list of values, `{min, max}` or `{from, to}`; null or an empty
 * object for operators that ask for nothing.
 */
export function describeCondition(field: string, op: string, expected: unknown, values: Values): string {
  const isText = op === "contains" || op === "doesNotContain";
  const show = (value: unknown) => values.show(isText ? TEXT : field, value);
  const bounds = boundsSchema.safeParse(expected).data;
  if (bounds === undefined) return `${label(field)} ${inWords(op)}${expected === null ? "" : ` ${show(expected)}`}`;
  const { min, max, from, to } = bounds;
  if (op === "between") {
    if (max === undefined) return `${label(field)} is at least ${show(min)}`;
    return `${label(field)} is ${min === undefined ? "at most" : `between ${show(min)} and`} ${show(max)}`;
  }
  const ends = [from === undefined ? "" : ` from ${show(from)}`, to === undefined ? "" : ` to ${show(to)}`];
  return `${label(field)} ${inWords(op)}${ends.join("")}`;
}

const anyValue = z.unknown().optional();
const boundsSchema = z.strictObject({ min: anyValue, max: anyValue, from: anyValue, to: anyValue });

/** An operator in words: "is not". */
const inWords = (op: string) => op.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
