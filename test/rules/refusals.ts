import { AGENCY, ANN, MAIL, NOBODY, WEBHOOK } from "./fixtures.ts";

/** Rules with one thing wrong each, and where and how that is told. */

export const actions = [{ type: "assignWorkflow", workflowId: AGENCY }];
export const sound = { name: "Big balance", trigger: { type: "customerCreatedOrUpdated" }, filters: [], actions };
export const outstanding = { type: "outstandingThreshold", direction: "exceeds", value: 500 };

export const withFilters = (...filters: unknown[]) => ({ ...sound, filters });
export const withActions = (...list: unknown[]) => ({ ...sound, actions: list });
export const withTrigger = (trigger: unknown) => ({ ...sound, trigger });
export const notify = { type: "sendNotification", channelId: WEBHOOK, to: [{ userId: ANN }], body: "hello" };

export type Refusal = [name: string, input: unknown, path: string, code: string];

export const shapes: Refusal[] = [
  ["nothing", undefined, "", "invalid"],
  ["no object", [], "", "invalid"],
  ["no name", { ...sound, name: undefined }, "name", "invalid"],
  ["a blank name", { ...sound, name: " " }, "name", "invalid"],
  ["a name with NUL", { ...sound, name: "a\0" }, "name", "invalid"],
  ["an unknown key", { ...sound, colour: "red" }, "colour", "unknown_key"],
  ["an unknown key in the trigger", withTrigger({ ...outstanding, above: 1 }), "trigger.above", "unknown_key"],
  [
    "an unknown key in a condition",
    withFilters({ field: "name", op: "isEmpty", value: 1 }),
    "filters.0.value",
    "unknown_key",
  ],
  ["an unknown key in an action", withActions({ ...actions[0], x: 1 }), "actions.0.x", "unknown_key"],
  [
    "an unknown key in a recipient",
    withActions({ ...notify, to: [{ userId: ANN, x: 1 }] }),
    "actions.0.to.0.x",
    "unknown_key",
  ],
  ["an unknown trigger", withTrigger({ type: "invoicePaid" }), "trigger.type", "invalid"],
  ["an unknown operator", withFilters({ field: "name", op: "like", value: "x" }), "filters.0.op", "invalid"],
  ["an unknown action", withActions({ type: "dance" }), "actions.0.type", "invalid"],
  ["no action", withActions(), "actions", "invalid"],
  ["six actions", withActions(...Array(6).fill(notify)), "actions", "invalid"],
  ["anyOf within anyOf", withFilters({ anyOf: [{ anyOf: [] }] }), "filters.0.anyOf.0.op", "invalid"],
  ["an empty anyOf", withFilters({ anyOf: [] }), "filters.0.anyOf", "invalid"],
];

