import type { Transaction } from "../client.ts";
import { catchUpTimers } from "./catchUp.ts";
import { loadActing } from "./context.ts";
import { actOnDue, type Due, failedRun } from "./goOn.ts";
import { emptyMemory, type Memory, noteFired, storeMemory } from "./memory.ts";
import { type Effects, type NewRun, noEffects, plannedOf } from "./occasion.ts";
import { type EvaluationTarget, openEvaluation } from "./readBatch.ts";
import { type DueTimer, lockRuns, readDue, type StandingRun } from "./readDue.ts";
import { storeEffects } from "./record.ts";
import type { RulesetCache } from "./rulesetCache.ts";
import type { EvaluationScope } from "./types.ts";

/** What a look at the timers came to. */
export interface DueOutcome {
  /** Timers that were judged; 0 means that none is due. */
  judged: number;
  planned: number;
}

const NOTHING: DueOutcome = { judged: 0, planned: 0 };

/**
 * Judges the timers that are due: rules whose value has stayed beyond the line fire, runs that waited or were held go on. All in
 * this transaction, on the facts of this moment, or on those of the instant at which they fell due where changes were written
 * since; what a timer leads to, as of today, and the end of the timer commit together.
 * @param failWith what is known to come of the timers: their runs are recorded as failed with it
 */
export async function evaluateDue(
  tx: Transaction,
  cache: RulesetCache,
  target: EvaluationTarget,
  limit: number,
  failWith?: Error,
): Promise<DueOutcome> {
  const scope = await openEvaluation(tx, target);
  if (scope.rulesStopped || !scope.remembers) return NOTHING;
  const due = await readDue(tx, target, scope, limit);
  if (due.length === 0) return NOTHING;
  const context = await loadActing(tx, scope, {
    limited: true,
    customerIds: [...new Set(due.map(({ customerId }) => customerId))],
    ruleIds: [...new Set(due.map(({ ruleId }) => ruleId))],
    roots: [],
  });
  // Whether a change that was written before the lock was had comes before or after, the next reading sees.
  const ready = due.filter(
    ({ customerId, tracked, factsThen }) =>
      factsThen !== null || context.customers.get(customerId)?.version === tracked,
  );
  // Runs before their timers, as by those who move runs.
  const runs = await lockRuns(
    tx,
    ready.flatMap(({ runId }) => runId ?? []),
  );
  const ended = await endTimers(tx, ready);
  if (ended.length === 0) return NOTHING;
  const timers = failWith ? ended : await catchUpTimers(tx, context, ended);
  const memory = emptyMemory();
  const effects: Effects[] = [];
  for (const group of await groupsOf(tx, cache, scope, timers, runs)) {
    const done = failWith ? fail(group, failWith) : tryGroup(() => actOnDue(context, group), group);
    effects.push(done);
    noteFirings(memory, group, done.runs);
  }
  await Promise.all([
    storeEffects(tx, target, context, effects),
    storeMemory(tx, scope.organizationId, memory),
    noteRuns(tx, timers, effects),
  ]);
  return { judged: timers.length, planned: effects.reduce((sum, one) => sum + plannedOf(one), 0) };
}

/**
 * Ends timers before what they lead to sets new ones, for a run has one at a time. Answers those that still stood: under the
 * locks of customers and runs nobody else ends them any more.
 */
async function endTimers(tx: Transaction, timers: DueTimer[]): Promise<DueTimer[]> {
  const ended = await tx<{ id: string }[]>`
    delete from timers where id = any(${timers.map(({ id }) => id)}::uuid[]) returning id`;
  const ids = new Set(ended.map(({ id }) => id));
  return timers.filter(({ id }) => ids.has(id));
}

/** What is due for one customer, one change and one kind acts together, in list order: there the first in the list wins. */
async function groupsOf(
  tx: Transaction,
  cache: RulesetCache,
  scope: EvaluationScope,
  timers: DueTimer[],
  runs: Map<string, StandingRun>,
): Promise<Due[][]> {
  const groups = new Map<string, Due[]>();
  for (const timer of timers) {
    const version = await cache.rule(tx, scope, timer.ruleId, timer.ruleVersion);
    const run = timer.runId === null ? null : (runs.get(timer.runId) ?? null);
    const key = `${timer.customerId}:${timer.change.id}:${timer.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), { timer, version, run }]);
  }
  return [...groups.values()];
}

/** What throws here would throw again: its runs end as failed and hold up nobody. */
function tryGroup(attempt: () => Effects, group: Due[]): Effects {
  try {
    return attempt();
  } catch (error) {
    return fail(group, error as Error);
  }
}

const fail = (group: Due[], error: Error): Effects => ({
  ...noEffects(),
  runs: group.map((due) => failedRun(due, String(error))),
});

/** Notes the rules that have fired only now and whose value has yet to come back. */
function noteFirings(memory: Memory, group: Due[], runs: NewRun[]): void {
  for (const { timer, version } of group) {
    if (timer.kind !== "forDays" || !version.compiled.timing?.remembers) continue;
    const run = runs.find(({ ruleId }) => ruleId === timer.ruleId);
    if (!run || run.reason === "filters") continue;
    noteFired(memory, timer.customerId, timer.ruleId, timer.change.id, timer.ruleVersion);
  }
}

/** Names the runs of rules that fired late in the evaluations of the changes that crossed their lines. */
async function noteRuns(tx: Transaction, timers: DueTimer[], effects: Effects[]): Promise<void> {
  const runs = effects.flatMap((one) => one.runs);
  const rows = timers.flatMap(({ kind, change, ruleId, place }) => {
    const run =
      kind === "forDays" ? runs.find((one) => one.changeId === change.id && one.ruleId === ruleId) : undefined;
    return run ? [{ changeId: change.id, place: String(place ?? 0), runId: run.id }] : [];
  });
  if (rows.length === 0) return;
  await tx`
    with named as (select * from jsonb_to_recordset(${tx.json(rows)}) as r("changeId" uuid, place text, "runId" uuid))
    update evaluations e
    set details = coalesce(e.details, '{}') || (
      select jsonb_object_agg(place, coalesce(e.details -> place, '{}') || jsonb_build_object('runId', "runId"))
      from named where "changeId" = e.change_id)
    where e.change_id in (select "changeId" from named)`;
}
