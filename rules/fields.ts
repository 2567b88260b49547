import { dayReader, daysBetween, isDayShaped } from "./days.ts";
import type { DelaySums } from "./delay.ts";
import type { CustomFieldDefinition, CustomFieldType, CustomFieldValue, Facts } from "./facts.ts";
import type { Operator } from "./schema.ts";

/** What compiling rules and filters needs to know of the organization. */
export interface CompileContext {
  /** By key. */
  customFields: ReadonlyMap<string, CustomFieldDefinition>;
  /** IANA name; instants compare by their day in it. */
  timeZone: string;
}

/**
 * A field's type as the operators see it. `choice`: one text out of some (SELECT and standard fields), `set`: several ids,
 * `delay`: the average payment delay, kept as exact sums, `instant`: compared by its local day.
 */
export type FieldType = "choice" | "set" | "boolean" | "text" | "number" | "delay" | "day" | "instant";

const EMPTINESS = ["isEmpty", "isNotEmpty"] as const;
const ORDER = ["between", ...EMPTINESS, "changed"] as const;
const DATES = ["on", "notOn", "before", "after", "onOrBefore", "onOrAfter", ...ORDER] as const;
const CHOICES = ["is", "isNot", ...EMPTINESS, "changed"] as const;

/** The operators that each type of field has. */
export const OPERATORS: Record<FieldType, readonly Operator[]> = {
  choice: CHOICES,
  set: CHOICES,
  boolean: ["is", "isNot", "changed"],
  text: ["contains", "doesNotContain", ...EMPTINESS, "changed"],
  number: ORDER,
  delay: ORDER,
  day: DATES,
  instant: DATES,
};

const STANDARD_FIELDS: Record<string, FieldType> = {
  name: "choice",
  externalId: "choice",
  email: "choice",
  country: "choice",
  city: "choice",
  language: "choice",
  currency: "choice",
  rating: "choice",
  workflow: "choice",
  users: "set",
  paymentMethods: "set",
  outstanding: "number",
  due: "number",
  overdue: "number",
  unapplied: "number",
  overdueDays: "number",
  averagePaymentDelay: "delay",
  creditLimit: "number",
  createdAt: "instant",
  lastReminderAt: "instant",
};

/** The standard fields that filters can name, with their types. */
export const standardFields: ReadonlyMap<string, FieldType> = new Map(Object.entries(STANDARD_FIELDS));

/** Fields in minor units of the customer's currency. */
export const amountFields: ReadonlySet<string> = new Set(["outstanding", "due", "overdue", "unapplied", "creditLimit"]);

const CUSTOM_TYPES: Record<CustomFieldType, FieldType> = {
  SELECT: "choice",
  TEXT: "text",
  BOOLEAN: "boolean",
  NUMBER: "number",
  DATE: "day",
};

const CUSTOM = "customFields.";

/** The key of a custom field named `customFields.<key>`, or null for any other field. */
export function customKey(field: string): string | null {
  return field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null;
}

/** The type of a field, or null when there is no such field. */
export function fieldType(field: string, customFields: CompileContext["customFields"]): FieldType | null {
  const key = customKey(field);
  if (key === null) return standardFields.get(field) ?? null;
  const definition = customFields.get(key);
  return definition ? CUSTOM_TYPES[definition.type] : null;
}

/** A field and how to read it from facts. An empty field reads as null; a set as the empty list; instants as their day. */
export type Field =
  | { type: "choice" | "text" | "day"; read: (facts: Facts) => string | null }
  | { type: "instant"; read: (facts: Facts) => string | null; instant: (facts: Facts) => string | null }
  | { type: "set"; read: (facts: Facts) => readonly string[] }
  | { type: "boolean"; read: (facts: Facts) => boolean | null }
  | { type: "number"; read: (facts: Facts) => number | null }
  | { type: "delay"; read: (facts: Facts) => DelaySums | null };

