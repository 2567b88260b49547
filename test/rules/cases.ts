import { describe, expect, test } from "vitest";
import { compileRuleset, evaluate, explainRule, type Trace } from "../../rules/evaluate.ts";
import type { Facts, Source } from "../../rules/facts.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Condition, Filter, Rule } from "../../rules/schema.ts";
import { context, facts, onAnyChange, rule } from "./fixtures.ts";

/** One change, one rule, and what comes of it. */
export interface Case {
  name: string;
  rule: Rule;
  /** Null: the customer is created. */
  before: Facts | null;
  after: Facts;
  source?: Source;
  timeZone?: string;
  verdict: Trace["reason"];
  /** Parts of the trace, where they matter. */
  trace?: object;
}

const LETTERS = { matched: "M", trigger: "T", filters: "F" } as const;

/** Runs every case through evaluation and explanation, which must agree. */
export function runCases(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases.map((each) => [each.name, each] as const))("%s", (_name, each) => {
      const compile: CompileContext = { ...context, timeZone: each.timeZone ?? "UTC" };
      const { before, after, source = "api" } = each;
      const change = { kind: before === null ? "created" : "updated", source, before, after } as const;
      const listed = { ruleId: "r", version: 1, name: each.rule.name, rule: each.rule };
      const { codes, matched } = evaluate(compileRuleset([listed], compile), change);
      const trace = explainRule(listed, compile, change);
      expect(codes).toBe(LETTERS[each.verdict]);
      expect(matched).toEqual(each.verdict === "matched" ? [0] : []);
      expect(trace.reason).toBe(each.verdict);
      expect(trace.matched).toBe(each.verdict === "matched");
      if (each.trace) expect(trace).toMatchObject(each.trace);
    });
  });
}

/** A case about one filter: does it hold for these facts? */
export function holds(name: string, filter: Filter, given: Partial<Facts>, expected: boolean): Case {
  const verdict = expected ? "matched" : "filters";
  return { name, rule: rule(onAnyChange, [filter]), before: facts(), after: facts(given), verdict };
}

/** A case about a `changed` condition. */
export function changes(
  name: string,
  condition: Omit<Extract<Condition, { op: "changed" }>, "op">,
  before: Partial<Facts> | null,
  after: Partial<Facts>,
  expected: boolean,
): Case {
  return {
    name,
    rule: rule(onAnyChange, [{ op: "changed", ...condition }]),
    before: before && facts(before),
    after: facts(after),
    verdict: expected ? "matched" : "filters",
  };
}
