import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FactsChange } from "../../rules/judge.ts";
import { compileRule, judge } from "../../rules/judge.ts";
import { overlapOf, standingOverlap } from "../../rules/overlap.ts";
import type { Filter, Trigger } from "../../rules/schema.ts";
import { compileStanding } from "../../rules/standing.ts";
import { anyChange, anyFacts, anyRule } from "./arbitraries.ts";
import { AGENCY, ANN, BOB, context, facts, onAnyChange, rule } from "./fixtures.ts";
import { CHANGED_OVERLAPS, OVERLAPS } from "./overlapCases.ts";

const domain = { ...context, today: "2026-03-01" };

describe("filters of two rules about any change", () => {
  test.each(OVERLAPS)("$name: $verdict", ({ one, other, verdict }) => {
    const [a, b] = [rule(onAnyChange, one), rule(onAnyChange, other)];
    expect(overlapOf(a, b, domain).verdict).toBe(verdict);
    expect(overlapOf(b, a, domain).verdict).toBe(verdict);
    expect(standingOverlap(a, b, domain).verdict).toBe(verdict);
  });

  test.each(CHANGED_OVERLAPS)("$name: $verdict", ({ one, other, verdict }) => {
    const [a, b] = [rule(onAnyChange, one), rule(onAnyChange, other)];
    expect(overlapOf(a, b, domain).verdict).toBe(verdict);
    expect(overlapOf(b, a, domain).verdict).toBe(verdict);
    expect(standingOverlap(a, b, domain).verdict).toBe("disjoint");
  });
});

const created: Trigger = { type: "customerCreated" };
const rating = (direction: "exceeds" | "fallsBelow", value: "A" | "B" | "C" | "D"): Trigger => ({
  type: "ratingThreshold",
  direction,
  value,
});
const balance = (direction: "exceeds" | "fallsBelow", value: number | { field: string }): Trigger => ({
  type: "outstandingThreshold",
  direction,
  value,
});
const delay = (direction: "exceeds" | "fallsBelow", value: number | { field: string }): Trigger => ({
  type: "averagePaymentDelayThreshold",
  direction,
  value,
});
const starts: Trigger = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true };

const TRIGGERS: { name: string; one: Trigger; other: Trigger; filters?: Filter[]; verdict: string }[] = [
  { name: "two creations", one: created, other: created, verdict: "overlaps" },
  { name: "a creation and any change", one: created, other: onAnyChange, verdict: "overlaps" },
  { name: "a creation and a first rating", one: created, other: rating("fallsBelow", "A"), verdict: "disjoint" },
  { name: "a creation and a balance", one: created, other: balance("exceeds", 0), verdict: "disjoint" },
  { name: "a creation and a delay", one: created, other: delay("exceeds", 0), verdict: "disjoint" },
  {
    name: "a creation and a debt",
    one: created,
    other: onAnyChange,
    filters: [{ field: "overdue", op: "between", min: 1 }],
    verdict: "disjoint",
  },
  { name: "two rising balances", one: balance("exceeds", 5), other: balance("exceeds", 900), verdict: "overlaps" },
  { name: "rising and falling", one: balance("exceeds", 5), other: balance("fallsBelow", 900), verdict: "disjoint" },
  {
    name: "two falls of a rating",
    one: rating("fallsBelow", "A"),
    other: rating("fallsBelow", "C"),
    verdict: "overlaps",
  },
  { name: "better and worse", one: rating("exceeds", "C"), other: rating("fallsBelow", "B"), verdict: "disjoint" },
  {
    name: "the letter and the filter's",
    one: rating("fallsBelow", "B"),
    other: onAnyChange,
    filters: [{ field: "rating", op: "is", values: ["A", "B"] }],
    verdict: "disjoint",
  },
  {
    name: "a rating and the delay it follows",
    one: rating("fallsBelow", "B"),
    other: delay("exceeds", 70),
    verdict: "overlaps",
  },
  {
    name: "the delay that a rating excludes",
    one: rating("exceeds", "B"),
    other: onAnyChange,
    filters: [{ field: "averagePaymentDelay", op: "between", min: 31 }],
    verdict: "disjoint",
  },
  { name: "a balance and a delay", one: balance("fallsBelow", 5), other: delay("exceeds", 70), verdict: "overlaps" },
  {
    name: "over the limit",
    one: balance("exceeds", { field: "creditLimit" }),
    other: onAnyChange,
    verdict: "overlaps",
  },
  {
    name: "over a large limit",
    one: balance("exceeds", { field: "creditLimit" }),
    other: balance("exceeds", 500_000),
    filters: [{ field: "creditLimit", op: "between", min: 1_000_000 }],
    verdict: "overlaps",
  },
  {
    name: "back below the limit",
    one: balance("fallsBelow", { field: "creditLimit" }),
    other: onAnyChange,
    verdict: "overlaps",
  },
  {
    name: "as filters start to hold",
    one: starts,
    other: starts,
    filters: [{ field: "overdue", op: "between", min: 5 }],
    verdict: "overlaps",
  },
  {
    name: "as they start and a balance",
    one: starts,
    other: balance("exceeds", 500),
    filters: [{ field: "overdue", op: "between", min: 5 }],
    verdict: "overlaps",
  },
];

