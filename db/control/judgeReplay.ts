import { type CompiledRuleset, evaluate, explainRule, type Trace } from "../../rules/evaluate.ts";
import type { Facts } from "../../rules/facts.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Rule } from "../../rules/schema.ts";
import { compileStanding } from "../../rules/standing.ts";
import { compileReturn } from "../../rules/triggers.ts";
import type { ReplayedRun } from "./replayed.ts";

/** Why the rule matches when it is judged again, or why not. */
export type ReplayVerdict = Trace;

/**
 * Judges the rule again for the run's change: with the recorded facts after it, or with today's in their place. Exit actions ask
 * whether the value has come back, backfills whether the rule matches the customer as it stands.
 */
export function judgeReplay(run: ReplayedRun, rule: Rule, after: Facts, context: CompileContext): ReplayVerdict {
  const { change, kind } = run;
  const before = kind === "backfill" ? after : change.before;
  const listed = { ruleId: run.ruleId, version: run.ruleVersion, name: rule.name, rule };
  const trace = explainRule(listed, context, { ...change, before, after });
  if (kind === "change") return trace;
  const fired = kind === "exit" ? hasReturned(rule, after, context) : standsBeyond(rule, after, context);
  const holds = kind === "exit" || trace.conditions.every((condition) => condition.holds);
  const { filtersHeldBefore: _, ...trigger } = trace.trigger;
  const reason = fired ? (holds ? "matched" : "filters") : "trigger";
  return { ...trace, trigger: { ...trigger, fired }, matched: reason === "matched", reason };
}

function hasReturned({ trigger }: Rule, after: Facts, context: CompileContext): boolean {
  return "direction" in trigger && compileReturn(trigger, context)(after);
}

const standsBeyond = (rule: Rule, after: Facts, context: CompileContext) =>
  compileStanding({ ...rule, filters: [] }, context)(after);

/** Places of the rules above that match too: they keep their slots from it. */
export function earlierMatches(
  ruleset: CompiledRuleset,
  run: ReplayedRun,
  after: Facts,
  context: CompileContext,
): number[] {
  const own = ruleset.rules.findIndex(({ ruleId }) => ruleId === run.ruleId);
  if (run.kind === "backfill") {
    return ruleset.rules.flatMap(({ rule }, place) =>
      (own < 0 || place < own) && compileStanding(rule, context)(after) ? [place] : [],
    );
  }
  return evaluate(ruleset, { ...run.change, after }).matched.filter((place) => own < 0 || place < own);
}