export const filters: Refusal[] = [
  ["an unknown field", withFilters({ field: "colour", op: "isEmpty" }), "filters.0.field", "unknown_field"],
  ["an inherited name", withFilters({ field: "constructor", op: "isEmpty" }), "filters.0.field", "unknown_field"],
  [
    "an unknown custom field",
    withFilters({ field: "customFields.no", op: "isEmpty" }),
    "filters.0.field",
    "unknown_field",
  ],
  ["between on text", withFilters({ field: "name", op: "between", min: 1 }), "filters.0.op", "operator_not_for_field"],
  [
    "is on TEXT",
    withFilters({ field: "customFields.segment", op: "is", values: ["B2B"] }),
    "filters.0.op",
    "operator_not_for_field",
  ],
  [
    "contains on SELECT",
    withFilters({ field: "customFields.plan", op: "contains", value: "B" }),
    "filters.0.op",
    "operator_not_for_field",
  ],
  [
    "contains on a standard field",
    withFilters({ field: "name", op: "contains", value: "B" }),
    "filters.0.op",
    "operator_not_for_field",
  ],
  [
    "isEmpty on BOOLEAN",
    withFilters({ field: "customFields.vip", op: "isEmpty" }),
    "filters.0.op",
    "operator_not_for_field",
  ],
  [
    "before on an amount",
    withFilters({ field: "due", op: "before", value: "2026-01-01" }),
    "filters.0.op",
    "operator_not_for_field",
  ],
  ["is on an amount", withFilters({ field: "due", op: "is", values: [1] }), "filters.0.op", "operator_not_for_field"],
  [
    "a list for TEXT",
    withFilters({ field: "customFields.segment", op: "contains", value: ["a", "b"] }),
    "filters.0.value",
    "invalid",
  ],
  [
    "a country in lower case",
    withFilters({ field: "country", op: "is", values: ["US", "us"] }),
    "filters.0.values.1",
    "invalid",
  ],
  [
    "a country by name",
    withFilters({ field: "country", op: "isNot", values: ["France"] }),
    "filters.0.values.0",
    "invalid",
  ],
  [
    "a country changed from none",
    withFilters({ field: "country", op: "changed", from: ["U1"] }),
    "filters.0.from.0",
    "invalid",
  ],
  [
    "a currency in lower case",
    withFilters({ field: "currency", op: "is", values: ["eur"] }),
    "filters.0.values.0",
    "invalid",
  ],
  ["an empty value list", withFilters({ field: "country", op: "is", values: [] }), "filters.0.values", "invalid"],
  ["no value list", withFilters({ field: "country", op: "is" }), "filters.0.values", "invalid"],
  ["min above max", withFilters({ field: "due", op: "between", min: 2, max: 1 }), "filters.0.min", "bounds_reversed"],
  [
    "first day after the last",
    withFilters({ field: "createdAt", op: "between", min: "2026-02-02", max: "2026-02-01" }),
    "filters.0.min",
    "bounds_reversed",
  ],
  [
    "relative days reversed",
    withFilters({ field: "createdAt", op: "between", min: { daysFromToday: 0 }, max: { daysFromToday: -1 } }),
    "filters.0.min",
    "bounds_reversed",
  ],
  ["neither min nor max", withFilters({ field: "due", op: "between" }), "filters.0", "bounds_missing"],
  [
    "a day as an amount's bound",
    withFilters({ field: "due", op: "between", min: "2026-01-01" }),
    "filters.0.min",
    "wrong_type",
  ],
  [
    "a number as a day's bound",
    withFilters({ field: "createdAt", op: "between", max: 5 }),
    "filters.0.max",
    "wrong_type",
  ],
  ["half a cent", withFilters({ field: "due", op: "between", min: 0.5 }), "filters.0.min", "wrong_type"],
  ["an amount out of range", withFilters({ field: "due", op: "between", min: 1e13 + 1 }), "filters.0.min", "invalid"],
  [
    "no day of the calendar",
    withFilters({ field: "createdAt", op: "on", value: "2026-02-30" }),
    "filters.0.value",
    "wrong_type",
  ],
  [
    "an unknown option",
    withFilters({ field: "customFields.plan", op: "is", values: ["Basic", "Gold"] }),
    "filters.0.values.1",
    "unknown_option",
  ],
  [
    "a number for a SELECT",
    withFilters({ field: "customFields.plan", op: "is", values: [1] }),
    "filters.0.values.0",
    "wrong_type",
  ],
  [
    "text for a BOOLEAN",
    withFilters({ field: "customFields.vip", op: "is", values: ["true"] }),
    "filters.0.values.0",
    "wrong_type",
  ],
  [
    "a rating that is no letter",
    withFilters({ field: "rating", op: "is", values: ["E"] }),
    "filters.0.values.0",
    "unknown_option",
  ],
  [
    "an unknown user",
    withFilters({ field: "users", op: "is", values: [ANN, "x@acme.test"] }),
    "filters.0.values.1",
    "unknown_id",
  ],
  [
    "an unknown user in from",
    withFilters({ field: "users", op: "changed", from: ["x@acme.test"] }),
    "filters.0.from.0",
    "unknown_id",
  ],
  [
    "an unknown workflow",
    withFilters({ field: "workflow", op: "is", values: [NOBODY] }),
    "filters.0.values.0",
    "unknown_id",
  ],
  [
    "an unknown payment method",
    withFilters({ field: "paymentMethods", op: "is", values: [NOBODY] }),
    "filters.0.values.0",
    "unknown_id",
  ],
  [
    "a mistake within anyOf",
    withFilters({
      anyOf: [
        { field: "name", op: "isEmpty" },
        { field: "x", op: "isEmpty" },
      ],
    }),
    "filters.0.anyOf.1.field",
    "unknown_field",
  ],
  [
    "changed in another trigger's rule",
    { ...sound, trigger: { type: "customerCreated" }, filters: [{ field: "name", op: "changed" }] },
    "filters.0.op",
    "changed_not_allowed",
  ],
  [
    "text for a changed number",
    withFilters({ field: "due", op: "changed", to: ["1"] }),
    "filters.0.to.0",
    "wrong_type",
  ],
  [
    "201 conditions",
    withFilters(
      { anyOf: Array(101).fill({ field: "name", op: "isEmpty" }) },
      ...Array(100).fill({ field: "name", op: "isEmpty" }),
    ),
    "filters",
    "invalid",
  ],
];

