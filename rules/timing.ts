import type { CompiledRuleset, Verdicts } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { FactsChange } from "./judge.ts";
import type { Rule } from "./schema.ts";
import type { VerdictCode } from "./verdicts.ts";

/** A rule that fires once the value has stayed beyond its line, by the version that crossed it. */
export interface Pending {
  timerId: string;
  ruleId: string;
  /** Where the rule may have been edited since: the version that waits, for its own line. */
  ruleVersion?: number;
  isBeyond: (facts: Facts) => boolean;
}

/** What the rules remember of one customer before a change. */
export interface RuleMemory {
  /** Ids of the rules that have fired and whose value has not come back. */
  fired: ReadonlySet<string>;
  pending: readonly Pending[];
}

/** Verdicts after what happened before was taken into account. */
export interface TimedVerdicts extends Verdicts {
  /** Places of rules whose `forDays` begin. */
  begun: number[];
  /** Places of rules whose value has come back after they fired. */
  returned: number[];
  /** Those of them with exit actions. */
  exits: number[];
  /** Whose value came back across the line too early. */
  crossedBack: Pending[];
}

/**
 * Judges the threshold rules that remember: hysteresis (`resetAt`), staying beyond the line (`forDays`) and coming back (exit
 * actions). Pure; whoever calls it keeps the memory, change by change in the customer's order.
 */
export function judgeTiming(
  ruleset: CompiledRuleset,
  change: FactsChange,
  verdicts: Verdicts,
  memory: RuleMemory,
): TimedVerdicts {
  const codes = [...verdicts.codes] as VerdictCode[];
  const held = new Set<number>();
  const outcome: Omit<TimedVerdicts, keyof Verdicts> = { begun: [], returned: [], exits: [], crossedBack: [] };
  const crossedBack = memory.pending.filter(({ isBeyond }) => !isBeyond(change.after));
  const waiting = memory.pending.filter((one) => !crossedBack.includes(one));
  outcome.crossedBack = crossedBack;
  for (const place of ruleset.timed) {
    const { ruleId, version } = ruleset.rules[place]!;
    const timing = ruleset.compiled[place]!.timing!;
    const hasFired = memory.fired.has(ruleId);
    // A threshold's filters are asked only once its line is crossed.
    const crossed = codes[place] === "M" || codes[place] === "F";
    if (hasFired && timing.hasReturned(change.after)) {
      outcome.returned.push(place);
      if (timing.hasExit) {
        outcome.exits.push(place);
        codes[place] = "B";
      }
    } else if (crossed && hasFired && timing.resets) {
      codes[place] = "G";
      held.add(place);
    } else if (crossed && timing.forDays !== null) {
      codes[place] = "D";
      held.add(place);
      if (!waiting.some((one) => one.ruleId === ruleId && (one.ruleVersion ?? version) === version))
        outcome.begun.push(place);
    } else if (codes[place] === "T" && crossedBack.some((one) => one.ruleId === ruleId)) codes[place] = "C";
  }
  return { codes: codes.join(""), matched: verdicts.matched.filter((place) => !held.has(place)), ...outcome };
}

/**
 * Does it still mean something, after a rule is edited, that it has fired for a customer and the value has not come back? Only
 * where the same value is watched in the same direction, and the rule asks for it still; else it would be out of date one day.
 */
export function keepsMemory(standing: Pick<Rule, "trigger">, next: Pick<Rule, "trigger" | "exitActions">): boolean {
  const [was, is] = [standing.trigger, next.trigger];
  if (!("direction" in was) || !("direction" in is)) return false;
  if (was.type !== is.type || was.direction !== is.direction) return false;
  return is.resetAt !== undefined || next.exitActions !== undefined;
}
