import type { Facts } from "../../rules/facts.ts";
import type { PlannedAction } from "../../rules/plan.ts";
import { type ActionOutcome, runStatus } from "../../rules/runStatus.ts";
import type { Action, ActionOf } from "../../rules/schema.ts";
import { newId } from "../uuid.ts";
import { act } from "./act.ts";
import { factsToday } from "./context.ts";
import {
  type ActingContext,
  type ActingMatch,
  type Effects,
  type NewRun,
  noEffects,
  type Occasion,
} from "./occasion.ts";
import type { DueTimer, StandingRun } from "./readDue.ts";
import type { CompiledVersion } from "./rulesetCache.ts";

/** A timer that is due with its rule's version and, where one stands, its run. */
export interface Due {
  timer: DueTimer;
  version: CompiledVersion;
  run: StandingRun | null;
}

/** What a timer leads to: the rule acts from `start` on, or its run is only brought up to date, or nothing. */
type Step = { start: number; due: Due } | { record: NewRun } | null;

/** Lets the rules of timers of one customer, one change and one kind act together, on the facts that they fall due on. */
export function actOnDue(context: ActingContext, group: Due[]): Effects {
  const [{ timer }] = group as [Due];
  const row = context.customers.get(timer.customerId);
  // Excluded since: the exclusion has cancelled its runs.
  if (!row || row.facts === null || row.excludedAt !== null) return noEffects();
  const facts =
    timer.factsThen === null
      ? factsToday(row.facts, context.scope)
      : factsToday(timer.factsThen, { ...context.scope, at: timer.dueAt });
  const steps = group.map((due) => stepOf(due, facts, context.scope.at));
  const records = steps.flatMap((step) => (step && "record" in step ? [step.record] : []));
  const matches = steps.flatMap((step) => (step && "start" in step ? [matchOf(context, step.due, step.start)] : []));
  if (matches.length === 0) return { ...noEffects(), runs: records };
  const { effects } = act(context, occasionOf(timer, facts), matches);
  return { ...effects, runs: [...records, ...effects.runs] };
}

/**
 * What was held is carried out as of its change and on its facts. What waited sees the facts of now and writes for its change
 * too: of several waits after one change the later one can then follow the earlier, whatever came in between. A rule that fires
 * only now is as new as what it fires on.
 */
function occasionOf({ kind, customerId, change, tracked }: DueTimer, facts: Facts): Occasion {
  const { id: changeId, version, before, rootId, cause } = change;
  const same = { changeId, customerId, before, rootId, cause, lane: 0 as const };
  if (kind === "release") return { ...same, version, writtenFor: version, after: change.after };
  const writtenFor = kind === "forDays" ? tracked : version;
  return { ...same, version: writtenFor, writtenFor, after: facts };
}

function stepOf(due: Due, facts: Facts, at: string): Step {
  const { timer, version, run } = due;
  const { filters, timing } = version.compiled;
  if (timer.kind === "forDays") {
    if (!timing?.isBeyond(facts)) return null;
    return filters.still(facts) ? { start: 0, due } : { record: unmatchedRun(due) };
  }
  if (run === null) return null;
  if (timer.kind === "wait") return endWait(due, run, facts, at);
  // Paused by hand since it was released.
  if (run.isPaused) return null;
  const start = run.actions.findIndex(({ status }) => status === "held");
  return start < 0 ? null : { start, due };
}

/** The wait of a run is over: what comes after it runs if the filters still hold, or is held where the run is. */
function endWait(due: Due, run: StandingRun, facts: Facts, at: string): Step {
  const wait = run.actions.findIndex(
    ({ type, status }) => type === "wait" && (status === "waiting" || status === "held"),
  );
  if (wait < 0) return null;
  const actions = run.actions.map((action, index) => (index === wait ? { ...action, status: "applied", at } : action));
  const over: Due = { ...due, run: { ...run, actions } };
  const { recheck } = actionsOf(due)[wait] as ActionOf<"wait">;
  // Exit actions run because the value came back, whatever the filters say.
  const holds = !recheck || run.isExit || due.version.compiled.filters.still(facts);
  if (!holds) return { record: runWith(over, wait + 1, { status: "skipped", reason: "filters", at }) };
  if (run.isPaused) return { record: runWith(over, wait + 1, { status: "held", reason: "paused" }) };
  return { start: wait + 1, due: over };
}

function matchOf({ ruleStatus }: ActingContext, due: Due, start: number): ActingMatch {
  const { timer, version, run } = due;
  return {
    place: timer.place ?? 0,
    ruleId: timer.ruleId,
    ruleVersion: timer.ruleVersion,
    name: version.rule.name,
    rule: { ...version.rule, actions: actionsOf(due) },
    status: ruleStatus.get(timer.ruleId) ?? "deleted",
    acted: false,
    start,
    ...(run && timer.kind === "release" ? { settled: settledOf(run) } : {}),
    kind: run?.kind ?? "change",
    ...(run ? { standing: { id: run.id, actions: run.actions } } : {}),
    ...(run?.backfillId ? { backfillId: run.backfillId } : {}),
    ...(run?.replayOf ? { replayOf: run.replayOf } : {}),
  };
}

/** What a held run's actions came to while it was held, such as a slot that it lost: only what is held goes on. */
function settledOf({ actions }: StandingRun): (PlannedAction | undefined)[] {
  return actions.map((action) => (action.status === "held" ? undefined : (action as unknown as PlannedAction)));
}

function actionsOf({ version: { rule }, run }: Due): Action[] {
  return run?.isExit ? (rule.exitActions ?? []) : rule.actions;
}

/** The run of a rule whose value stayed beyond the line while its filters do not hold any more. */
const unmatchedRun = (due: Due): NewRun => runWith(due, 0, { status: "skipped", reason: "filters" });

/** The run of a timer that cannot be judged. */
export function failedRun(due: Due, error: string): NewRun {
  const done = due.run?.actions.findIndex(({ status }) => status === "waiting" || status === "held") ?? 0;
  return runWith(due, Math.max(done, 0), { status: "failed", reason: "error", error });
}

/** The run with everything from one action on in the same state. */
function runWith(
  due: Due,
  from: number,
  state: { status: string; reason: string; error?: string; at?: string },
): NewRun {
  const { timer, run } = due;
  const standing: Record<string, unknown>[] = run?.actions ?? actionsOf(due).map(({ type }) => ({ type }));
  const actions = standing.map((action, index) => (index < from ? action : { ...action, ...state }));
  const { id: changeId, rootId, cause } = timer.change;
  const { ruleId, ruleVersion, customerId } = timer;
  return {
    ...{ id: run?.id ?? newId(), ruleId, ruleVersion, customerId, changeId, rootId, cause },
    kind: run?.kind ?? "change",
    backfillId: run?.backfillId ?? null,
    replayOf: run?.replayOf ?? null,
    ...runStatus(actions as unknown as ActionOutcome[]),
    actions,
    isStanding: run !== null,
  };
}