export const triggers: Refusal[] = [
  [
    "exceeds A",
    withTrigger({ type: "ratingThreshold", direction: "exceeds", value: "A" }),
    "trigger.value",
    "threshold_unreachable",
  ],
  [
    "fallsBelow D",
    withTrigger({ type: "ratingThreshold", direction: "fallsBelow", value: "D" }),
    "trigger.value",
    "threshold_unreachable",
  ],
  [
    "a rating by number",
    withTrigger({ type: "ratingThreshold", direction: "exceeds", value: 2 }),
    "trigger.value",
    "invalid",
  ],
  ["text as a threshold", withTrigger({ ...outstanding, value: "500" }), "trigger.value", "invalid"],
  ["a threshold of half a cent", withTrigger({ ...outstanding, value: 0.5 }), "trigger.value", "wrong_type"],
  ["a threshold out of range", withTrigger({ ...outstanding, value: 1e14 }), "trigger.value", "invalid"],
  [
    "an unknown field as threshold",
    withTrigger({ ...outstanding, value: { field: "x" } }),
    "trigger.value.field",
    "unknown_field",
  ],
  [
    "a text field as threshold",
    withTrigger({ ...outstanding, value: { field: "name" } }),
    "trigger.value.field",
    "wrong_type",
  ],
  [
    "itself as threshold",
    withTrigger({ ...outstanding, value: { field: "outstanding" } }),
    "trigger.value.field",
    "invalid",
  ],
  ["resetAt above exceeds", withTrigger({ ...outstanding, resetAt: 501 }), "trigger.resetAt", "reset_on_wrong_side"],
  [
    "resetAt below fallsBelow",
    withTrigger({ ...outstanding, direction: "fallsBelow", resetAt: 499 }),
    "trigger.resetAt",
    "reset_on_wrong_side",
  ],
  [
    "resetAt of another field",
    withTrigger({ ...outstanding, value: { field: "due" }, resetAt: 1 }),
    "trigger.resetAt",
    "invalid",
  ],
  [
    "a better rating to reset exceeds",
    withTrigger({ type: "ratingThreshold", direction: "exceeds", value: "B", resetAt: "A" }),
    "trigger.resetAt",
    "reset_on_wrong_side",
  ],
  [
    "onlyWhenStartsMatching elsewhere",
    withTrigger({ type: "customerCreated", onlyWhenStartsMatching: true }),
    "trigger.onlyWhenStartsMatching",
    "unknown_key",
  ],
  ["forDays of nothing", withTrigger({ ...outstanding, forDays: 0 }), "trigger.forDays", "invalid"],
  ["exitActions without a threshold", { ...sound, exitActions: actions }, "exitActions", "exit_without_threshold"],
];

export const actionMistakes: Refusal[] = [
  ["a slot twice", withActions(actions[0], actions[0]), "actions.1.type", "slot_taken_twice"],
  ["assignUsers without users", withActions({ type: "assignUsers" }), "actions.0", "nothing_to_do"],
  ["adding nobody", withActions({ type: "assignUsers", userIds: [], mode: "add" }), "actions.0", "nothing_to_do"],
  [
    "an unknown user",
    withActions({ type: "assignUsers", userIds: [ANN, NOBODY] }),
    "actions.0.userIds.1",
    "unknown_id",
  ],
  [
    "an unknown field",
    withActions({ type: "assignUsers", customFields: ["no"] }),
    "actions.0.customFields.0",
    "unknown_field",
  ],
  [
    "a field that is not TEXT",
    withActions({ type: "assignUsers", customFields: ["csm_email", "plan"] }),
    "actions.0.customFields.1",
    "not_a_text_field",
  ],
  ["an unknown mode", withActions({ type: "assignUsers", userIds: [ANN], mode: "set" }), "actions.0.mode", "invalid"],
  [
    "an unknown workflow",
    withActions({ type: "assignWorkflow", workflowId: NOBODY }),
    "actions.0.workflowId",
    "unknown_id",
  ],
  ["no workflow", withActions({ type: "assignWorkflow" }), "actions.0.workflowId", "invalid"],
  [
    "an unknown payment method",
    withActions({ type: "assignPaymentMethods", paymentMethodIds: [NOBODY] }),
    "actions.0.paymentMethodIds.0",
    "unknown_id",
  ],
  [
    "removing nothing",
    withActions({ type: "assignPaymentMethods", paymentMethodIds: [], mode: "remove" }),
    "actions.0.paymentMethodIds",
    "nothing_to_do",
  ],
  ["an unknown channel", withActions({ ...notify, channelId: NOBODY }), "actions.0.channelId", "unknown_id"],
  ["nobody to tell", withActions({ ...notify, to: [] }), "actions.0.to", "invalid"],
  [
    "a recipient who is no user",
    withActions({ ...notify, to: [{ userId: NOBODY }] }),
    "actions.0.to.0.userId",
    "unknown_id",
  ],
  [
    "a recipient field that is not TEXT",
    withActions({ ...notify, to: [{ customField: "vip" }] }),
    "actions.0.to.0.customField",
    "not_a_text_field",
  ],
  ["a recipient of no kind", withActions({ ...notify, to: [{}] }), "actions.0.to.0", "invalid"],
  [
    "a template that does not parse",
    withActions({ ...notify, body: "{{ customer" }),
    "actions.0.body",
    "invalid_template",
  ],
  [
    "a template's unknown variable",
    withActions({ ...notify, subject: "{{ customer.nme }}" }),
    "actions.0.subject",
    "invalid_template",
  ],
  ["mail without a subject", withActions({ ...notify, channelId: MAIL }), "actions.0.subject", "invalid"],
  ["a wait at the end", withActions(notify, { type: "wait", days: 1 }), "actions.1", "invalid_wait"],
  ["a wait without a time", withActions({ type: "wait" }, notify), "actions.0", "invalid_wait"],
  ["a wait by days and hours", withActions({ type: "wait", days: 1, hours: 1 }, notify), "actions.0", "invalid_wait"],
  [
    "a mistake among the exit actions",
    { ...sound, trigger: outstanding, exitActions: [{ type: "assignWorkflow", workflowId: NOBODY }] },
    "exitActions.0.workflowId",
    "unknown_id",
  ],
];
