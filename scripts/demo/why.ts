import type { Change, ConditionTrace, FilterTrace, RuleVerdict } from "./answers.ts";
import { style, write } from "./page.ts";
import type { SavedRule } from "./session.ts";
import { describeCondition, describeTrigger, TEXT, type Values, watchedFact } from "./values.ts";

/** Prints the whole why of one rule and one change: the trigger, every condition with the actual value, and the conclusion. */
export function printWhy(rule: SavedRule, verdict: RuleVerdict, change: Change, values: Values): void {
  printLine(
    "trigger",
    describeTrigger(rule.trigger),
    triggerFacts(rule, verdict, change, values),
    verdict.trigger.fired,
  );
  for (const condition of verdict.conditions) printCondition(condition, values);
  const paintLine = verdict.matched ? style.good : style.warn;
  write(`⇒ ${conclusion(rule, verdict, values)}`, "     ", "       ", paintLine);
}

function printCondition(trace: FilterTrace, values: Values): void {
  if ("field" in trace) {
    printLine("filter", asked(trace, values), actual(trace, values), trace.holds);
    return;
  }
  printLine("filter", "any of:", "", trace.holds);
  for (const condition of trace.anyOf)
    printLine("", asked(condition, values), actual(condition, values), condition.holds);
}

function asked({ field, op, expected }: ConditionTrace, values: Values): string {
  return describeCondition(field, op, expected, values);
}

function actual({ field, op, before, actual: is }: ConditionTrace, values: Values): string {
  const fieldShown = op === "contains" || op === "doesNotContain" ? TEXT : field;
  const was = before === undefined ? "" : `${values.show(fieldShown, before)} → `;
  return was + values.show(fieldShown, is);
}

function printLine(kind: string, wanted: string, found: string, holds: boolean): void {
  const indent = kind === "" ? "         " : "     ";
  const sign = holds ? style.good("✔") : style.bad("✘");
  const facts = found === "" ? "" : `  ${style.quiet("actual")} ${found}`;
  console.log(`${indent}${sign} ${kind === "" ? "" : style.quiet(kind.padEnd(9))}${wanted}${facts}`);
}

function triggerFacts(rule: SavedRule, { trigger }: RuleVerdict, change: Change, values: Values): string {
  const fact = watchedFact(rule.trigger);
  if (fact === undefined) return change.before === null ? "just created" : "updated";
  return `${values.show(fact, trigger.before)} → ${values.show(fact, trigger.after)}`;
}

/** One sentence that says why the rule matched or not. */
export function conclusion(rule: SavedRule, verdict: RuleVerdict, values: Values): string {
  if (verdict.reason === "filters") return "The trigger fired, but not all filters hold: no match.";
  if (verdict.reason === "trigger") return `No match: ${untriggered(rule, verdict, values)}`;
  if (verdict.lostTo) return `Matched, but "${verdict.lostTo.name}" stands higher in the list and wins the slot.`;
  return verdict.reason === "matched" ? "Matched." : `Matched, ended as ${verdict.reason}.`;
}

function untriggered({ trigger: definition }: SavedRule, { trigger }: RuleVerdict, values: Values): string {
  const fact = watchedFact(definition);
  if (fact === undefined || typeof definition !== "object" || !("direction" in definition)) {
    if (trigger.filtersHeldBefore) return "the filters held before already, so they did not start to match.";
    return "the change is not of the trigger's kind.";
  }
  const limit = typeof definition.value === "number" ? definition.value : undefined;
  const { before, after } = trigger;
  const [was, is] = [values.show(fact, before), values.show(fact, after)];
  if (definition.direction === "exceeds" && limit !== undefined && Number(before) > limit && Number(after) > limit) {
    return `a threshold fires on the crossing only. ${is} is above ${values.show(fact, limit)}, but so was ${was}: the line was crossed earlier.`;
  }
  return `${was} → ${is} does not cross the line in that direction.`;
}
