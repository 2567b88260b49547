import type { Match, Plan, PlannedSlot } from "../../rules/plan.ts";
import { type CustomerRow, factsOf, type SlotOwner } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import { shardOf } from "../writes/scope.ts";
import { SLOT_COLUMN } from "../writes/slots.ts";
import type { JudgedChange, JudgingContext, NewRun } from "./judgeChange.ts";
import type { QueuedChange } from "./types.ts";

/** A match whose run applied something. */
export interface Acting {
  run: NewRun;
  match: Match;
}

/**
 * Writes a plan's effects into the locked row and raises the one change that all effects of a change make together; its cause
 * names every run that applied something. Exclusion comes last.
 */
export function applyEffects(
  context: JudgingContext,
  judged: JudgedChange,
  change: QueuedChange,
  row: CustomerRow,
  plan: Plan,
  acting: Acting[],
): void {
  const slots = Object.entries(plan.slots) as [PlannedSlot, NonNullable<Plan["slots"][PlannedSlot]>][];
  if (slots.length === 0 && plan.exclusion === null) return;
  for (const [slot, { value, by, changed }] of slots) {
    noteAssignments(judged, row, plan, slot);
    // A slot that stands and is only taken over has no applied action.
    if (!changed) note(judged, row, by, "assignment", { slot, before: value, after: value, changed });
    Object.assign(row, { [SLOT_COLUMN[slot]]: value });
    // The change it is written for, not the one it raises: an effect of a later change must still be able to follow.
    const owner = ownerOf(context, judged, by, change.version);
    row.assignments = { ...row.assignments, [slot]: owner };
  }
  context.moved.add(row.id);
  const moved = slots.some(([, { changed }]) => changed);
  if (!moved && plan.exclusion === null) return;
  judged.raised = raise(context, change, row, acting);
  if (plan.exclusion === null) return;
  row.excludedAt = context.scope.at;
  const excluded = ownerOf(context, judged, plan.exclusion, row.version);
  row.assignments = { ...row.assignments, excluded };
  note(judged, row, plan.exclusion, "exclusion", { slot: "excluded", before: null, after: row.excludedAt });
}

/** One line for every action that moved the slot, each with what it found and left. */
function noteAssignments(judged: JudgedChange, row: CustomerRow, plan: Plan, slot: PlannedSlot): void {
  for (const { match, actions } of plan.runs) {
    for (const action of actions ?? []) {
      if (action.slot !== slot || action.status !== "applied") continue;
      const { before, after } = action;
      note(judged, row, match, "assignment", { slot, before, after, changed: true });
    }
  }
}

function runOf(judged: JudgedChange, match: Match): NewRun {
  const run = judged.runs.find((candidate) => candidate.ruleId === match.ruleId);
  if (!run) throw new Error(`rule ${match.ruleId} acted without a run`);
  return run;
}

function ownerOf({ scope }: JudgingContext, judged: JudgedChange, match: Match, version: number): SlotOwner {
  const { ruleVersion } = runOf(judged, match);
  return { source: "rule", ruleId: match.ruleId, ruleName: match.name, ruleVersion, at: scope.at, version };
}

function note(
  judged: JudgedChange,
  row: CustomerRow,
  match: Match,
  kind: "assignment" | "exclusion",
  data: object,
): void {
  const actor = { ruleId: match.ruleId, ruleName: match.name, runId: runOf(judged, match).id };
  judged.timeline.push({ id: newId(), customerId: row.id, kind, source: "rule", actor, data });
}

function raise({ scope }: JudgingContext, change: QueuedChange, row: CustomerRow, acting: Acting[]): NewChange {
  const before = row.facts;
  if (before === null) throw new Error(`customer ${row.id} has a change and no facts`);
  row.version += 1;
  // The day of the facts stays: what moves with the calendar is moved by writes of money and by the schedule.
  row.facts = factsOf(row, before.asOf);
  const steps = acting.map(({ run, match }) => ({
    runId: run.id,
    ruleId: run.ruleId,
    ruleName: match.name,
    changeId: change.id,
  }));
  return {
    id: newId(),
    customerId: row.id,
    version: row.version,
    kind: "updated",
    source: "rule",
    actor: null,
    rulesetNumber: scope.rulesetNumber,
    rootId: change.rootId,
    cause: [...change.cause, ...steps],
    before,
    after: row.facts,
    shard: shardOf(row.id, scope.shards),
    lane: change.lane,
  };
}
