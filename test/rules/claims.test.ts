import { describe, expect, it } from "vitest";
import { Claims, type Mode } from "../../rules/claims.ts";

/** One claim on the users slot, by the rule of that name, and what became of it. */
interface Step {
  rule: string;
  mode: Mode;
  members: string[];
  holds?: string[];
  lostTo?: string;
}

const cases: { name: string; steps: Step[] }[] = [
  {
    name: "the first replace wins, and a later one loses to it",
    steps: [
      { rule: "first", mode: "replace", members: ["a"], holds: ["a"] },
      { rule: "second", mode: "replace", members: ["a"], lostTo: "first" },
      { rule: "third", mode: "replace", members: ["b"], lostTo: "first" },
    ],
  },
  {
    name: "nothing below a replace gets through",
    steps: [
      { rule: "first", mode: "replace", members: ["a"], holds: ["a"] },
      { rule: "second", mode: "add", members: ["b"], lostTo: "first" },
      { rule: "third", mode: "remove", members: ["c"], lostTo: "first" },
    ],
  },
  {
    name: "a replace below an add loses to it",
    steps: [
      { rule: "first", mode: "add", members: ["a"], holds: ["a"] },
      { rule: "second", mode: "replace", members: ["b"], lostTo: "first" },
    ],
  },
  {
    name: "adding and removing other members goes side by side",
    steps: [
      { rule: "first", mode: "add", members: ["a"], holds: ["a"] },
      { rule: "second", mode: "remove", members: ["b"], holds: ["b"] },
      { rule: "third", mode: "add", members: ["c"], holds: ["c"] },
    ],
  },
  {
    name: "of members that another rule holds, the others are still won",
    steps: [
      { rule: "first", mode: "remove", members: ["a"], holds: ["a"] },
      { rule: "second", mode: "add", members: ["a", "b"], holds: ["b"], lostTo: "first" },
      { rule: "third", mode: "add", members: ["a", "b"], lostTo: "first" },
    ],
  },
  {
    name: "an empty add claims the slot against a later replace",
    steps: [
      { rule: "first", mode: "add", members: [], holds: [] },
      { rule: "second", mode: "replace", members: ["b"], lostTo: "first" },
    ],
  },
  {
    name: "clearing the slot is a replace like any other",
    steps: [
      { rule: "first", mode: "replace", members: [], holds: [] },
      { rule: "second", mode: "add", members: ["b"], lostTo: "first" },
    ],
  },
];

describe("claims of one slot, in list order", () => {
  it.each(cases)("$name", ({ steps }) => {
    const claims = new Claims();
    for (const { rule, mode, members, holds, lostTo } of steps) {
      const claim = claims.claim({ ruleId: rule, name: rule }, "users", mode, members);
      expect({ rule, ...claim }).toEqual({
        rule,
        won: holds !== undefined,
        members: holds ?? [],
        lostTo: lostTo === undefined ? null : { ruleId: lostTo, name: lostTo },
      });
    }
  });

  it("leave the other slots alone", () => {
    const claims = new Claims();
    claims.claim({ ruleId: "first", name: "first" }, "users", "replace", ["a"]);
    expect(claims.claim({ ruleId: "second", name: "second" }, "workflow", "replace", [])).toMatchObject({ won: true });
  });
});
