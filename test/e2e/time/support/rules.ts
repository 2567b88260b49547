import type { RuleDraft } from "../../../../rules/schema.ts";

type Action = RuleDraft["actions"][number];
type Timing = { resetAt?: number; forDays?: number };

/** Sets the collection workflow, by its name; null clears it. */
export const to = (workflowId: string | null): Action => ({ type: "assignWorkflow", workflowId });

export const wait = (days: number, more: { recheck?: boolean } = {}): Action => ({ type: "wait", days, ...more });

export const tell: Action = { type: "sendNotification", channelId: "bell", to: [{ userId: "ann" }], body: "look" };

/** A rule that is set off by the customer's creation. */
export const onCreation = (name: string, ...actions: Action[]): RuleDraft => ({
  ...{ name, actions },
  trigger: { type: "customerCreated" },
});

/** A rule for customers of a country, set off by every change. */
export const inCountry = (name: string, country: string, ...actions: Action[]): RuleDraft => ({
  ...{ name, actions },
  trigger: { type: "customerCreatedOrUpdated" },
  filters: [{ field: "country", op: "is", values: [country] }],
});

/** A rule for those who owe more than 500, which moves them to the agency. */
export const above500 = (name: string, timing: Timing = {}, more: Partial<RuleDraft> = {}): RuleDraft => ({
  ...{ name, actions: [to("agency")] },
  trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500, ...timing },
  ...more,
});
