import type { CompiledRuleset } from "../../rules/evaluate.ts";
import { type Match, planEffects, type SlotStates } from "../../rules/plan.ts";
import { runStatus } from "../../rules/runStatus.ts";
import type { VerdictDetails } from "../../rules/verdicts.ts";
import type { CustomerRow } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import type { CauseStep, NewChange } from "../writes/recordChanges.ts";
import type { TimelineEntry } from "../writes/timelineEntries.ts";
import { applyEffects } from "./applyEffects.ts";
import type { Directory } from "./directory.ts";
import { type PlannedNotification, planNotifications } from "./planNotifications.ts";
import type { EvaluationScope, QueuedChange } from "./types.ts";

/** A run about to be recorded. */
export interface NewRun {
  id: string;
  ruleId: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: CauseStep[];
  status: string;
  reason: string | null;
  actions: Record<string, unknown>[];
}

/** The record of one evaluated change, before it is written. */
export interface JudgedChange {
  changeId: string;
  customerId: string;
  outcome: "evaluated" | "excluded" | "failed";
  codes: string;
  details: VerdictDetails | null;
  error: string | null;
  runs: NewRun[];
  notifications: PlannedNotification[];
  timeline: TimelineEntry[];
  raised: NewChange | null;
}

/** What judging takes besides the change: read once for the batch, and moved on by each change in turn. */
export interface JudgingContext {
  scope: EvaluationScope;
  directory: Directory;
  /** Locked rows of the customers with matches; effects are written into them. */
  customers: Map<string, CustomerRow>;
  /** Rows that effects moved. */
  moved: Set<string>;
  ruleStatus: Map<string, Match["status"]>;
  /** `root:customer:rule` of every run that acted. */
  acted: Set<string>;
}

export function actedKey(rootId: string, customerId: string, ruleId: string): string {
  return `${rootId}:${customerId}:${ruleId}`;
}

/** Turns the matches of one change into effects on the locked row, runs, notifications and the one change they raise. */
export function judgeChange(
  context: JudgingContext,
  ruleset: CompiledRuleset,
  change: QueuedChange,
  verdicts: { codes: string; matched: number[] },
): JudgedChange {
  const judged: JudgedChange = {
    changeId: change.id,
    customerId: change.customerId,
    outcome: "evaluated",
    codes: verdicts.codes,
    details: null,
    error: null,
    runs: [],
    notifications: [],
    timeline: [],
    raised: null,
  };
  if (verdicts.matched.length === 0) return judged;
  const row = context.customers.get(change.customerId);
  if (!row) throw new Error(`customer ${change.customerId} was not locked`);
  const matches = verdicts.matched.map((place) => matchAt(context, ruleset, change, place));
  const plan = planEffects({
    version: change.version,
    facts: change.after,
    causeLength: change.cause.length,
    slots: slotsOf(row),
    excluded: row.excludedAt !== null,
    matches,
    userByEmail: (email) => context.directory.userByEmail.get(email.toLowerCase())?.id,
  });
  const assignedUsers = (plan.slots.users?.value as string[] | undefined) ?? row.userIds;
  const letters = [...verdicts.codes];
  const details: VerdictDetails = {};
  const acting: { run: NewRun; match: Match }[] = [];
  for (const planned of plan.runs) {
    letters[planned.match.place] = planned.code;
    const detail = planned.lostTo ? { lostTo: planned.lostTo } : {};
    if (planned.actions === null) {
      if (planned.lostTo) details[planned.match.place] = detail;
      continue;
    }
    const run = newRun(change, ruleset, planned.match);
    run.actions = planned.actions.map((action, index) => {
      const definition = planned.match.rule.actions[index]!;
      if (definition.type !== "sendNotification" || action.status !== "planned") return { ...action };
      const { notifications, ...outcome } = planNotifications({
        scope: context.scope,
        directory: context.directory,
        action: definition,
        actionIndex: index,
        runId: run.id,
        ruleName: planned.match.name,
        customerId: change.customerId,
        before: change.before,
        after: change.after,
        assignedUsers,
      });
      judged.notifications.push(...notifications);
      return { type: definition.type, ...outcome, recipients: notifications.length };
    });
    Object.assign(run, runStatus(run.actions as { status: string }[]));
    if (run.reason === "noRecipients" && planned.code === "M") letters[planned.match.place] = "R";
    details[planned.match.place] = { runId: run.id, ...detail };
    judged.runs.push(run);
    if (run.status !== "skipped") context.acted.add(actedKey(change.rootId, change.customerId, run.ruleId));
    if (run.actions.some((action) => action.status === "applied")) acting.push({ run, match: planned.match });
  }
  judged.codes = letters.join("");
  judged.details = details;
  applyEffects(context, judged, change, row, plan, acting);
  return judged;
}

function matchAt(context: JudgingContext, ruleset: CompiledRuleset, change: QueuedChange, place: number): Match {
  const { ruleId, name, rule } = ruleset.rules[place]!;
  return {
    place,
    ruleId,
    name,
    rule,
    status: context.ruleStatus.get(ruleId) ?? "deleted",
    acted: context.acted.has(actedKey(change.rootId, change.customerId, ruleId)),
  };
}

function newRun(change: QueuedChange, ruleset: CompiledRuleset, match: Match): NewRun {
  return {
    id: newId(),
    ruleId: match.ruleId,
    ruleVersion: ruleset.rules[match.place]!.version,
    customerId: change.customerId,
    changeId: change.id,
    rootId: change.rootId,
    cause: change.cause,
    status: "planned",
    reason: null,
    actions: [],
  };
}

function slotsOf(row: CustomerRow): SlotStates {
  return {
    workflow: { value: row.workflowId, owner: row.assignments.workflow },
    users: { value: row.userIds, owner: row.assignments.users },
    paymentMethods: { value: row.paymentMethodIds, owner: row.assignments.paymentMethods },
  };
}
