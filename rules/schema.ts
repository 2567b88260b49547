import { z } from "zod";
import { isStorable } from "./text.ts";

/**
 * The rule language as JSON, and the one source of its types. These schemas know shapes; what depends on the
 * organization (fields, ids, templates) or on several parts of a rule at once is judged in check.ts.
 */

/** Amounts are minor units between −10^13 and 10^13, which leaves room for sums in a double. */
export const MAX_AMOUNT = 10_000_000_000_000;
export const MAX_CONDITIONS = 200;
export const MAX_ACTIONS = 5;
const MAX_LIST = 1_000;
/** A century either way keeps every relative date a four-digit year. */
const MAX_RELATIVE_DAYS = 36_500;

const text = (max: number) => z.string().max(max).refine(isStorable, "must be text without NUL or broken characters");
const id = text(320).min(1);
const key = text(200).min(1);
const number = z.number();

const Scalar = z.union([text(10_000), number, z.boolean()], { error: "must be text, a number or true/false" });
const ScalarOrEmpty = z.union([text(10_000), number, z.boolean(), z.null()], {
  error: "must be text, a number, true/false or null",
});
const RelativeDay = z.strictObject({ daysFromToday: z.int().min(-MAX_RELATIVE_DAYS).max(MAX_RELATIVE_DAYS) });
const Day = z.union([text(10), RelativeDay], { error: 'must be a day such as "2026-01-31" or {"daysFromToday": -30}' });
const Bound = z.union([number, text(10), RelativeDay], { error: 'must be a number, a day or {"daysFromToday": -30}' });

/** Says what a union distinguished by `key` may be. */
const oneOf = (options: string) => (issue: { code: string }) =>
  issue.code === "invalid_type" ? "must be an object" : `must be one of ${options}`;

const field = key;
const condition = <O extends string, S extends z.ZodRawShape>(op: O, shape: S) =>
  z.strictObject({ field, op: z.literal(op), ...shape });
const values = z.array(Scalar).min(1, "needs at least one value").max(MAX_LIST);
const changes = z.array(ScalarOrEmpty).min(1, "needs at least one value").max(MAX_LIST).optional();

/** One condition on one field. */
export const Condition = z.discriminatedUnion(
  "op",
  [
    condition("is", { values }),
    condition("isNot", { values }),
    condition("isEmpty", {}),
    condition("isNotEmpty", {}),
    condition("contains", { value: text(10_000) }),
    condition("doesNotContain", { value: text(10_000) }),
    condition("between", { min: Bound.optional(), max: Bound.optional() }),
    condition("on", { value: Day }),
    condition("notOn", { value: Day }),
    condition("before", { value: Day }),
    condition("after", { value: Day }),
    condition("onOrBefore", { value: Day }),
    condition("onOrAfter", { value: Day }),
    condition("changed", { from: changes, to: changes }),
  ],
  {
    error: oneOf(
      "is, isNot, isEmpty, isNotEmpty, contains, doesNotContain, between, on, notOn, before, after, onOrBefore, onOrAfter, changed",
    ),
  },
);

/** A condition, or one level of alternatives. */
export const Filter = z.union(
  [Condition, z.strictObject({ anyOf: z.array(Condition).min(1, "needs at least one condition").max(MAX_CONDITIONS) })],
  { error: 'must be a condition {"field", "op", …} or {"anyOf": [conditions]}' },
);

export const Filters = z.array(Filter).max(MAX_CONDITIONS);

const Letter = z.enum(["A", "B", "C", "D"]);
const direction = z.enum(["exceeds", "fallsBelow"]);
const forDays = z.int().min(1).max(3_650).optional();
const ThresholdValue = z.union([number, z.strictObject({ field })], {
  error: 'must be a number or {"field": another numeric fact}',
});

