import type { Facts } from "./facts.ts";
import { type CompileContext, fieldOf } from "./fields.ts";
import { type CompiledRule, compileRule, type FactsChange, judge, type RulesetRule } from "./judge.ts";
import { fieldChanged, type Test } from "./operators.ts";
import type { Rule } from "./schema.ts";
import { watchedFields } from "./triggers.ts";

export { explainRule, type Trace } from "./explain.ts";
export type { FactsChange, RulesetRule } from "./judge.ts";

/** The verdicts of a ruleset on one change. */
export interface Verdicts {
  /** One letter per rule in list order: `M` matched, `T` the trigger did not fire, `F` the filters do not hold. */
  codes: string;
  /** Places of the rules that matched, ascending. */
  matched: number[];
}

/** A ruleset ready to run, indexed by kind of change and by the fields whose movement can set a rule off. */
export interface CompiledRuleset {
  rules: readonly RulesetRule[];
  compiled: readonly CompiledRule[];
  created: ChangeIndex;
  updated: ChangeIndex;
  /** Places of the rules that remember what happened before, ascending. */
  timed: readonly number[];
}

/** What has to be looked at for one kind of change. */
interface ChangeIndex {
  /** The verdicts when no rule is looked at. */
  base: string;
  /** Places of the rules that every such change can set off. */
  always: readonly number[];
  /** Places of the rules that only a movement of this field can set off. */
  watchers: readonly { moved: Test; rules: readonly number[] }[];
}

/** Compiles rules, in list order. Takes some tens of µs a rule, so keep the result for as long as the ruleset stands. */
export function compileRuleset(rules: readonly RulesetRule[], context: CompileContext): CompiledRuleset {
  const compiled = rules.map(({ rule }) => compileRule(rule, context));
  return {
    rules,
    compiled,
    timed: compiled.flatMap(({ timing }, place) => (timing ? [place] : [])),
    created: indexFor("created", rules, context),
    updated: indexFor("updated", rules, context),
  };
}

/** Judges one change by every rule of the ruleset. */
export function evaluate(ruleset: CompiledRuleset, change: FactsChange): Verdicts {
  const index = change.kind === "created" ? ruleset.created : ruleset.updated;
  const { base } = index;
  const matched: number[] = [];
  let codes = "";
  let copied = 0;
  for (const place of candidates(index, change)) {
    const verdict = judge(ruleset.compiled[place]!, change);
    if (verdict === "M") matched.push(place);
    if (verdict === base[place]) continue;
    codes += base.slice(copied, place) + verdict;
    copied = place + 1;
  }
  return { codes: copied === 0 ? base : codes + base.slice(copied), matched };
}

function candidates({ always, watchers }: ChangeIndex, { before, after }: FactsChange): readonly number[] {
  const lists = [always];
  for (const watcher of watchers) if (watcher.moved(after, before)) lists.push(watcher.rules);
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length < 2) return filled[0] ?? [];
  // A rule that compares two fields is watched through both.
  return [...new Set(filled.flat())].sort((a, b) => a - b);
}

/** What can set a rule off: every change of the kind, none, or a movement of certain fields. */
type Reach = { verdict: "T" | "F"; fields: "any" | readonly string[] };

function reachOf({ trigger, filters }: Rule, kind: FactsChange["kind"]): Reach {
  switch (trigger.type) {
    case "customerCreated":
      return kind === "created" ? { verdict: "F", fields: "any" } : { verdict: "T", fields: [] };
    case "customerCreatedOrUpdated": {
      // The trigger fires whatever the field did, so without its movement it is the filters that fail.
      const changed = filters.find((filter) => "op" in filter && filter.op === "changed");
      return { verdict: "F", fields: changed && "field" in changed ? [changed.field] : "any" };
    }
    default:
      return { verdict: "T", fields: watchedFields(trigger) };
  }
}

function indexFor(kind: FactsChange["kind"], rules: readonly RulesetRule[], context: CompileContext): ChangeIndex {
  const always: number[] = [];
  const byField = new Map<string, number[]>();
  const watch = (field: string, place: number) => {
    const places = byField.get(field);
    if (places) places.push(place);
    else byField.set(field, [place]);
  };
  let base = "";
  rules.forEach(({ rule }, place) => {
    const reach = reachOf(rule, kind);
    base += reach.verdict;
    if (reach.fields === "any") always.push(place);
    else for (const field of reach.fields) watch(field, place);
  });
  const watchers = [...byField].map(([field, places]) => ({ moved: movement(field, context), rules: places }));
  return { base, always, watchers };
}

function movement(field: string, context: CompileContext): (facts: Facts, before: Facts | null) => boolean {
  return fieldChanged(fieldOf(field, context));
}