const READERS: Record<string, Exclude<Field, { type: "instant" }>> = {
  // One literal function a field: they stay monomorphic and are inlined, which `facts[name]` would not be.
  name: { type: "choice", read: (facts) => facts.name || null },
  externalId: { type: "choice", read: (facts) => facts.externalId || null },
  email: { type: "choice", read: (facts) => facts.email || null },
  country: { type: "choice", read: (facts) => facts.country || null },
  city: { type: "choice", read: (facts) => facts.city || null },
  language: { type: "choice", read: (facts) => facts.language || null },
  currency: { type: "choice", read: (facts) => facts.currency || null },
  rating: { type: "choice", read: (facts) => facts.rating },
  workflow: { type: "choice", read: (facts) => facts.workflow },
  users: { type: "set", read: (facts) => facts.users },
  paymentMethods: { type: "set", read: (facts) => facts.paymentMethods },
  outstanding: { type: "number", read: (facts) => facts.outstanding },
  due: { type: "number", read: (facts) => facts.due },
  overdue: { type: "number", read: (facts) => facts.overdue },
  unapplied: { type: "number", read: (facts) => facts.unapplied },
  overdueDays: { type: "number", read: overdueDays },
  averagePaymentDelay: { type: "delay", read: (facts) => facts.delaySums },
  creditLimit: { type: "number", read: (facts) => facts.creditLimit },
};

/** Age in days of the oldest overdue invoice on the day the facts were taken; null when nothing is overdue. */
export function overdueDays(facts: Facts): number | null {
  return facts.overdueSince === null ? null : daysBetween(facts.overdueSince, facts.asOf);
}

/** Looks a field up. One that does not exist (any more) reads as a field that is always empty. */
export function fieldOf(name: string, context: CompileContext): Field {
  const key = customKey(name);
  if (key !== null) return customField(key, context.customFields.get(key));
  if (name === "createdAt") return instantField((facts) => facts.createdAt, context.timeZone);
  if (name === "lastReminderAt") return instantField((facts) => facts.lastReminderAt, context.timeZone);
  return (Object.hasOwn(READERS, name) ? READERS[name] : undefined) ?? { type: "choice", read: () => null };
}

function instantField(instant: (facts: Facts) => string | null, timeZone: string): Field {
  const dayOf = dayReader(timeZone);
  const read = (facts: Facts) => {
    const value = instant(facts);
    return value === null ? null : dayOf(value);
  };
  return { type: "instant", read, instant };
}

/** A stored value of another type than the field's reads as empty, in SQL too. */
function customField(key: string, definition: CustomFieldDefinition | undefined): Field {
  const value = customValue(key);
  const text = (facts: Facts) => {
    const found = value(facts);
    return typeof found === "string" && found !== "" ? found : null;
  };
  switch (definition?.type) {
    case "BOOLEAN":
      return { type: "boolean", read: (facts) => ofType(value(facts), "boolean") };
    case "NUMBER":
      return { type: "number", read: (facts) => ofType(value(facts), "number") };
    case "DATE":
      return { type: "day", read: (facts) => dayOrNull(value(facts)) };
    case "TEXT":
      return { type: "text", read: text };
    case "SELECT":
      return { type: "choice", read: text };
    case undefined:
      return { type: "choice", read: () => null };
  }
}

function ofType(value: CustomFieldValue | undefined, type: "boolean"): boolean | null;
function ofType(value: CustomFieldValue | undefined, type: "number"): number | null;
function ofType(value: CustomFieldValue | undefined, type: string): CustomFieldValue | null {
  return value !== undefined && typeof value === type ? value : null;
}

function dayOrNull(value: CustomFieldValue | undefined): string | null {
  return isDayShaped(value) ? value : null;
}

function customValue(key: string): (facts: Facts) => CustomFieldValue | undefined {
  // A key such as "constructor" would otherwise find what every object inherits.
  if (key in Object.prototype) {
    return (facts) => (Object.hasOwn(facts.customFields, key) ? facts.customFields[key] : undefined);
  }
  return (facts) => facts.customFields[key];
}
