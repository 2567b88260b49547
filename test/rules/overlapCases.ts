import type { Filter } from "../../rules/schema.ts";
import { AGENCY, ANN, BOB, FRIENDLY } from "./fixtures.ts";

interface OverlapCase {
  name: string;
  one: Filter[];
  other: Filter[];
  verdict: "disjoint" | "mayOverlap" | "overlaps";
}

const is = (field: string, ...values: (string | boolean)[]): Filter => ({ field, op: "is", values });
const isNot = (field: string, ...values: (string | boolean)[]): Filter => ({ field, op: "isNot", values });
const empty = (field: string): Filter => ({ field, op: "isEmpty" });
const filled = (field: string): Filter => ({ field, op: "isNotEmpty" });
const between = (field: string, min?: number, max?: number): Filter => ({
  field,
  op: "between",
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
const changed = (field: string, from?: string[], to?: string[]): Filter => ({
  field,
  op: "changed",
  ...(from && { from }),
  ...(to && { to }),
});

/** Filters of two rules that are asked of every change. */
const STANDING: OverlapCase[] = [
  { name: "no filters", one: [], other: [], verdict: "overlaps" },
  { name: "one value each", one: [is("country", "US")], other: [is("country", "FR")], verdict: "disjoint" },
  { name: "a shared value", one: [is("country", "US", "CA")], other: [is("country", "CA")], verdict: "overlaps" },
  { name: "a value and its ban", one: [is("country", "US")], other: [isNot("country", "US")], verdict: "disjoint" },
  { name: "two bans", one: [isNot("country", "US")], other: [isNot("country", "FR")], verdict: "overlaps" },
  { name: "a value and nothing", one: [is("city", "Rome")], other: [empty("city")], verdict: "disjoint" },
  { name: "a ban and nothing", one: [isNot("city", "Rome")], other: [empty("city")], verdict: "overlaps" },
  { name: "something and nothing", one: [filled("city")], other: [empty("city")], verdict: "disjoint" },
  { name: "other fields", one: [is("country", "US")], other: [is("city", "Rome")], verdict: "overlaps" },
  {
    name: "texts that differ in case",
    one: [{ field: "customFields.segment", op: "contains", value: "b2b" }],
    other: [{ field: "customFields.segment", op: "contains", value: "B2B" }],
    verdict: "disjoint",
  },
  {
    name: "true and not true",
    one: [is("customFields.vip", true)],
    other: [isNot("customFields.vip", true)],
    verdict: "disjoint",
  },
  {
    name: "neither true nor false",
    one: [isNot("customFields.vip", true)],
    other: [isNot("customFields.vip", false)],
    verdict: "overlaps",
  },
  { name: "two members of a set", one: [is("users", ANN)], other: [is("users", BOB)], verdict: "overlaps" },
  { name: "a member and its ban", one: [is("users", ANN)], other: [isNot("users", ANN, BOB)], verdict: "disjoint" },
  { name: "a member and the empty set", one: [is("users", ANN)], other: [empty("users")], verdict: "disjoint" },
  { name: "two workflows", one: [is("workflow", AGENCY)], other: [is("workflow", FRIENDLY)], verdict: "disjoint" },
  {
    name: "ranges apart",
    one: [between("outstanding", 100)],
    other: [between("outstanding", undefined, 99)],
    verdict: "disjoint",
  },
  {
    name: "ranges that touch",
    one: [between("outstanding", 100)],
    other: [between("outstanding", undefined, 100)],
    verdict: "overlaps",
  },
  {
    name: "between two cents",
    one: [between("due", 0.2)],
    other: [between("due", undefined, 0.8)],
    verdict: "disjoint",
  },
  {
    name: "between two scores",
    one: [between("customFields.score", 0.2)],
    other: [between("customFields.score", undefined, 0.8)],
    verdict: "overlaps",
  },
  { name: "a range and nothing", one: [between("creditLimit", 5)], other: [empty("creditLimit")], verdict: "disjoint" },
  { name: "an amount is never empty", one: [empty("outstanding")], other: [], verdict: "disjoint" },
  {
    name: "a rating and its delay",
    one: [is("rating", "B")],
    other: [between("averagePaymentDelay", 30, 30)],
    verdict: "disjoint",
  },
  {
    name: "a rating within its delay",
    one: [is("rating", "B")],
    other: [between("averagePaymentDelay", 30, 31)],
    verdict: "overlaps",
  },
  { name: "two letters", one: [isNot("rating", "A", "B")], other: [isNot("rating", "C", "D")], verdict: "overlaps" },
  {
    name: "no letter is left",
    one: [isNot("rating", "A", "B"), filled("rating")],
    other: [isNot("rating", "C", "D")],
    verdict: "disjoint",
  },
  {
    name: "parts that no sum joins",
    one: [between("outstanding", 9)],
    other: [between("due", undefined, 0), between("overdue", undefined, 0)],
    verdict: "mayOverlap",
  },
  {
    name: "parts of a sum",
    one: [between("outstanding", 9)],
    other: [between("due", undefined, 5), between("overdue", 2)],
    verdict: "overlaps",
  },
  {
    name: "a day and another",
    one: [{ field: "customFields.renewal", op: "on", value: "2026-03-01" }],
    other: [{ field: "customFields.renewal", op: "after", value: "2026-03-01" }],
    verdict: "disjoint",
  },
  {
    name: "a day and its ban",
    one: [{ field: "customFields.renewal", op: "on", value: { daysFromToday: 0 } }],
    other: [{ field: "customFields.renewal", op: "notOn", value: { daysFromToday: 0 } }],
    verdict: "disjoint",
  },
  {
    name: "long ago and lately",
    one: [{ field: "lastReminderAt", op: "before", value: { daysFromToday: -30 } }],
    other: [{ field: "lastReminderAt", op: "onOrAfter", value: { daysFromToday: -30 } }],
    verdict: "disjoint",
  },
  {
    name: "a day that today is not beyond",
    one: [{ field: "customFields.renewal", op: "before", value: "2026-01-01" }],
    other: [{ field: "customFields.renewal", op: "after", value: { daysFromToday: -10 } }],
    verdict: "mayOverlap",
  },
  {
    name: "a day within reach of today",
    one: [{ field: "createdAt", op: "before", value: "2026-02-28" }],
    other: [{ field: "createdAt", op: "after", value: { daysFromToday: -10 } }],
    verdict: "overlaps",
  },
  {
    name: "every alternative apart",
    one: [
      {
        anyOf: [
          { field: "country", op: "is", values: ["US"] },
          { field: "city", op: "is", values: ["Rome"] },
        ],
      },
    ],
    other: [is("country", "FR"), is("city", "Oslo")],
    verdict: "disjoint",
  },
  {
    name: "one alternative in common",
    one: [
      {
        anyOf: [
          { field: "country", op: "is", values: ["US"] },
          { field: "city", op: "is", values: ["Rome"] },
        ],
      },
    ],
    other: [is("country", "FR")],
    verdict: "overlaps",
  },
  { name: "a field that is gone", one: [filled("customFields.gone")], other: [], verdict: "disjoint" },
];

export const OVERLAPS: readonly OverlapCase[] = STANDING;

/** Filters about what changed, which never hold of a customer that stands. */
export const CHANGED_OVERLAPS: readonly OverlapCase[] = [
  {
    name: "two moves from one place",
    one: [changed("country", ["FR"])],
    other: [changed("country", undefined, ["US"])],
    verdict: "overlaps",
  },
  {
    name: "moves to two places",
    one: [changed("country", undefined, ["FR"])],
    other: [changed("country", undefined, ["US"])],
    verdict: "disjoint",
  },
  {
    name: "moves from two places",
    one: [changed("country", ["FR"])],
    other: [changed("country", ["US"])],
    verdict: "disjoint",
  },
  {
    name: "a move to where it is not",
    one: [changed("country", ["FR"], ["US"])],
    other: [isNot("country", "US")],
    verdict: "disjoint",
  },
  { name: "moves of two fields", one: [changed("country")], other: [changed("city")], verdict: "overlaps" },
  { name: "a balance that moved", one: [changed("outstanding")], other: [], verdict: "overlaps" },
];
