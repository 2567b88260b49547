import { addDays } from "../../../../rules/days.ts";
import type { Condition, Filter } from "../../../../rules/schema.ts";

/** A condition as it is sent, and the customers for whom it holds. */
export type Row = [condition: Condition | Filter, holdsFor: string[]];

/** What conditions are asked about: a customer with everything, one with other values and no money, one with nothing. */
export const ACME = "Acme";
export const GLOBEX = "globex";
export const BLANK = "Blank";

/** Hours ahead of UTC: a zone in which no day ends within the next hour. */
const AHEAD = new Date().getUTCHours() === 9 ? 13 : 14;
export const ZONE = `Etc/GMT-${AHEAD}`;

/** The instant at that time of that day in the zone. */
const instant = (day: string, time: string) => new Date(`${day}T${time}+${AHEAD}:00`).toISOString();

/** Fields of the customers, seen on this day of the zone. */
export function customers(today: string): Record<string, unknown>[] {
  return [
    {
      ...{ externalId: "A-1", name: ACME, email: "pay@acme.test", country: "US", city: "Reno", language: "en" },
      ...{ currency: "EUR", creditLimit: 100_000, workflowId: "@agency", userIds: ["@ann", "@bob"] },
      ...{ paymentMethodIds: ["@card", "@wire"], lastReminderAt: instant(addDays(today, -3), "00:00:00") },
      customFields: { plan: "Basic", segment: "B2B", vip: true, score: 7.5, renewal: addDays(today, 5) },
    },
    {
      ...{ externalId: "G-1", name: GLOBEX, email: "PAY@ACME.TEST", country: "FR", city: "reno", language: "fr" },
      ...{ currency: "USD", creditLimit: 0, workflowId: "@reminders", userIds: ["@bob"], paymentMethodIds: ["@wire"] },
      lastReminderAt: instant(addDays(today, -1), "23:59:59"),
      customFields: { plan: "Premium", segment: "B2B, B2C", vip: false, score: -1, renewal: today },
    },
    { name: BLANK, city: "", workflowId: null, customFields: { segment: "" } },
  ];
}

/** Acme's documents: 300 overdue by ten days, 500 not due, 100 unapplied, and 140 paid 7 days late. */
export function documents(today: string): [path: string, body: Record<string, unknown>][] {
  const of = { customerId: "external:A-1", currency: "EUR" };
  const issuedAt = "2024-01-01";
  return [
    ["/v1/invoices", { ...of, issuedAt, dueAt: "2024-01-31", amount: 14_000, state: "paid", paidAt: "2024-02-07" }],
    ["/v1/invoices", { ...of, issuedAt, dueAt: addDays(today, -10), amount: 30_000 }],
    ["/v1/invoices", { ...of, issuedAt, dueAt: "2099-01-31", amount: 50_000 }],
    ["/v1/payments", { ...of, paidAt: "2024-02-01", amount: 10_000 }],
  ];
}

const is = (field: string, ...values: (string | boolean)[]): Condition => ({ field, op: "is", values });
const isNot = (field: string, ...values: (string | boolean)[]): Condition => ({ field, op: "isNot", values });
const between = (field: string, bounds: { min?: number; max?: number }): Condition => ({
  field,
  op: "between",
  ...bounds,
});
const text = (op: "contains" | "doesNotContain", value: string): Condition => ({
  field: "customFields.segment",
  op,
  value,
});

/** Both ways of asking for emptiness. */
const emptiness = (field: string, empty: string[]): Row[] => [
  [{ field, op: "isEmpty" }, empty],
  [{ field, op: "isNotEmpty" }, [ACME, GLOBEX, BLANK].filter((name) => !empty.includes(name))],
];

