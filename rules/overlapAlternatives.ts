import type { Constraint, DomainContext } from "./domains.ts";
import { fieldType } from "./fields.ts";
import type { Condition, ConditionOf, Filter, Rule, ThresholdTrigger, Trigger } from "./schema.ts";
import { watchedField } from "./triggers.ts";

/** What is asked of: a customer's creation, a change of one, or a customer as it stands. */
export type Kind = "created" | "updated" | "standing";

/** One way in which a part of a rule can hold: constraints on the facts after and before, and a field that must have changed. */
export interface Alternative {
  after?: Constraint[];
  before?: Constraint[];
  moved?: string;
  /** Where to look for a witness, as constraints hold no relation between two fields: more of them, at several levels. */
  hints?: Hint[];
}

export interface Hint {
  after: Constraint[];
  before: Constraint[];
}

/** Levels between which a value and the limit it is compared with are looked for, in minor units or days. */
const LEVELS = [100_000, 0, 10, 10_000_000];

const LETTERS = ["A", "B", "C", "D"] as const;

/** For each part of a rule that must hold, the ways in which it can. A part without any can never hold. */
export function alternativesOf(rule: Rule, kind: Kind, context: DomainContext): Alternative[][] {
  return [
    ...(kind === "created" ? [[{ after: WITHOUT_MONEY }]] : []),
    triggerAlternatives(rule.trigger, kind),
    ...rule.filters.map((filter) => filterAlternatives(filter, kind, context)),
  ];
}

/** Invoices and payments name a customer that exists, so a customer begins without any. */
const WITHOUT_MONEY: Constraint[] = [
  ...["outstanding", "due", "overdue", "unapplied"].map(
    (field): Constraint => ({ field, op: "between", min: 0, max: 0 }),
  ),
  ...["overdueDays", "averagePaymentDelay", "rating"].map((field): Constraint => ({ field, op: "isEmpty" })),
];

function filterAlternatives(filter: Filter, kind: Kind, context: DomainContext): Alternative[] {
  const conditions = "anyOf" in filter ? filter.anyOf : [filter];
  return conditions.flatMap((condition) => conditionAlternatives(condition, kind, context));
}

function conditionAlternatives(condition: Condition, kind: Kind, context: DomainContext): Alternative[] {
  if (condition.op !== "changed") return [{ after: [condition] }];
  if (kind === "standing") return [];
  const { field } = condition;
  const ends = oneOf(field, condition.to, context);
  if (kind === "created") {
    const { from } = condition;
    if (from !== undefined && !from.includes(null) && !from.includes("")) return [];
    return ends.map((after) => ({ after: [...after, { field, op: "isNotEmpty" }], moved: field }));
  }
  const starts = oneOf(field, condition.from, context);
  return starts.flatMap((before) => ends.map((after) => ({ after, before, moved: field })));
}

/** The ways of being one of these values, null standing for empty; without a list, anything will do. */
function oneOf(field: string, values: ConditionOf<"changed">["to"], context: DomainContext): Constraint[][] {
  if (values === undefined) return [[]];
  const given = values.filter((value): value is string | number | boolean => value !== null && value !== "");
  const ways: Constraint[][] = given.length < values.length ? [[{ field, op: "isEmpty" }]] : [];
  const type = fieldType(field, context.customFields);
  if (type === "number" || type === "delay") {
    const numbers = given.filter((value) => typeof value === "number");
    ways.push(...numbers.map((value): Constraint[] => [{ field, op: "between", min: value, max: value }]));
  } else if (type === "day" || type === "instant") {
    const days = given.filter((value) => typeof value === "string");
    ways.push(...days.map((value): Constraint[] => [{ field, op: "on", value }]));
  } else if (given.length > 0) ways.push([{ field, op: "is", values: given }]);
  return ways;
}

function triggerAlternatives(trigger: Trigger, kind: Kind): Alternative[] {
  if (trigger.type === "customerCreated") return kind === "updated" ? [] : [{}];
  if (trigger.type === "customerCreatedOrUpdated") return [{}];
  if (kind === "standing") return [{ after: beyond(trigger), ...hinted(trigger) }];
  return kind === "created" ? createdAcross(trigger) : updatedAcross(trigger);
}

/** What the watched field must be to stand beyond the line. */
function beyond(trigger: ThresholdTrigger): Constraint[] {
  const field = watchedField(trigger);
  const exceeds = trigger.direction === "exceeds";
  if (trigger.type === "ratingThreshold") {
    return [
      {
        field,
        op: "is",
        values: LETTERS.filter((letter) => letter < trigger.value === exceeds && letter !== trigger.value),
      },
    ];
  }
  if (typeof trigger.value === "number") return [{ field, op: exceeds ? "above" : "below", value: trigger.value }];
  return [field, trigger.value.field].map((each): Constraint => ({ field: each, op: "isNotEmpty" }));
}

/** At its creation a customer owes nothing and has no delay, so it crosses nothing but a limit below zero. */
function createdAcross(trigger: ThresholdTrigger): Alternative[] {
  if (trigger.type !== "outstandingThreshold" || typeof trigger.value === "number") return [];
  if (trigger.direction === "fallsBelow") return [];
  return [{ after: [{ field: trigger.value.field, op: "below", value: 0 }] }];
}

function updatedAcross(trigger: ThresholdTrigger): Alternative[] {
  const field = watchedField(trigger);
  const after = beyond(trigger);
  const exceeds = trigger.direction === "exceeds";
  if (trigger.type === "ratingThreshold") {
    const { value } = trigger;
    const values = LETTERS.filter((letter) => (exceeds ? letter >= value : letter <= value));
    return [{ after, before: [{ field, op: "is", values }] }];
  }
  const { value } = trigger;
  // Against another field a rise may begin anywhere, while a fall needs both values before it.
  if (typeof value !== "number") return [{ after, ...(exceeds ? {} : { before: after }), ...hinted(trigger) }];
  if (!exceeds) return [{ after, before: [{ field, op: "between", min: value }] }];
  const below: Alternative = { after, before: [{ field, op: "between", max: value }] };
  return trigger.type === "outstandingThreshold" ? [below] : [below, { after, before: [{ field, op: "isEmpty" }] }];
}

/** Against another field: on which sides of a level the two stand before and after. */
function hinted(trigger: ThresholdTrigger): Pick<Alternative, "hints"> {
  if (typeof trigger.value !== "object") return {};
  const [field, other] = [watchedField(trigger), trigger.value.field];
  const hints = LEVELS.map((level): Hint => {
    if (trigger.direction === "exceeds") {
      return {
        after: [
          { field, op: "above", value: level },
          { field: other, op: "between", max: level },
        ],
        before: [
          { field, op: "between", max: 0 },
          { field: other, op: "between", min: 0 },
        ],
      };
    }
    return {
      after: [
        { field, op: "below", value: level },
        { field: other, op: "between", min: level },
      ],
      before: [
        { field, op: "between", min: level },
        { field: other, op: "between", max: level },
      ],
    };
  });
  return { hints };
}
