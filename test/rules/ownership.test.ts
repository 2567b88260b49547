import { describe, expect, it } from "vitest";
import type { Slot, Source } from "../../rules/facts.ts";
import { effectiveSource, isOverruled, takesOwnership } from "../../rules/ownership.ts";

/** Who writes, and which owners of the slot keep it from them (`closed`) or lose it even to the standing value (`taken`). */
interface Case {
  source: Source;
  slot: Slot;
  closed: Source[];
  taken: Source[];
}

const OWNERS: Source[] = ["salesforce", "api", "rule", "csv", "manual"];

const cases: Case[] = [
  { source: "salesforce", slot: "users", closed: [], taken: ["api", "rule", "csv", "manual"] },
  { source: "salesforce", slot: "workflow", closed: ["salesforce"], taken: ["rule", "csv", "manual"] },
  { source: "api", slot: "users", closed: ["salesforce"], taken: ["rule", "csv", "manual"] },
  { source: "api", slot: "workflow", closed: ["salesforce"], taken: ["rule", "csv", "manual"] },
  { source: "rule", slot: "users", closed: ["salesforce", "api"], taken: ["csv", "manual"] },
  { source: "rule", slot: "paymentMethods", closed: ["salesforce", "api"], taken: ["csv", "manual"] },
  { source: "csv", slot: "users", closed: ["salesforce", "api"], taken: [] },
  { source: "manual", slot: "users", closed: ["salesforce", "api"], taken: [] },
  { source: "manual", slot: "workflow", closed: ["salesforce", "api"], taken: [] },
];

describe.each(cases)("a write by $source to $slot", ({ source, slot, closed, taken }) => {
  it.each(OWNERS)("against a slot owned by %s", (owner) => {
    expect(isOverruled(source, slot, owner)).toBe(closed.includes(owner));
    expect(takesOwnership(source, slot, owner)).toBe(taken.includes(owner));
  });

  it("is free to set and own a slot that nobody owns", () => {
    expect(isOverruled(source, slot, undefined)).toBe(false);
    expect(takesOwnership(source, slot, undefined)).toBe(true);
  });
});

it.each([
  ["users", "salesforce"],
  ["workflow", "api"],
  ["paymentMethods", "api"],
  ["excluded", "api"],
] as const)("a Salesforce key that writes %s counts as %s", (slot, source) => {
  expect(effectiveSource("salesforce", slot)).toBe(source);
});