export const CHOICES: Row[] = [
  [is("country", "US"), [ACME]],
  [is("country", "DE", "FR", "US"), [ACME, GLOBEX]],
  [isNot("country", "US"), [GLOBEX, BLANK]],
  [isNot("country", "US", "FR"), [BLANK]],
  [is("name", ACME), [ACME]],
  [is("name", "acme"), []],
  [isNot("name", ACME, GLOBEX), [BLANK]],
  [is("externalId", "G-1"), [GLOBEX]],
  [isNot("externalId", "G-1"), [ACME, BLANK]],
  [is("email", "pay@acme.test"), [ACME]],
  [isNot("email", "pay@acme.test"), [GLOBEX, BLANK]],
  [is("city", "Reno"), [ACME]],
  [isNot("city", "Reno"), [GLOBEX, BLANK]],
  [is("language", "en", "de"), [ACME]],
  [is("currency", "USD"), [GLOBEX]],
  // Blank has the organization's.
  [isNot("currency", "EUR"), [GLOBEX]],
  [is("rating", "A"), [ACME]],
  [is("rating", "B", "C", "D"), []],
  [isNot("rating", "A"), [GLOBEX, BLANK]],
  [is("customFields.plan", "Basic"), [ACME]],
  [is("customFields.plan", "Basic", "Premium"), [ACME, GLOBEX]],
  [isNot("customFields.plan", "Basic"), [GLOBEX, BLANK]],
  ...["externalId", "email", "country", "city", "language", "customFields.plan"].flatMap((field) =>
    emptiness(field, [BLANK]),
  ),
  ...emptiness("name", []),
  ...emptiness("currency", []),
  ...emptiness("rating", [GLOBEX, BLANK]),
];

export const MEMBERS: Row[] = [
  [is("workflow", "@agency"), [ACME]],
  [is("workflow", "@agency", "@reminders"), [ACME, GLOBEX]],
  [isNot("workflow", "@agency"), [GLOBEX, BLANK]],
  [is("users", "@ann"), [ACME]],
  [is("users", "BOB@acme.test"), [ACME, GLOBEX]],
  [is("users", "@cy", "@ann"), [ACME]],
  [isNot("users", "ann@acme.test"), [GLOBEX, BLANK]],
  [isNot("users", "@bob"), [BLANK]],
  [is("paymentMethods", "@card"), [ACME]],
  [is("paymentMethods", "@wire"), [ACME, GLOBEX]],
  [isNot("paymentMethods", "@card"), [GLOBEX, BLANK]],
  ...["workflow", "users", "paymentMethods"].flatMap((field) => emptiness(field, [BLANK])),
];

export const BOOLEANS_AND_TEXTS: Row[] = [
  [is("customFields.vip", true), [ACME]],
  [is("customFields.vip", false), [GLOBEX]],
  [is("customFields.vip", true, false), [ACME, GLOBEX]],
  [isNot("customFields.vip", true), [GLOBEX, BLANK]],
  [isNot("customFields.vip", false), [ACME, BLANK]],
  [text("contains", "B2B"), [ACME]],
  [text("contains", "b2b"), []],
  [text("contains", "B2"), []],
  [text("contains", "B2B, B2C"), [GLOBEX]],
  [text("contains", "B2B,B2C"), []],
  [text("doesNotContain", "B2B"), [GLOBEX, BLANK]],
  [text("doesNotContain", "b2b"), [ACME, GLOBEX, BLANK]],
  ...emptiness("customFields.segment", [BLANK]),
];

