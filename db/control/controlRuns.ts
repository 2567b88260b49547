import type { Transaction } from "../client.ts";
import { moveRuns } from "./moveRuns.ts";
import { CONCERNED, OPEN } from "./moves.ts";
import { type ReplayOptions, ReplayRefused, replayRun } from "./replay.ts";
import { type RunSelection, selectRuns } from "./selectRuns.ts";
import { type ControlAction, type ControlContext, MOST_ACTED, MOST_AT_ONCE } from "./types.ts";
import { type UndoOutcome, undoRuns } from "./undo.ts";

/** What to do with a selection of runs. */
export interface ControlRequest {
  action: ControlAction;
  selection: RunSelection;
  /** For replay and undo. */
  options: ReplayOptions;
}

/** What became of one run of a selection. */
export interface ControlResult {
  runId: string;
  result: "done" | "unchanged" | "refused";
  status?: string;
  code?: string;
  message?: string;
  [more: string]: unknown;
}

export interface Controlled {
  results: ControlResult[];
  /** Where to go on, if more are selected than one request works on. */
  next: string | null;
  shards: number[];
}

/**
 * Does one thing with every run selected, each for itself: what is refused for one holds up no other. Without a status, the
 * selection is of those that the action concerns, unless runs are named. All of it commits or nothing does.
 */
export async function controlRuns(
  tx: Transaction,
  context: ControlContext,
  { action, selection, options }: ControlRequest,
): Promise<Controlled> {
  const acts = action === "replay" || action === "undo";
  const statuses = selection.statuses ?? (selection.runIds === undefined ? CONCERNED[action] : undefined);
  const isNamed = selection.runIds !== undefined;
  const isSought = !isNamed && selection.statuses === undefined;
  const concernedBy =
    (isSought && (action === "undo" || action === "retry")) || (!isNamed && action === "replay") ? action : undefined;
  const { ids, next } = await selectRuns(
    tx,
    context.organizationId,
    { ...selection, statuses, concernedBy },
    acts ? MOST_ACTED : MOST_AT_ONCE,
  );
  if (action === "undo") return { ...(await undo(tx, context, ids, options.dryRun)), next };
  if (action === "replay") return { ...(await replay(tx, context, ids, options)), next };
  const { outcomes, shards } = await moveRuns(tx, context, action, ids);
  return { results: outcomes.map((outcome) => ({ ...outcome })), shards, next };
}

async function undo(tx: Transaction, context: ControlContext, ids: string[], dryRun: boolean) {
  const open = await tx<{ id: string; status: string }[]>`
    select id, status from rule_runs where id = any(${ids}::uuid[]) and status = any(${[...OPEN]}::text[])`;
  const refused = open.map(({ id: runId, status }): ControlResult => {
    return { runId, result: "refused", status, code: "run_open", message: `The run has not ended (${status}).` };
  });
  const ended = ids.filter((id) => !open.some((run) => run.id === id));
  const { outcomes, shards } = await undoRuns(tx, context, ended, dryRun);
  const results = outcomes.map((outcome): ControlResult => ({ ...outcome, ...undoResult(outcome) }));
  return { results: [...refused, ...results], shards };
}

/** Whether undoing a run does something, was done before, or has nothing to put back, and why. */
export function undoResult({
  undone,
  kept,
}: Pick<UndoOutcome, "undone" | "kept">): Pick<ControlResult, "result" | "code" | "message"> {
  if (undone.length > 0) return { result: "done" };
  if (kept.some(({ reason }) => reason === "undone")) return { result: "unchanged" };
  if (kept.length === 0) {
    return { result: "refused", code: "nothing_to_undo", message: "The run has set nothing." };
  }
  return {
    result: "refused",
    code: "nothing_left_to_undo",
    message: "Everything that it set was written since, or is final.",
  };
}

/** One by one, oldest first; a refusal is told before anything of its run is written. */
async function replay(tx: Transaction, context: ControlContext, ids: string[], options: ReplayOptions) {
  const results: ControlResult[] = [];
  const shards = new Set<number>();
  for (const runId of ids) {
    try {
      const replayed = await replayRun(tx, context, runId, options);
      if (replayed === null) continue;
      const { shards: touched, runId: newRunId, ...rest } = replayed;
      for (const shard of touched) shards.add(shard);
      const isDone = options.dryRun || newRunId !== null;
      results.push({ ...rest, runId, newRunId, result: isDone ? "done" : "unchanged" });
    } catch (error) {
      if (!(error instanceof ReplayRefused)) throw error;
      results.push({ runId, result: "refused", code: error.code, message: error.message });
    }
  }
  return { results, shards: [...shards] };
}
