import { cancelWaitingRuns } from "../cancelRuns.ts";
import type { Transaction } from "../client.ts";
import { insertTimers } from "../timers.ts";
import { storeSlots } from "../writes/storeSlots.ts";
import { insertTimeline } from "../writes/timelineEntries.ts";
import { forgetAhead } from "./ahead.ts";
import { insertNotifications } from "./insertNotifications.ts";
import type { JudgedChange, JudgingContext } from "./judgeChange.ts";
import { storeMemory } from "./memory.ts";
import type { ActingContext, Effects, NewRun } from "./occasion.ts";
import type { EvaluationTarget } from "./readBatch.ts";
import { storeTracking } from "./trackedValues.ts";
import type { TrackedValues } from "./types.ts";

/**
 * Writes a batch: evaluations, effects, what rules remember, previous values, and takes the changes off the queue, each in one
 * statement. All of it commits or nothing does.
 */
export async function recordBatch(
  tx: Transaction,
  target: EvaluationTarget,
  judged: JudgedChange[],
  context: JudgingContext | null,
  tracked: TrackedValues[],
): Promise<void> {
  const { organizationId } = target;
  // Sent without waiting in between: the connection runs them in this order.
  await Promise.all([
    insertEvaluations(tx, organizationId, judged),
    context ? storeEffects(tx, target, context, judged) : null,
    context ? storeMemory(tx, organizationId, context.memory) : null,
    context ? forgetAhead(tx, context.ahead, tracked) : null,
    storeTracking(tx, organizationId, tracked),
    tx`delete from change_queue where change_id = any(${judged.map((change) => change.changeId)}::uuid[])`,
  ]);
}

/** What carried effects out, for the record of the runs. */
export type CarriedOutBy = Pick<EvaluationTarget, "organizationId" | "execution">;

/** Writes what rules did, whatever the occasion: runs, messages, slots, the changes they raise, timeline and timers. */
export async function storeEffects(
  tx: Transaction,
  by: CarriedOutBy,
  context: ActingContext,
  effects: Effects[],
): Promise<void> {
  const { organizationId } = by;
  const runs = effects.flatMap((one) => one.runs);
  const moved = [...context.moved].map((id) => context.customers.get(id)!);
  const excluded = moved.flatMap((row) => (row.excludedAt === null ? [] : [row.id]));
  await Promise.all([
    insertRuns(
      tx,
      by,
      runs.filter((run) => !run.isStanding),
    ),
    goOnWithRuns(
      tx,
      by,
      runs.filter((run) => run.isStanding),
    ),
    insertNotifications(
      tx,
      organizationId,
      effects.flatMap((one) => one.notifications),
    ),
    storeSlots(
      tx,
      organizationId,
      moved,
      effects.flatMap((one) => one.raised ?? []),
    ),
    insertTimeline(
      tx,
      organizationId,
      effects.flatMap((one) => one.timeline),
    ),
    insertTimers(
      tx,
      organizationId,
      effects.flatMap((one) => one.timers),
    ),
    context.breaker?.store(tx, context.scope),
  ]);
  // Runs and timers that were just written among them.
  if (excluded.length > 0) await cancelWaitingRuns(tx, { customerIds: excluded }, "excluded");
}

async function insertEvaluations(tx: Transaction, organizationId: string, judged: JudgedChange[]): Promise<void> {
  const rows = judged.map(({ changeId, customerId, outcome, codes, details, error }) => ({
    changeId,
    customerId,
    outcome,
    codes,
    details,
    error,
  }));
  await tx`
    insert into evaluations (change_id, organization_id, customer_id, outcome, codes, details, error)
    select "changeId", ${organizationId}, "customerId", outcome, codes, details, error
    from jsonb_to_recordset(${tx.json(rows as never)}) as r(
      "changeId" uuid, "customerId" uuid, outcome text, codes text, details jsonb, error text)`;
}

async function insertRuns(tx: Transaction, { organizationId, execution }: CarriedOutBy, runs: NewRun[]): Promise<void> {
  if (runs.length === 0) return;
  await tx`
    insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, cause, kind, backfill_id,
                           replay_of, status, reason, actions, temporal_workflow_id, temporal_run_id, finished_at)
    select id, ${organizationId}, "ruleId", "ruleVersion", "customerId", "changeId", "rootId", cause, kind, "backfillId",
           "replayOf", status, reason, actions, ${execution?.workflowId ?? null}, ${execution?.runId ?? null},
           case when status in ('planned', 'held', 'waiting') then null else now() end
    from jsonb_to_recordset(${tx.json(runs as never)}) as r(
      id uuid, "ruleId" uuid, "ruleVersion" int, "customerId" uuid, "changeId" uuid, "rootId" uuid, cause jsonb, kind text,
      "backfillId" uuid, "replayOf" uuid, status text, reason text, actions jsonb)`;
}

/** Brings runs that waited or were held up to date; whoever goes on with them holds their rows. */
async function goOnWithRuns(tx: Transaction, { execution }: CarriedOutBy, runs: NewRun[]): Promise<void> {
  if (runs.length === 0) return;
  await tx`
    update rule_runs t set status = r.status, reason = r.reason, actions = r.actions,
      temporal_workflow_id = coalesce(${execution?.workflowId ?? null}, t.temporal_workflow_id),
      temporal_run_id = coalesce(${execution?.runId ?? null}, t.temporal_run_id),
      finished_at = case when r.status in ('planned', 'held', 'waiting') then null else now() end
    from jsonb_to_recordset(${tx.json(runs as never)}) as r(id uuid, status text, reason text, actions jsonb)
    where t.id = r.id`;
}
