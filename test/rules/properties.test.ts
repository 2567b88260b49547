import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRuleset, evaluate, explainRule } from "../../rules/evaluate.ts";
import { compileRule, judge } from "../../rules/judge.ts";
import { anyChange, anyRule } from "./arbitraries.ts";
import { context } from "./fixtures.ts";

const timeZone = fc.constantFrom("UTC", "Europe/Paris", "America/New_York");
const LETTERS = { matched: "M", trigger: "T", filters: "F" };

describe("for any ruleset and change", () => {
  test("the explanation of each rule is the verdict that was recorded", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), anyChange, timeZone, (rules, change, zone) => {
        const compile = { ...context, timeZone: zone };
        const listed = rules.map((rule, place) => ({ ruleId: String(place), version: 1, name: rule.name, rule }));
        const { codes, matched } = evaluate(compileRuleset(listed, compile), change);
        const traces = listed.map((each) => explainRule(each, compile, change));
        expect(codes).toBe(traces.map(({ reason }) => LETTERS[reason]).join(""));
        expect(matched).toEqual(traces.flatMap(({ matched }, place) => (matched ? [place] : [])));
      }),
      { numRuns: 3_000 },
    );
  });

  test("the index leaves out no rule that judging each by itself would have found", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 20 }), anyChange, (rules, change) => {
        const listed = rules.map((rule, place) => ({ ruleId: String(place), version: 1, name: rule.name, rule }));
        const oneByOne = rules.map((rule) => judge(compileRule(rule, context), change)).join("");
        expect(evaluate(compileRuleset(listed, context), change).codes).toBe(oneByOne);
      }),
      { numRuns: 3_000 },
    );
  });

  test("a compiled ruleset judges a change the same after any other change", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), anyChange, anyChange, (rules, first, second) => {
        const listed = rules.map((rule, place) => ({ ruleId: String(place), version: 1, name: rule.name, rule }));
        const used = compileRuleset(listed, { ...context, timeZone: "Europe/Paris" });
        evaluate(used, first);
        expect(evaluate(used, second)).toEqual(
          evaluate(compileRuleset(listed, { ...context, timeZone: "Europe/Paris" }), second),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
