import type { Change, Verdicts } from "../db/changes.ts";
import type { StoredRule } from "../db/rules.ts";
import type { RulesetEntry } from "../db/rulesets.ts";
import { delayValue } from "../rules/delay.ts";
import { explainRule } from "../rules/evaluate.ts";
import type { Facts } from "../rules/facts.ts";
import { type CompileContext, overdueDays } from "../rules/fields.ts";
import { isMatch, REASONS, type VerdictCode } from "../rules/verdicts.ts";

/** Facts as they are shown: with what follows from them. */
export const shownFacts = (facts: Facts) => ({
  ...facts,
  overdueDays: overdueDays(facts),
  averagePaymentDelay: facts.delaySums === null ? null : delayValue(facts.delaySums),
});

/** A change as it is shown. */
export const shownChange = ({ before, after, ...change }: Change) => ({
  ...change,
  evaluated: change.evaluatedAt !== null,
  before: before === null ? null : shownFacts(before),
  after: shownFacts(after),
});

/** Why each rule of the change's ruleset matched or did not: the recorded verdict, with the trace from the recorded facts. */
export function explainChange(
  change: Change,
  verdicts: Verdicts | null,
  ruleset: readonly RulesetEntry[],
  context: CompileContext,
) {
  return ruleset.map((entry, place) => {
    const { reason: wouldBe, matched, ...trace } = explainRule(entry, context, change);
    const verdict = recorded(change, verdicts, place) ?? { matched, reason: wouldBe };
    return { ruleId: entry.ruleId, name: entry.name, version: entry.version, ...verdict, ...trace };
  });
}

/** What the rules of the list would have seen in a change that was not theirs to judge: they were not in force for it. */
export function explainOthers(
  change: Change,
  rules: readonly StoredRule[],
  ruleset: readonly RulesetEntry[],
  context: CompileContext,
) {
  const judged = new Set(ruleset.map(({ ruleId }) => ruleId));
  return rules
    .filter(({ id }) => !judged.has(id))
    .map(({ id: ruleId, version, definition: rule }) => {
      const { trigger, conditions } = explainRule({ ruleId, version, name: rule.name, rule }, context, change);
      return { ruleId, name: rule.name, version, matched: false, reason: REASONS.I, trigger, conditions };
    });
}

/** The recorded verdicts of a change without their traces. */
export function verdictsOf(change: Change, verdicts: Verdicts | null, ruleset: readonly RulesetEntry[]) {
  return ruleset.map(({ ruleId, name, version }, place) => ({
    ruleId,
    name,
    version,
    ...(recorded(change, verdicts, place) ?? { matched: false, reason: "pending" }),
  }));
}

/** The verdict at a place of the ruleset; null while the change waits. */
function recorded(change: Change, verdicts: Verdicts | null, place: number) {
  if (verdicts === null || change.outcome === null) return null;
  // Nothing was judged one by one: the outcome of the whole is each rule's reason.
  if (change.outcome !== "evaluated") return { matched: false, reason: change.outcome };
  const code = verdicts.codes[place];
  if (code === undefined || !isCode(code)) return { matched: false, reason: "unknown" };
  const detail = verdicts.details?.[place] ?? {};
  return {
    matched: isMatch(code),
    reason: REASONS[code],
    ...detail,
    ...(code === "P" ? { path: change.cause } : {}),
  };
}

const isCode = (code: string): code is VerdictCode => Object.hasOwn(REASONS, code);
