import { describe, expect, it } from "vitest";
import { compileRuleset, evaluate } from "../../rules/evaluate.ts";
import type { Facts } from "../../rules/facts.ts";
import type { Rule, ThresholdTrigger } from "../../rules/schema.ts";
import { judgeTiming, type Pending } from "../../rules/timing.ts";
import { context, facts, rule } from "./fixtures.ts";

const RULE = "the rule";
const exit: Pick<Rule, "exitActions"> = { exitActions: [{ type: "assignWorkflow", workflowId: null }] };
const exceeds = { type: "outstandingThreshold", direction: "exceeds", value: 5_000 } as const;
const fallsBelow = { type: "outstandingThreshold", direction: "fallsBelow", value: 5_000 } as const;
const delayed = { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 } as const;
const delayedLess = { ...delayed, direction: "fallsBelow" } as const;
const rated = { type: "ratingThreshold", direction: "fallsBelow", value: "B" } as const;
const ratedUp = { type: "ratingThreshold", direction: "exceeds", value: "C" } as const;

interface Walk {
  name: string;
  trigger: ThresholdTrigger;
  more?: Partial<Rule>;
  /** The watched value change by change, and the letter of each change. */
  steps: [value: Partial<Facts>, letter: string][];
}

const owes = (outstanding: number): Partial<Facts> => ({ outstanding });
const late = (days: number | null): Partial<Facts> => ({ delaySums: days === null ? null : [String(days), "1"] });
const rating = (letter: Facts["rating"]): Partial<Facts> => ({ rating: letter });

const walks: Walk[] = [
  {
    name: "without resetAt it fires at each crossing",
    trigger: exceeds,
    more: {},
    steps: [
      [owes(6_000), "M"],
      [owes(4_500), "T"],
      [owes(6_000), "M"],
    ],
  },
  {
    name: "after firing it does not fire again before the value came back to resetAt",
    trigger: { ...exceeds, resetAt: 4_000 },
    steps: [
      [owes(6_000), "M"],
      [owes(4_001), "T"],
      [owes(6_000), "G"],
      [owes(4_000), "T"],
      [owes(5_001), "M"],
    ],
  },
  {
    name: "from above, resetAt lies above the line",
    trigger: { ...fallsBelow, resetAt: 8_000 },
    steps: [
      [owes(9_000), "T"],
      [owes(4_000), "M"],
      [owes(7_999), "T"],
      [owes(4_999), "G"],
      [owes(8_000), "T"],
      [owes(4_999), "M"],
    ],
  },
  {
    name: "exit actions run as the value comes back across the line after the rule fired",
    trigger: exceeds,
    more: exit,
    steps: [
      [owes(4_000), "T"],
      [owes(6_000), "M"],
      [owes(7_000), "T"],
      [owes(5_000), "B"],
      [owes(4_000), "T"],
      [owes(6_000), "M"],
    ],
  },
  {
    name: "exit actions wait for resetAt where there is one",
    trigger: { ...exceeds, resetAt: 4_000 },
    more: exit,
    steps: [
      [owes(6_000), "M"],
      [owes(5_000), "T"],
      [owes(4_000), "B"],
    ],
  },
  {
    name: "what has not fired for want of a filter has no exit",
    trigger: exceeds,
    more: { ...exit, filters: [{ field: "country", op: "is", values: ["FR"] }] },
    steps: [
      [owes(6_000), "F"],
      [owes(4_000), "T"],
    ],
  },
  {
    name: "an average delay that becomes empty has come back from above",
    trigger: delayed,
    more: exit,
    steps: [
      [late(40), "M"],
      [late(null), "B"],
    ],
  },
  {
    name: "an average delay that becomes empty has not come back from below",
    trigger: delayedLess,
    more: exit,
    steps: [
      [late(40), "T"],
      [late(20), "M"],
      [late(null), "T"],
      [late(30), "B"],
    ],
  },
  {
    name: "a rating resets at a letter",
    trigger: { ...rated, resetAt: "A" },
    more: exit,
    steps: [
      [rating("B"), "T"],
      [rating("D"), "M"],
      [rating("B"), "T"],
      [rating("C"), "G"],
      [rating(null), "T"],
      [rating("A"), "B"],
    ],
  },
  {
    name: "a rating comes back across its line",
    trigger: ratedUp,
    more: exit,
    steps: [
      [rating("D"), "T"],
      [rating("B"), "M"],
      [rating("C"), "B"],
    ],
  },
  {
    name: "a limit taken away brings the value back",
    trigger: { ...exceeds, value: { field: "creditLimit" } },
    more: exit,
    steps: [
      [{ outstanding: 6_000, creditLimit: 5_000 }, "M"],
      [{ outstanding: 6_000, creditLimit: null }, "B"],
    ],
  },
  {
    name: "forDays begins at the crossing, whatever the filters say, and ends by crossing back",
    trigger: { ...exceeds, forDays: 7 },
    more: { filters: [{ field: "country", op: "is", values: ["FR"] }] },
    steps: [
      [owes(6_000), "D"],
      [owes(7_000), "T"],
      [owes(5_000), "C"],
      [owes(4_000), "T"],
      [owes(6_000), "D"],
    ],
  },
];

describe("a threshold rule that remembers", () => {
  it.each(walks)("$name", ({ trigger, more, steps }) => {
    const letters = walk(
      { ...rule(trigger), ...more },
      steps.map(([value]) => facts(value)),
    );
    expect(letters).toEqual(steps.map(([, letter]) => letter));
  });

  it("forgets nothing of another rule's", () => {
    const ruleset = compileRuleset([entry(rule({ ...exceeds, resetAt: 4_000 }))], context);
    const change = { kind: "updated", source: "api", before: facts(), after: facts(owes(6_000)) } as const;
    const memory = { fired: new Set(["another rule"]), pending: [] };
    expect(judgeTiming(ruleset, change, evaluate(ruleset, change), memory).codes).toBe("M");
  });
});

const entry = (definition: Rule) => ({ ruleId: RULE, version: 1, name: "Rule", rule: definition });

/** The letters of one rule over a customer's changes, with the memory kept as evaluation keeps it. */
function walk(definition: Rule, states: Facts[]): string[] {
  const ruleset = compileRuleset([entry(definition)], context);
  const { timing } = ruleset.compiled[0]!;
  const fired = new Set<string>();
  let pending: Pending[] = [];
  let before = facts();
  return states.map((after, index) => {
    const change = { kind: "updated", source: "api", before, after } as const;
    before = after;
    const verdicts = evaluate(ruleset, change);
    if (timing === null) return verdicts.codes;
    const judged = judgeTiming(ruleset, change, verdicts, { fired, pending });
    pending = pending.filter((one) => !judged.crossedBack.includes(one));
    if (judged.begun.length > 0) {
      pending.push({ timerId: String(index), ruleId: RULE, isBeyond: timing.isBeyond });
    }
    if (judged.returned.length > 0) fired.delete(RULE);
    if (judged.matched.length > 0 && (timing.resets || timing.hasExit)) fired.add(RULE);
    return judged.codes;
  });
}
