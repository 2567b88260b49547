import fc from "fast-check";
import { addDays } from "../../rules/days.ts";
import { ratingOf } from "../../rules/delay.ts";
import type { Facts, Source } from "../../rules/facts.ts";
import type { FactsChange } from "../../rules/judge.ts";
import type { Condition, DayValue, Filter, Rule, Trigger } from "../../rules/schema.ts";
import { AGENCY, ANN, BOB, CARD, FRIENDLY, NOBODY, WIRE } from "./fixtures.ts";

/** Facts and rules out of few values, so that they meet at boundaries, with odd texts and empties among them. */

const texts = fc.constantFrom(
  "US",
  "FR",
  "us",
  "",
  " ",
  "B2B",
  "b2b",
  "B2B, B2C",
  'O\'Neil "x"',
  "é",
  "e\u0301",
  "🦊",
  "\\",
  "%",
  "$1",
  "\n",
);
const oddTexts = fc.oneof(
  { weight: 8, arbitrary: texts },
  fc.constantFrom("a\0b", "\ud800", "\ufffd"),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);
const amounts = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(1e13, -1e13, 123_456_789));
const decimals = fc.oneof(amounts, fc.constantFrom(0.1, 0.3, 0.30000000000000004, 25.13, 1e-7, 1e21, -0.5, -0));
const days = fc.integer({ min: -3, max: 3 }).map((offset) => addDays("2026-03-01", offset));
const stored = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const sums = fc.oneof(
  fc.tuple(fc.integer({ min: -9, max: 9 }).map(String), fc.constantFrom("1", "2", "3", "10")),
  fc.constantFrom<[string, string]>(
    ["5655", "225"],
    ["3", "10"],
    ["300000000000000000001", "1000000000000000000000"],
    ["1", "10000000"],
  ),
);
/** What Postgres can hold: it refuses NUL and broken surrogates when they are written. */
const storable = fc.oneof(texts, fc.constant("\ufffd"));
const instants = fc.constantFrom(
  "2026-03-01T00:00:00.000Z",
  "2026-02-28T23:59:59.999Z",
  "2026-03-01T12:00:00.000Z",
  "2026-03-29T01:30:00.000Z",
  "2026-02-27T22:00:00.000Z",
);

const customValues: fc.Arbitrary<Facts["customFields"]> = fc
  .record({
    plan: optional(fc.constantFrom("Basic", "Premium", "")),
    segment: optional(storable),
    vip: optional(fc.boolean()),
    score: optional(decimals),
    renewal: optional(days),
    constructor: optional(storable),
  })
  .map((values) =>
    Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  );

export const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    externalId: stored(storable),
    name: stored(storable),
    email: stored(storable),
    country: stored(storable),
    city: stored(storable),
    language: stored(storable),
    currency: stored(storable),
    creditLimit: stored(amounts),
    parentId: fc.constant(null),
    createdAt: instants,
    lastReminderAt: stored(instants),
    customFields: customValues,
    outstanding: amounts,
    due: amounts,
    overdue: amounts,
    unapplied: amounts,
    overdueSince: stored(days),
    delaySums: stored(sums),
    workflow: stored(fc.constantFrom(AGENCY, FRIENDLY)),
    users: fc.uniqueArray(fc.constantFrom(ANN, BOB), { maxLength: 2 }),
    paymentMethods: fc.uniqueArray(fc.constantFrom(CARD, WIRE), { maxLength: 2 }),
    asOf: days,
  })
  .map((facts) => ({ ...facts, rating: ratingOf(facts.delaySums) }));

const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 4 });
const day: fc.Arbitrary<DayValue> = fc.oneof(
  days,
  fc.integer({ min: -3, max: 3 }).map((daysFromToday) => ({ daysFromToday })),
);
const emptiness = fc.constantFrom("isEmpty" as const, "isNotEmpty" as const);
const bounds = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(fc.record({ min: value }), fc.record({ max: value }), fc.record({ min: value, max: value }));

const TEXT_FIELDS = ["name", "externalId", "email", "country", "city", "language", "currency"] as const;
const TEXT_CUSTOM = ["customFields.segment", "customFields.constructor"] as const;
const NUMBERS = [
  "outstanding",
  "due",
  "overdue",
  "unapplied",
  "creditLimit",
  "overdueDays",
  "averagePaymentDelay",
  "customFields.score",
] as const;
const DATES = ["createdAt", "lastReminderAt", "customFields.renewal"] as const;

const choice = (fields: readonly string[], value: fc.Arbitrary<string | boolean>): fc.Arbitrary<Condition> =>
  fc.record({
    field: fc.constantFrom(...fields),
    op: fc.constantFrom("is" as const, "isNot" as const),
    values: list(value),
  });

