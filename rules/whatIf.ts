import { addLocalDays, dayReader } from "./days.ts";
import { type CompiledRuleset, compileRuleset, evaluate, explainRule } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { CompileContext } from "./fields.ts";
import type { FactsChange, RulesetRule } from "./judge.ts";
import type { Rule } from "./schema.ts";
import { judgeTiming, type Pending } from "./timing.ts";

/** A change as it was recorded. */
export interface RecordedChange extends FactsChange {
  id: string;
  customerId: string;
  /** The change that began it. */
  rootId: string;
  /** ISO instant. */
  at: string;
}

/** One time that the rule would have fired. */
export interface Firing {
  change: RecordedChange;
  /** The instant of the change, or when its value had stayed beyond the line for long enough. */
  at: string;
}

/** A rule whose value has crossed its line and has to stay beyond it. */
interface Waiting extends Pending {
  change: RecordedChange;
  dueAt: string;
  /** The customer's facts as of the last change seen. */
  facts: Facts;
}

/**
 * Judges recorded changes by a rule that was not in force, as it would have been: crossings, `resetAt`, `forDays`, and at most
 * once per customer and root. Before the first change the rule remembers nothing. Its own effects never happened, so what
 * they would have led to is not seen.
 */
export class WhatIf {
  changes = 0;
  fired = 0;
  readonly customers = new Set<string>();
  /** By the organization's local day. */
  readonly perDay = new Map<string, number>();
  /** The latest firings, oldest first. */
  readonly latest: Firing[] = [];

  readonly #ruleset: CompiledRuleset;
  readonly #listed: RulesetRule;
  readonly #dayOf: (instant: string) => string | null;
  readonly #acted = new Set<string>();
  /** Customers for whom it has fired and whose value has not come back. */
  readonly #beyond = new Set<string>();
  /** By customer, in the order in which they are due. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    rule: Rule,
    private readonly context: CompileContext,
    private readonly mostLatest: number,
  ) {
    this.#listed = { ruleId: "", version: 0, name: rule.name, rule };
    this.#ruleset = compileRuleset([this.#listed], context);
    this.#dayOf = dayReader(context.timeZone);
  }

  /** Takes the changes in the order in which they were written. */
  see(change: RecordedChange): void {
    this.end(change.at);
    this.changes += 1;
    const { customerId } = change;
    const standing = this.#waiting.get(customerId);
    if (standing) standing.facts = change.after;
    const verdicts = evaluate(this.#ruleset, change);
    const [timing] = this.#ruleset.compiled.map((compiled) => compiled.timing);
    if (!timing) {
      if (verdicts.matched.length > 0) this.#fire(change, change.at);
      return;
    }
    const known = {
      fired: new Set(this.#beyond.has(customerId) ? [this.#listed.ruleId] : []),
      pending: standing ? [standing] : [],
    };
    const timed = judgeTiming(this.#ruleset, change, verdicts, known);
    if (timed.returned.length > 0) this.#beyond.delete(customerId);
    if (timed.crossedBack.length > 0) this.#waiting.delete(customerId);
    if (timed.begun.length > 0 && timing.forDays !== null) {
      const dueAt = addLocalDays(change.at, timing.forDays, this.context.timeZone);
      const { isBeyond } = timing;
      const facts = change.after;
      this.#waiting.set(customerId, { timerId: "", ruleId: this.#listed.ruleId, isBeyond, change, dueAt, facts });
    }
    if (timed.matched.length > 0) this.#fire(change, change.at);
  }

  /** Lets everything fire that was due until `now`. */
  end(now: string): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting.dueAt > now) return;
      this.#waiting.delete(waiting.change.customerId);
      const [compiled] = this.#ruleset.compiled;
      const facts = { ...waiting.facts, asOf: this.#dayOf(waiting.dueAt) ?? waiting.facts.asOf };
      if (waiting.isBeyond(facts) && compiled?.filters.still(facts)) this.#fire(waiting.change, waiting.dueAt);
    }
  }

  /** The watched value before and after, as an explanation shows it. */
  trigger({ change }: Firing) {
    const { before, after, value } = explainRule(this.#listed, this.context, change).trigger;
    return { before, after, ...(value === undefined ? {} : { value }) };
  }

  #fire(change: RecordedChange, at: string): void {
    const acted = `${change.rootId} ${change.customerId}`;
    if (this.#acted.has(acted)) return;
    this.#acted.add(acted);
    const [compiled] = this.#ruleset.compiled;
    if (compiled?.timing?.remembers) this.#beyond.add(change.customerId);
    this.fired += 1;
    this.customers.add(change.customerId);
    const day = this.#dayOf(at) ?? "";
    this.perDay.set(day, (this.perDay.get(day) ?? 0) + 1);
    this.latest.push({ change, at });
    if (this.latest.length > this.mostLatest) this.latest.shift();
  }
}
