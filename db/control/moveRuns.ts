import { cancelRuns } from "../cancelRuns.ts";
import type { Transaction } from "../client.ts";
import { lockRulesetShared } from "../rulesets.ts";
import { newId } from "../uuid.ts";
import { insertTimeline } from "../writes/timelineEntries.ts";
import { goOnWith } from "./goOn.ts";
import { holdRuns } from "./hold.ts";
import { type Decision, MOVES } from "./moves.ts";
import { reopenFailed } from "./retry.ts";
import { lockControlled } from "./standing.ts";
import type { ControlContext, ControlledRun, Move, RunOutcome } from "./types.ts";

/** What a request on runs came to, and the trackers to wake once it is committed. */
export interface Moved {
  outcomes: RunOutcome[];
  shards: number[];
}

/**
 * Pauses, resumes, cancels or retries these runs, at most 10,000: each for itself, what its status does not allow is refused.
 * Ids that are no runs of the organization are left out. Safe to repeat.
 */
export async function moveRuns(tx: Transaction, context: ControlContext, move: Move, ids: string[]): Promise<Moved> {
  const { organizationId } = context;
  // So that no rule is paused between the look at its status and the commit of what is let go on.
  await lockRulesetShared(tx, organizationId);
  const runs = await lockControlled(tx, organizationId, ids);
  const decided = runs.map((run) => ({ run, decision: MOVES[move](run) }));
  const done = decided.filter(({ decision }) => decision.result === "done").map(({ run }) => run);
  const shards = done.length === 0 ? [] : await CARRY_OUT[move](tx, organizationId, done);
  await noteControl(tx, context, move, done);
  const statuses = await statusesOf(tx, done);
  const outcomes = decided.map(({ run, decision }) => outcomeOf(run, decision, statuses.get(run.id)));
  return { outcomes, shards };
}

type CarryOut = (tx: Transaction, organizationId: string, runs: ControlledRun[]) => Promise<number[]>;

const CARRY_OUT: Record<Move, CarryOut> = {
  pause: async (tx, _organizationId, runs) => {
    await holdRuns(tx, idsOf(runs));
    return [];
  },

  resume: async (tx, organizationId, runs) => {
    await tx`update rule_runs set paused_at = null, resumed_at = now() where id = any(${idsOf(runs)}::uuid[])`;
    return goOnWith(tx, organizationId, idsOf(runs.filter(acts)));
  },

  cancel: async (tx, _organizationId, runs) => {
    const ids = idsOf(runs);
    await cancelRuns(tx, tx`id = any(${ids}::uuid[])`, "cancelled");
    await tx`delete from timers where run_id = any(${ids}::uuid[])`;
    return [];
  },

  retry: async (tx, organizationId, runs) => {
    await reopenFailed(tx, idsOf(runs));
    return goOnWith(tx, organizationId, idsOf(runs.filter(acts)));
  },
};

const idsOf = (runs: ControlledRun[]) => runs.map(({ id }) => id);

/** What a paused rule's runs still have to do stays held until it is resumed. */
const acts = ({ ruleStatus }: ControlledRun) => ruleStatus === "active";

async function statusesOf(tx: Transaction, runs: ControlledRun[]): Promise<Map<string, string>> {
  const rows = await tx<{ id: string; status: string }[]>`
    select id, status from rule_runs where id = any(${idsOf(runs)}::uuid[])`;
  return new Map(rows.map(({ id, status }) => [id, status]));
}

function outcomeOf(run: ControlledRun, decision: Decision, after: string | undefined): RunOutcome {
  const status = after ?? run.status;
  if (decision.result !== "refused") return { runId: run.id, result: decision.result, status };
  const { code, message } = decision;
  return { runId: run.id, result: "refused", status, code, message };
}

/** Tells on the customers' timelines who asked what of their runs. */
export async function noteControl(
  tx: Transaction,
  { organizationId, source, actor }: ControlContext,
  action: Move | "replay" | "undo",
  runs: Pick<ControlledRun, "id" | "customerId" | "ruleId" | "ruleName">[],
  more: Record<string, unknown> = {},
): Promise<void> {
  const entries = runs.map(({ id: runId, customerId, ruleId, ruleName }) => {
    const data = { action, runId, ruleId, ruleName, ...more };
    return { id: newId(), customerId, kind: "control" as const, source, actor, data };
  });
  await insertTimeline(tx, organizationId, entries);
}