export const NUMBERS: Row[] = [
  [between("outstanding", { min: 70_000, max: 70_000 }), [ACME]],
  [between("outstanding", { min: 70_001 }), []],
  [between("outstanding", { max: 69_999 }), [GLOBEX, BLANK]],
  [between("outstanding", { min: 0, max: 0 }), [GLOBEX, BLANK]],
  [between("due", { min: 50_000 }), [ACME]],
  [between("due", { min: 50_001 }), []],
  [between("overdue", { min: 30_000, max: 30_000 }), [ACME]],
  [between("overdue", { max: 29_999 }), [GLOBEX, BLANK]],
  [between("unapplied", { min: 10_000 }), [ACME]],
  [between("unapplied", { min: 10_001 }), []],
  [between("overdueDays", { min: 10, max: 10 }), [ACME]],
  [between("overdueDays", { min: 11 }), []],
  [between("overdueDays", { max: 9 }), []],
  [between("averagePaymentDelay", { min: 7, max: 7 }), [ACME]],
  [between("averagePaymentDelay", { max: 6.99 }), []],
  [between("averagePaymentDelay", { min: -1_000, max: 1_000 }), [ACME]],
  [between("creditLimit", { min: 100_000 }), [ACME]],
  [between("creditLimit", { max: 99_999 }), [GLOBEX]],
  [between("customFields.score", { min: 7.5 }), [ACME]],
  [between("customFields.score", { min: 7.51 }), []],
  [between("customFields.score", { min: -1, max: 7.49 }), [GLOBEX]],
  ...["outstanding", "due", "overdue", "unapplied"].flatMap((field) => emptiness(field, [])),
  ...["creditLimit", "customFields.score"].flatMap((field) => emptiness(field, [BLANK])),
  ...["overdueDays", "averagePaymentDelay"].flatMap((field) => emptiness(field, [GLOBEX, BLANK])),
];

const ON = ["on", "notOn", "before", "after", "onOrBefore", "onOrAfter"] as const;

/** A day as it is counted from today, and as the calendar names it. */
const days = (today: string, offset: number) => [{ daysFromToday: offset }, addDays(today, offset)] as const;

/** Every date operator against one day, in both ways of naming it. */
function onDay(field: string, today: string, offset: number, holds: Record<(typeof ON)[number], string[]>): Row[] {
  return days(today, offset).flatMap((value) => ON.map((op): Row => [{ field, op, value }, holds[op]]));
}

export const dates = (today: string): Row[] => [
  ...onDay("customFields.renewal", today, 0, {
    ...{ on: [GLOBEX], notOn: [ACME, BLANK], before: [], after: [ACME], onOrBefore: [GLOBEX] },
    onOrAfter: [ACME, GLOBEX],
  }),
  ...onDay("lastReminderAt", today, -3, {
    ...{ on: [ACME], notOn: [GLOBEX, BLANK], before: [], after: [GLOBEX], onOrBefore: [ACME] },
    onOrAfter: [ACME, GLOBEX],
  }),
  ...onDay("createdAt", today, 1, {
    ...{ on: [], notOn: [ACME, GLOBEX, BLANK], before: [ACME, GLOBEX, BLANK], after: [] },
    ...{ onOrBefore: [ACME, GLOBEX, BLANK], onOrAfter: [] },
  }),
  [{ field: "createdAt", op: "on", value: today }, [ACME, GLOBEX, BLANK]],
  [{ field: "lastReminderAt", op: "between", min: addDays(today, -3), max: { daysFromToday: -2 } }, [ACME]],
  [{ field: "lastReminderAt", op: "between", min: { daysFromToday: -2 } }, [GLOBEX]],
  [{ field: "customFields.renewal", op: "between", min: today, max: { daysFromToday: 5 } }, [ACME, GLOBEX]],
  [{ field: "customFields.renewal", op: "between", max: { daysFromToday: 4 } }, [GLOBEX]],
  ...["lastReminderAt", "customFields.renewal"].flatMap((field) => emptiness(field, [BLANK])),
  ...emptiness("createdAt", []),
];

const never: Condition = { field: "country", op: "is", values: ["DE"] };

export const ALTERNATIVES: Row[] = [
  [{ anyOf: [is("country", "US"), is("country", "FR")] }, [ACME, GLOBEX]],
  [{ anyOf: [never, { field: "overdue", op: "between", min: 1 }, { field: "email", op: "isEmpty" }] }, [ACME, BLANK]],
  [{ anyOf: [never] }, []],
];