const standing: fc.Arbitrary<Condition> = fc.oneof(
  choice([...TEXT_FIELDS, "customFields.gone"], oddTexts),
  choice(["customFields.plan"], fc.constantFrom("Basic", "Premium")),
  choice(["rating"], fc.constantFrom("A", "B", "C", "D")),
  choice(["workflow"], fc.constantFrom(AGENCY, FRIENDLY, NOBODY, "no id")),
  choice(["users"], fc.constantFrom(ANN, BOB, NOBODY)),
  choice(["paymentMethods"], fc.constantFrom(CARD, WIRE, "no id")),
  choice(["customFields.vip"], fc.boolean()),
  fc.record({
    field: fc.constantFrom(...TEXT_CUSTOM),
    op: fc.constantFrom("contains" as const, "doesNotContain" as const),
    value: oddTexts,
  }),
  fc
    .tuple(fc.constantFrom(...NUMBERS), bounds(decimals))
    .map(([field, range]) => ({ field, op: "between" as const, ...range })),
  fc
    .tuple(fc.constantFrom(...DATES), bounds(day))
    .map(([field, range]) => ({ field, op: "between" as const, ...range })),
  fc.record({
    field: fc.constantFrom(...DATES),
    op: fc.constantFrom(
      "on" as const,
      "notOn" as const,
      "before" as const,
      "after" as const,
      "onOrBefore" as const,
      "onOrAfter" as const,
    ),
    value: day,
  }),
  fc.record({
    field: fc.constantFrom(
      ...TEXT_FIELDS,
      ...TEXT_CUSTOM,
      ...NUMBERS,
      ...DATES,
      "customFields.plan",
      "rating",
      "workflow",
      "users",
      "paymentMethods",
    ),
    op: emptiness,
  }),
);

const changed: fc.Arbitrary<Condition> = fc
  .record({
    field: fc.constantFrom(...TEXT_FIELDS, ...TEXT_CUSTOM, ...NUMBERS, ...DATES, "rating", "workflow", "users"),
    from: optional(list(fc.oneof(fc.constant(null), texts, amounts, fc.constantFrom(ANN, AGENCY)))),
    to: optional(list(fc.oneof(fc.constant(null), texts, amounts, fc.constantFrom(ANN, AGENCY)))),
  })
  .map(({ field, from, to }) => ({ field, op: "changed" as const, ...(from && { from }), ...(to && { to }) }));

const among = (condition: fc.Arbitrary<Condition>): fc.Arbitrary<Filter> =>
  fc.oneof(
    { weight: 4, arbitrary: condition },
    { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })) },
  );

/** Filters of lists and views: without `changed`. */
export const anyFilter: fc.Arbitrary<Filter> = among(standing);

const ruleFilters = fc.array(among(fc.oneof({ weight: 3, arbitrary: standing }, { weight: 1, arbitrary: changed })), {
  maxLength: 2,
});

const direction = fc.constantFrom("exceeds" as const, "fallsBelow" as const);
const limit = fc.oneof(
  amounts,
  fc.constantFrom(
    { field: "creditLimit" },
    { field: "due" },
    { field: "customFields.score" },
    { field: "overdueDays" },
  ),
);

const anyTrigger: fc.Arbitrary<Trigger> = fc.oneof(
  fc.constant<Trigger>({ type: "customerCreated" }),
  fc.constant<Trigger>({ type: "customerCreatedOrUpdated" }),
  fc.boolean().map((onlyWhenStartsMatching): Trigger => ({ type: "customerCreatedOrUpdated", onlyWhenStartsMatching })),
  fc.record({ type: fc.constant("outstandingThreshold" as const), direction, value: limit }),
  fc.record({ type: fc.constant("averagePaymentDelayThreshold" as const), direction, value: limit }),
  fc.record({ type: fc.constant("ratingThreshold" as const), direction, value: fc.constantFrom("A", "B", "C", "D") }),
);

export const anyRule: fc.Arbitrary<Rule> = fc.record({
  name: fc.constant("Any"),
  trigger: anyTrigger,
  filters: ruleFilters,
  actions: fc.constant<Rule["actions"]>([{ type: "assignWorkflow", workflowId: null }]),
});

/** Mostly small updates, as most fields of a change stay the same. */
export const anyChange: fc.Arbitrary<FactsChange> = fc
  .tuple(
    anyFacts,
    anyFacts,
    fc.subarray([
      "country",
      "outstanding",
      "due",
      "creditLimit",
      "users",
      "delaySums",
      "customFields",
      "asOf",
    ] as const),
    fc.integer({ min: 0, max: 5 }),
    fc.constantFrom<Source>("api", "rule", "schedule"),
  )
  .map(([before, other, moved, dice, source]) => {
    if (dice === 0) return { kind: "created", source, before: null, after: before };
    const after = dice === 1 ? other : { ...before, ...Object.fromEntries(moved.map((key) => [key, other[key]])) };
    return { kind: "updated", source, before, after: { ...after, rating: ratingOf(after.delaySums) } };
  });
