import { addLocalDays } from "../../rules/days.ts";
import type { CompiledRuleset, Verdicts } from "../../rules/evaluate.ts";
import { isInForce } from "../../rules/inForce.ts";
import { judgeTiming, type TimedVerdicts } from "../../rules/timing.ts";
import type { VerdictDetails } from "../../rules/verdicts.ts";
import { newId } from "../uuid.ts";
import { shardOf } from "../writes/scope.ts";
import { act } from "./act.ts";
import { type Ahead, isBackfilled } from "./ahead.ts";
import { isFired, type Memory, memoryOf, noteEnded, noteFired, notePending, noteReturned } from "./memory.ts";
import { type ActingContext, type ActingMatch, actedKey, type Effects, noEffects, type RunKind } from "./occasion.ts";
import type { QueuedChange } from "./types.ts";

/** The record of one evaluated change, before it is written. */
export interface JudgedChange extends Effects {
  changeId: string;
  customerId: string;
  outcome: "evaluated" | "excluded" | "failed";
  codes: string;
  details: VerdictDetails | null;
  error: string | null;
}

export interface JudgingContext extends ActingContext {
  memory: Memory;
  ahead: Ahead;
}

/** A change's record without any effect. */
export function unmoved(
  change: QueuedChange,
  rest: Partial<Pick<JudgedChange, "outcome" | "codes" | "error">>,
): JudgedChange {
  const { id: changeId, customerId } = change;
  const { outcome = "evaluated", codes = "", error = null } = rest;
  return { changeId, customerId, outcome, codes, details: null, error, ...noEffects() };
}

/** Turns the verdicts on one change into what the rules remember and do: effects on the locked row, runs, messages, timers. */
export function judgeChange(
  context: JudgingContext,
  ruleset: CompiledRuleset,
  change: QueuedChange,
  verdicts: Verdicts,
): JudgedChange {
  const { memory } = context;
  const known = memoryOf(memory, change);
  const idle = ruleset.timed.length === 0 && known.pending.length === 0;
  if (idle && verdicts.matched.length === 0) return unmoved(change, { codes: verdicts.codes });
  const timed: TimedVerdicts = idle
    ? { ...verdicts, begun: [], returned: [], exits: [], crossedBack: [] }
    : judgeTiming(ruleset, change, verdicts, known);
  const judged = unmoved(change, { codes: timed.codes });
  const letters = [...timed.codes];
  const details: VerdictDetails = {};
  noteEnded(memory, change.customerId, timed.crossedBack);
  for (const place of timed.returned) noteReturned(memory, change.customerId, ruleset.rules[place]!.ruleId);
  for (const place of timed.begun) {
    if (isBackfilled(context.ahead, change, ruleset.rules[place]!))
      noteBackfilled(context, ruleset, change, place, letters);
    else beginWaiting(context, ruleset, change, place, judged, letters, details);
  }
  const places = [...timed.matched, ...timed.exits].sort((a, b) => a - b);
  if (places.length > 0) {
    const matches = places.map((place) => matchAt(context, ruleset, change, place, timed.exits.includes(place)));
    for (const { place, onlyClaims } of matches) {
      if (onlyClaims) noteBackfilled(context, ruleset, change, place, letters);
    }
    const { effects, acted } = act(context, occasionOf(change), matches);
    const isExcluded = context.customers.get(change.customerId)?.excludedAt !== null;
    Object.assign(judged, { ...effects, timers: [...judged.timers, ...effects.timers] });
    for (const { planned, match, run } of acted) {
      const { place, ruleId, ruleVersion, kind } = match;
      if (kind !== "exit") letters[place] = run?.reason === "noRecipients" && planned.code === "M" ? "R" : planned.code;
      const detail = { ...(run ? { runId: run.id } : {}), ...(planned.lostTo ? { lostTo: planned.lostTo } : {}) };
      if (Object.keys(detail).length > 0) details[place] = detail;
      const timing = ruleset.compiled[place]!.timing;
      const remembers = kind !== "exit" && timing?.remembers === true && !isExcluded;
      if (remembers && planned.code !== "I") noteFired(memory, change.customerId, ruleId, change.id, ruleVersion);
    }
  }
  judged.codes = letters.join("");
  judged.details = Object.keys(details).length > 0 ? details : null;
  return judged;
}

const occasionOf = (change: QueuedChange) => ({ ...change, changeId: change.id, writtenFor: change.version });

/**
 * A backfill has made the rule fire before. Where the value has come back since the rule fired an earlier time, that it has
 * fired again is remembered from here on.
 */
function noteBackfilled(
  { memory, ruleStatus, customers }: JudgingContext,
  ruleset: CompiledRuleset,
  { id: changeId, customerId }: QueuedChange,
  place: number,
  letters: string[],
): void {
  letters[place] = "K";
  const { ruleId, version } = ruleset.rules[place]!;
  if (ruleset.compiled[place]!.timing?.remembers !== true || isFired(memory, customerId, ruleId)) return;
  const status = ruleStatus.get(ruleId);
  const isExcluded = (customers.get(customerId)?.excludedAt ?? null) !== null;
  if (isInForce(status) && !isExcluded) noteFired(memory, customerId, ruleId, changeId, version);
}

/** Sets the timer of a rule that fires only once the value has stayed beyond its line. */
function beginWaiting(
  { scope, ruleStatus, memory }: JudgingContext,
  ruleset: CompiledRuleset,
  { id: changeId, customerId, createdAt }: QueuedChange,
  place: number,
  judged: JudgedChange,
  letters: string[],
  details: VerdictDetails,
): void {
  const { ruleId, version: ruleVersion } = ruleset.rules[place]!;
  const { isBeyond, forDays } = ruleset.compiled[place]!.timing!;
  const status = ruleStatus.get(ruleId);
  if (!isInForce(status)) {
    letters[place] = "I";
    return;
  }
  const id = newId();
  const dueAt = addLocalDays(createdAt, forDays!, scope.timeZone);
  const shard = shardOf(customerId, scope.shards);
  judged.timers.push({
    id,
    shard,
    customerId,
    kind: "forDays",
    ruleId,
    ruleVersion,
    changeId,
    place,
    runId: null,
    dueAt,
  });
  notePending(memory, customerId, { timerId: id, ruleId, ruleVersion, isBeyond });
  details[place] = { dueAt };
}

/** What a backfill has done already is not done again, but keeps its slots. */
function matchAt(
  context: JudgingContext,
  ruleset: CompiledRuleset,
  change: QueuedChange,
  place: number,
  isExit: boolean,
): ActingMatch {
  const { rootId, customerId } = change;
  const { ruleId, name, rule, version: ruleVersion } = ruleset.rules[place]!;
  const kind: RunKind = isExit ? "exit" : "change";
  return {
    place,
    ruleId,
    name,
    rule: isExit ? { ...rule, actions: rule.exitActions ?? [] } : rule,
    ruleVersion,
    kind,
    status: context.ruleStatus.get(ruleId) ?? "deleted",
    acted: context.acted.has(actedKey(rootId, customerId, ruleId)),
    stillWaits: context.stillWaiting.has(actedKey(rootId, customerId, ruleId)),
    onlyClaims: !isExit && isBackfilled(context.ahead, change, ruleset.rules[place]!),
  };
}
