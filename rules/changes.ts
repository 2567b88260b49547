import type { Facts } from "./facts.ts";

/** Texts, numbers and the like that are compared as they are; `asOf` and `lastReminderAt` move without a change. */
const PLAIN = [
  ["externalId", "externalId"],
  ["name", "name"],
  ["email", "email"],
  ["country", "country"],
  ["city", "city"],
  ["language", "language"],
  ["currency", "currency"],
  ["creditLimit", "creditLimit"],
  ["parentId", "parentId"],
  ["createdAt", "createdAt"],
  ["outstanding", "outstanding"],
  ["due", "due"],
  ["overdue", "overdue"],
  ["unapplied", "unapplied"],
  // The age itself grows every night; what is stored is the day it counts from.
  ["overdueDays", "overdueSince"],
  ["rating", "rating"],
  ["workflow", "workflow"],
] as const satisfies readonly (readonly [string, keyof Facts])[];

/**
 * The names of the facts that differ, as filters name them (and `parentId`). On creation, those that have a value.
 * Facts are compared as they are recorded, the order of assigned users included, so that a change's `before` can always
 * equal the previous `after`. The daily growth of overdueDays and a new lastReminderAt are no differences.
 */
export function changedFields(before: Facts | null, after: Facts): string[] {
  const fields: string[] = PLAIN.filter(([, key]) => (before?.[key] ?? null) !== after[key]).map(([name]) => name);
  if (!sameSums(before?.delaySums ?? null, after.delaySums)) fields.push("averagePaymentDelay");
  if (!sameList(before?.users ?? [], after.users)) fields.push("users");
  if (!sameList(before?.paymentMethods ?? [], after.paymentMethods)) fields.push("paymentMethods");
  return fields.concat(changedCustomFields(before?.customFields ?? {}, after.customFields));
}

/** Did any fact change, so that there is a change to record? */
export function factsChanged(before: Facts | null, after: Facts): boolean {
  return before === null || changedFields(before, after).length > 0;
}

function changedCustomFields(before: Facts["customFields"], after: Facts["customFields"]): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => own(before, key) !== own(after, key)).map((key) => `customFields.${key}`);
}

function own(values: Facts["customFields"], key: string) {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function sameSums(a: Facts["delaySums"], b: Facts["delaySums"]): boolean {
  return a === null || b === null ? a === b : sameList(a, b);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