export const Trigger = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("customerCreated") }),
    z.strictObject({ type: z.literal("customerCreatedOrUpdated"), onlyWhenStartsMatching: z.boolean().optional() }),
    z.strictObject({
      type: z.literal("outstandingThreshold"),
      direction,
      value: ThresholdValue,
      resetAt: number.optional(),
      forDays,
    }),
    z.strictObject({
      type: z.literal("ratingThreshold"),
      direction,
      value: Letter,
      resetAt: Letter.optional(),
      forDays,
    }),
    z.strictObject({
      type: z.literal("averagePaymentDelayThreshold"),
      direction,
      value: ThresholdValue,
      resetAt: number.optional(),
      forDays,
    }),
  ],
  {
    error: oneOf(
      "customerCreated, customerCreatedOrUpdated, outstandingThreshold, ratingThreshold, averagePaymentDelayThreshold",
    ),
  },
);

const mode = z.enum(["replace", "add", "remove"]).default("replace");

/** Who is told: a user, the email in a TEXT custom field, or whoever is assigned to the customer. */
export const Recipient = z.union(
  [
    z.strictObject({ userId: id }),
    z.strictObject({ customField: key }),
    z.strictObject({ assignedUsers: z.literal(true) }),
  ],
  { error: 'must be {"userId"}, {"customField"} or {"assignedUsers": true}' },
);

export const Action = z.discriminatedUnion(
  "type",
  [
    z.strictObject({
      type: z.literal("assignUsers"),
      userIds: z.array(id).max(MAX_LIST).default([]),
      customFields: z.array(key).max(MAX_LIST).default([]),
      mode,
    }),
    z.strictObject({ type: z.literal("assignWorkflow"), workflowId: id.nullable() }),
    z.strictObject({
      type: z.literal("assignPaymentMethods"),
      paymentMethodIds: z.array(id).max(MAX_LIST),
      mode,
    }),
    z.strictObject({ type: z.literal("excludeCustomer") }),
    z.strictObject({
      type: z.literal("sendNotification"),
      channelId: id,
      to: z.array(Recipient).min(1, "needs at least one recipient").max(MAX_LIST),
      subject: text(1_000).default(""),
      body: text(20_000).min(1, "must not be empty"),
      cooldownHours: z.number().positive().max(8_760).optional(),
      digest: z.enum(["hourly", "daily"]).optional(),
    }),
    z.strictObject({
      type: z.literal("wait"),
      days: z.number().positive().max(3_650).optional(),
      hours: z.number().positive().max(87_600).optional(),
      recheck: z.boolean().default(true),
    }),
  ],
  {
    error: oneOf("assignUsers, assignWorkflow, assignPaymentMethods, excludeCustomer, sendNotification, wait"),
  },
);

const actions = z.array(Action).min(1, "needs at least one action").max(MAX_ACTIONS, "takes at most 5 actions");

/** A rule as it is sent to be saved; its output is a Rule. */
export const RuleInput = z.strictObject({
  name: text(200).refine((name) => name.trim() !== "", "must not be empty"),
  trigger: Trigger,
  filters: Filters.default([]),
  actions,
  exitActions: actions.optional(),
  note: text(2_000).optional(),
});

export type RelativeDay = z.infer<typeof RelativeDay>;
/** An ISO day, or one counted from today. */
export type DayValue = string | RelativeDay;
export type Condition = z.infer<typeof Condition>;
export type Operator = Condition["op"];
/** The condition with operator O. */
export type ConditionOf<O extends Operator> = Extract<Condition, { op: O }>;
export type Filter = z.infer<typeof Filter>;
export type Trigger = z.infer<typeof Trigger>;
export type TriggerType = Trigger["type"];
export type ThresholdTrigger = Extract<Trigger, { direction: unknown }>;
export type Recipient = z.infer<typeof Recipient>;
export type Action = z.infer<typeof Action>;
export type ActionType = Action["type"];
export type ActionOf<T extends ActionType> = Extract<Action, { type: T }>;
/** What a client may send. */
export type RuleDraft = z.input<typeof RuleInput>;
/** A rule with every default filled in, as it is stored and evaluated. */
export type Rule = z.infer<typeof RuleInput>;
