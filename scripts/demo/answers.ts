import { z } from "zod";

/** What the demo reads of Tripline's answers; they hold more. */
const text = z.string();
const value = z.unknown();

export const anything = z.unknown();
export const named = z.looseObject({ id: text });
export const identified = z.looseObject({ id: text, name: text });

export const healthAnswer = z.looseObject({ status: z.literal("ok") });

export const problemAnswer = z.looseObject({
  code: text,
  message: text,
  errors: z.array(z.looseObject({ path: text, message: text })).default([]),
});

export const organizationAnswer = z.looseObject({
  id: text,
  name: text,
  apiKey: z.looseObject({ key: text, secret: text }),
});

export const bulkAnswer = z.looseObject({
  results: z.array(
    z.looseObject({
      index: z.number(),
      status: z.number(),
      message: text.optional(),
      errors: z.array(z.looseObject({ path: text, message: text })).default([]),
    }),
  ),
});

export const changeAnswer = z.looseObject({
  id: text,
  version: z.number(),
  source: text,
  at: text,
  before: z.record(text, value).nullable(),
  after: z.record(text, value),
});

export const changesAnswer = z.looseObject({ total: z.number(), changes: z.array(changeAnswer) });

const conditionTrace = z.object({
  field: text,
  op: text,
  expected: value,
  actual: value,
  before: value.optional(),
  holds: z.boolean(),
});

export const filterTrace = z.union([conditionTrace, z.object({ anyOf: z.array(conditionTrace), holds: z.boolean() })]);

export const ruleVerdict = z.looseObject({
  ruleId: text,
  name: text,
  matched: z.boolean(),
  reason: text,
  lostTo: z.looseObject({ ruleId: text, name: text }).nullish(),
  trigger: z.looseObject({
    fired: z.boolean(),
    before: value,
    after: value,
    value: value.optional(),
    filtersHeldBefore: z.boolean().optional(),
  }),
  conditions: z.array(filterTrace),
  runId: text.nullish(),
});

export const explainAnswer = z.looseObject({ change: changeAnswer, rules: z.array(ruleVerdict) });

export const runAction = z.looseObject({
  type: text,
  status: text,
  reason: text.nullish(),
  before: value.optional(),
  after: value.optional(),
  attempts: z.number().nullish(),
  error: value.optional(),
  lostTo: z.looseObject({ name: text }).nullish(),
  /** Addresses in custom fields that are no user. */
  unknownEmails: z.array(text).nullish(),
  /** Source that keeps the slot from the rule. */
  keptBy: text.nullish(),
});

export const runAnswer = z.looseObject({
  id: text,
  ruleId: text,
  status: text,
  reason: text.nullish(),
  actions: z.array(runAction),
  temporalWorkflowId: text.nullish(),
});

export const runsAnswer = z.looseObject({ total: z.number(), runs: z.array(runAnswer) });

export type Change = z.infer<typeof changeAnswer>;
export type RuleVerdict = z.infer<typeof ruleVerdict>;
export type ConditionTrace = z.infer<typeof conditionTrace>;
export type FilterTrace = z.infer<typeof filterTrace>;
export type Run = z.infer<typeof runAnswer>;
export type RunAction = z.infer<typeof runAction>;
