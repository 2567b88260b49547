import { actionsNow, type Plan, type PlannedSlot } from "../../rules/plan.ts";
import { type CustomerRow, factsOf, type SlotOwner } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import { shardOf } from "../writes/scope.ts";
import { SLOT_COLUMN } from "../writes/slots.ts";
import type { ActingContext, ActingMatch, Effects, NewRun, Occasion } from "./occasion.ts";

/**
 * Writes a plan's effects into the locked row and raises the one change that all effects of a change make together; its cause
 * names every run that applied something. Exclusion comes last.
 */
export function applyEffects(
  context: ActingContext,
  occasion: Occasion,
  row: CustomerRow,
  plan: Plan,
  effects: Effects,
): void {
  const slots = Object.entries(plan.slots) as [PlannedSlot, NonNullable<Plan["slots"][PlannedSlot]>][];
  if (slots.length === 0 && plan.exclusion === null) return;
  for (const [slot, { value, by, changed }] of slots) {
    noteAssignments(context, occasion, effects, row, plan, slot);
    // A slot that stands and is only taken over has no applied action.
    if (!changed) note(effects, row, by, "assignment", { slot, before: value, after: value, changed });
    Object.assign(row, { [SLOT_COLUMN[slot]]: value });
    // The change it is written for, not the one it raises: an effect of a later change must still be able to follow.
    const owner = { ...ownerOf(context, by, occasion.writtenFor), runId: runOf(effects, by).id };
    row.assignments = { ...row.assignments, [slot]: owner };
  }
  context.moved.add(row.id);
  const moved = slots.some(([, { changed }]) => changed);
  if (!moved && plan.exclusion === null) return;
  effects.raised = raise(context, occasion, row, plan, effects);
  if (plan.exclusion === null) return;
  row.excludedAt = context.scope.at;
  const excluded = ownerOf(context, plan.exclusion, row.version);
  row.assignments = { ...row.assignments, excluded };
  note(effects, row, plan.exclusion, "exclusion", { slot: "excluded", before: null, after: row.excludedAt });
}

/**
 * One line for every action that moved the slot, each with what it found and left. The run keeps who had set the slot before: to
 * them it belongs again once it is undone.
 */
function noteAssignments(
  context: ActingContext,
  occasion: Occasion,
  effects: Effects,
  row: CustomerRow,
  plan: Plan,
  slot: PlannedSlot,
): void {
  let beforeOwner = row.assignments[slot] ?? null;
  for (const planned of plan.runs) {
    for (const action of actionsNow(planned)) {
      if (action.slot !== slot || action.status !== "applied") continue;
      const { match } = planned;
      const { before, after } = action;
      const run = runOf(effects, match);
      const recorded = run.actions.find((one) => one.slot === slot && one.status === "applied");
      if (recorded) recorded.beforeOwner = beforeOwner;
      beforeOwner = { ...ownerOf(context, match, occasion.writtenFor), runId: run.id };
      note(effects, row, match, "assignment", { slot, before, after, changed: true });
    }
  }
}

function runOf(effects: Effects, match: Plan["runs"][number]["match"]): NewRun {
  const run = effects.runs.find((candidate) => candidate.ruleId === match.ruleId);
  if (!run) throw new Error(`rule ${match.ruleId} acted without a run`);
  return run;
}

function ownerOf({ scope }: ActingContext, match: Plan["runs"][number]["match"], version: number): SlotOwner {
  const { ruleId, name, ruleVersion } = match as ActingMatch;
  return { source: "rule", ruleId, ruleName: name, ruleVersion, at: scope.at, version };
}

function note(
  effects: Effects,
  row: CustomerRow,
  match: Plan["runs"][number]["match"],
  kind: "assignment" | "exclusion",
  data: object,
): void {
  const actor = { ruleId: match.ruleId, ruleName: match.name, runId: runOf(effects, match).id };
  effects.timeline.push({ id: newId(), customerId: row.id, kind, source: "rule", actor, data });
}

function raise(
  { scope, upToDate }: ActingContext,
  occasion: Occasion,
  row: CustomerRow,
  plan: Plan,
  effects: Effects,
): NewChange {
  const before = row.facts;
  if (before === null) throw new Error(`customer ${row.id} has a change and no facts`);
  row.version += 1;
  // What is raised by a change that is evaluated late stays of the change's day, as if it had been evaluated at once; on any other
  // occasion the customer has been brought up to date.
  row.facts = factsOf(row, upToDate.get(row.id) ?? before.asOf);
  const steps = plan.runs
    .filter((planned) => actionsNow(planned).some(({ status }) => status === "applied"))
    .map(({ match }) => ({
      runId: runOf(effects, match).id,
      ruleId: match.ruleId,
      ruleName: match.name,
      changeId: occasion.changeId,
    }));
  return {
    id: newId(),
    customerId: row.id,
    version: row.version,
    kind: "updated",
    source: "rule",
    actor: null,
    rulesetNumber: scope.rulesetNumber,
    rootId: occasion.rootId,
    cause: [...occasion.cause, ...steps],
    before,
    after: row.facts,
    shard: shardOf(row.id, scope.shards),
    lane: occasion.lane,
  };
}