test.each(TRIGGERS)("triggers of two rules, $name: $verdict", ({ one, other, filters = [], verdict }) => {
  expect(overlapOf(rule(one, filters), rule(other, filters), domain).verdict).toBe(verdict);
  expect(overlapOf(rule(other, filters), rule(one, filters), domain).verdict).toBe(verdict);
});

test("filters with many alternatives are undecided rather than guessed", () => {
  const many = (field: string): Filter => ({
    anyOf: Array.from({ length: 40 }, (_, n) => ({ field, op: "is" as const, values: [`${field} ${n}`] })),
  });
  const never: Filter[] = [
    { field: "outstanding", op: "between", max: -5 },
    { anyOf: ["due", "overdue"].map((field) => ({ field, op: "between" as const, min: 9 })) },
  ];
  const [a, b] = [rule(onAnyChange, ["name", "city", "email"].map(many)), rule(onAnyChange, never)];
  expect(["overlaps", "mayOverlap"]).toContain(overlapOf(a, b, domain).verdict);
});

/** As facts can come about: a customer begins without money. */
function asWritten(change: FactsChange): FactsChange {
  if (change.kind === "updated") return change;
  const nothing = {
    outstanding: 0,
    due: 0,
    overdue: 0,
    unapplied: 0,
    overdueSince: null,
    delaySums: null,
    rating: null,
  };
  return { ...change, after: { ...change.after, ...nothing } };
}

test("what is called disjoint is matched by no change at all, and what is said to overlap has a witness", () => {
  const seen = { disjoint: 0, mayOverlap: 0, overlaps: 0 };
  const changes = fc.sample(anyChange, { numRuns: 400, seed: 7 }).map(asWritten);
  fc.assert(
    fc.property(anyRule, anyRule, (a, b) => {
      const overlap = overlapOf(a, b, domain);
      seen[overlap.verdict] += 1;
      const both = [a, b].map((one) => compileRule(one, context));
      const match = (change: FactsChange) => both.every((one) => judge(one, change) === "M");
      if (overlap.verdict === "overlaps") expect("witness" in overlap && match(overlap.witness)).toBe(true);
      if (overlap.verdict === "disjoint") expect(changes.find(match)).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
  expect(seen.disjoint).toBeGreaterThan(300);
  expect(seen.overlaps).toBeGreaterThan(300);
  // The undecided must stay few for the answer to be worth giving.
  expect(seen.mayOverlap).toBeLessThan(600);
});

test("customers as they stand are judged alike", () => {
  const customers = fc.sample(anyFacts, { numRuns: 400, seed: 8 });
  fc.assert(
    fc.property(anyRule, anyRule, (a, b) => {
      const overlap = standingOverlap(a, b, domain);
      const both = [a, b].map((one) => compileStanding(one, context));
      if (overlap.verdict === "overlaps") {
        expect("standing" in overlap && both.every((stands) => stands(overlap.standing))).toBe(true);
      }
      if (overlap.verdict === "disjoint") {
        expect(customers.find((one) => both.every((stands) => stands(one)))).toBeUndefined();
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a witness is a customer that could exist", () => {
  const a = rule(onAnyChange, [
    { field: "overdueDays", op: "between", min: 30 },
    { field: "outstanding", op: "between", max: 100_000 },
    { field: "users", op: "is", values: [ANN] },
  ]);
  const b = rule(onAnyChange, [
    { field: "due", op: "between", min: 200_000 },
    { field: "rating", op: "is", values: ["D"] },
    { field: "users", op: "isNot", values: [BOB] },
    { field: "workflow", op: "is", values: [AGENCY] },
  ]);
  const overlap = overlapOf(a, b, domain);
  if (!("witness" in overlap)) throw new Error(overlap.verdict);
  const { after } = overlap.witness;
  expect(after.outstanding).toBe(after.due + after.overdue - after.unapplied);
  expect(after).toMatchObject({ users: [ANN], workflow: AGENCY, rating: "D", overdueSince: "2026-01-30" });
  expect(Math.min(after.due, after.overdue, after.unapplied)).toBeGreaterThan(0);
  expect(facts().outstanding).toBe(0);
});
