import { blankFacts } from "../../rules/blankFacts.ts";
import type { CheckContext } from "../../rules/check.ts";
import type { CustomFieldDefinition, Facts } from "../../rules/facts.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Filter, Rule, Trigger } from "../../rules/schema.ts";

export const ANN = "0190a000-0000-7000-8000-00000000000a";
export const BOB = "0190a000-0000-7000-8000-00000000000b";
export const CARD = "0190b000-0000-7000-8000-000000000001";
export const WIRE = "0190b000-0000-7000-8000-000000000002";
export const AGENCY = "0190c000-0000-7000-8000-000000000001";
export const FRIENDLY = "0190c000-0000-7000-8000-000000000002";
export const WEBHOOK = "0190d000-0000-7000-8000-000000000001";
export const MAIL = "0190d000-0000-7000-8000-000000000002";
export const SLACK = "0190d000-0000-7000-8000-000000000003";
export const NOBODY = "0190ffff-0000-7000-8000-000000000000";

const definitions: CustomFieldDefinition[] = [
  { key: "plan", label: "Plan", type: "SELECT", options: ["Basic", "Premium"] },
  { key: "segment", label: "Segment", type: "TEXT", options: [] },
  { key: "csm_email", label: "CSM email", type: "TEXT", options: [] },
  { key: "vip", label: "VIP", type: "BOOLEAN", options: [] },
  { key: "score", label: "Score", type: "NUMBER", options: [] },
  { key: "renewal", label: "Renewal", type: "DATE", options: [] },
  { key: "constructor", label: "Constructor", type: "TEXT", options: [] },
];

export const customFields = new Map(definitions.map((definition) => [definition.key, definition]));
export const context: CompileContext = { customFields, timeZone: "UTC" };

export const checkContext: CheckContext = {
  customFields,
  userIds: new Set([ANN, BOB]),
  userIdsByEmail: new Map([
    ["ann@acme.test", ANN],
    ["bob@acme.test", BOB],
  ]),
  workflowIds: new Set([AGENCY, FRIENDLY]),
  paymentMethodIds: new Set([CARD, WIRE]),
  channelIds: new Map([
    [WEBHOOK, "webhook"],
    [MAIL, "email"],
    [SLACK, "slack"],
  ]),
};

const blank: Facts = { ...blankFacts("2026-03-01"), createdAt: "2026-01-10T09:00:00.000Z" };

/** A customer without any value, but for what is given. */
export function facts(given: Partial<Facts> = {}): Facts {
  return { ...blank, ...given };
}

/** A rule that clears the workflow. */
export function rule(trigger: Trigger, filters: Filter[] = []): Rule {
  return { name: "Rule", trigger, filters, actions: [{ type: "assignWorkflow", workflowId: null }] };
}

export const onAnyChange: Trigger = { type: "customerCreatedOrUpdated" };
