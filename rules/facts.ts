/**
 * Facts: what rules can see of one customer at one moment. Every recorded change holds two of them, `before` and `after`.
 * Money is in minor units of the customer's currency, delays and ages are in days.
 */

/** The letter brackets of the average payment delay: A ≤ 30 days, B ≤ 60, C ≤ 90, D above. */
export type Rating = "A" | "B" | "C" | "D";

/** A custom field's value: text, option and ISO day as string; number; boolean. A field without value is absent. */
export type CustomFieldValue = string | number | boolean;

/** What rules can set on a customer and can disagree about. */
export type Slot = "workflow" | "users" | "paymentMethods" | "excluded";

/** Who wrote. `schedule` never writes a slot. */
export type Source = "salesforce" | "api" | "rule" | "csv" | "manual" | "schedule";

export interface Facts {
  externalId: string | null;
  name: string | null;
  email: string | null;
  country: string | null;
  city: string | null;
  language: string | null;
  currency: string | null;
  /** Minor units; null means no limit. */
  creditLimit: number | null;
  parentId: string | null;
  /** ISO instant. */
  createdAt: string;
  /** ISO instant. Writing it raises no change, so it is as of the last change. */
  lastReminderAt: string | null;
  customFields: Record<string, CustomFieldValue>;
  /** Minor units; outstanding = due + overdue − unapplied. */
  outstanding: number;
  due: number;
  overdue: number;
  unapplied: number;
  /** Due day (ISO) of the oldest overdue invoice; overdueDays = asOf − overdueSince. */
  overdueSince: string | null;
  /** Σ(amount × delay) and Σ(amount) of the invoices that count, as decimal integers: their quotient is the exact average payment delay. */
  delaySums: [amountDays: string, amount: string] | null;
  rating: Rating | null;
  /** Collection workflow id. */
  workflow: string | null;
  /** User ids, in the order of assignment. */
  users: string[];
  paymentMethods: string[];
  /** The organization's local day (ISO) on which these facts were taken: "today" for relative dates and overdueDays. */
  asOf: string;
}

/** A custom field's definition as rules need it. */
export type CustomFieldType = "TEXT" | "SELECT" | "BOOLEAN" | "NUMBER" | "DATE";
export interface CustomFieldDefinition {
  key: string;
  label: string;
  type: CustomFieldType;
  /** Options of a SELECT field. */
  options: string[];
}
