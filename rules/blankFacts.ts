import type { Facts } from "./facts.ts";

/** Facts of a customer without any value, taken on the day `asOf`. */
export function blankFacts(asOf: string): Facts {
  return {
    externalId: null,
    name: null,
    email: null,
    country: null,
    city: null,
    language: null,
    currency: null,
    creditLimit: null,
    parentId: null,
    createdAt: `${asOf}T12:00:00.000Z`,
    lastReminderAt: null,
    customFields: {},
    outstanding: 0,
    due: 0,
    overdue: 0,
    unapplied: 0,
    overdueSince: null,
    delaySums: null,
    rating: null,
    workflow: null,
    users: [],
    paymentMethods: [],
    asOf,
  };
}
