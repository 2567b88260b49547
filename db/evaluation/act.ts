import { addLocalDays } from "../../rules/days.ts";
import { type PlannedRun, planEffects, type SlotStates } from "../../rules/plan.ts";
import { type ActionOutcome, runStatus } from "../../rules/runStatus.ts";
import type { ActionOf } from "../../rules/schema.ts";
import type { CustomerRow } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import { shardOf } from "../writes/scope.ts";
import { applyEffects } from "./applyEffects.ts";
import { isCounted, planWithinLimits } from "./breaker.ts";
import {
  type Acted,
  type ActingContext,
  type ActingMatch,
  actedKey,
  type Effects,
  type NewRun,
  noEffects,
  noteActed,
  type Occasion,
} from "./occasion.ts";
import { planNotifications } from "./planNotifications.ts";

const HOUR_MS = 3_600_000;

/**
 * Lets matched rules act on one customer, in list order: decides what each may do, writes the slots into the locked row, plans
 * messages and timers, and raises the one change that all of it makes. The same for a live change, a timer, a backfill and a
 * replay; nothing is stored yet.
 */
export function act(
  context: ActingContext,
  occasion: Occasion,
  matches: ActingMatch[],
): { effects: Effects; acted: Acted[] } {
  const effects = noEffects();
  const row = context.customers.get(occasion.customerId);
  if (!row) throw new Error(`customer ${occasion.customerId} was not locked`);
  const plan = planWithinLimits(context, occasion, matches, (allowed) =>
    planEffects({
      version: occasion.version,
      facts: occasion.after,
      causeLength: occasion.cause.length,
      slots: slotsOf(row),
      excluded: row.excludedAt !== null,
      matches: allowed,
      userByEmail: (email) => context.directory.userByEmail.get(email.toLowerCase())?.id,
    }),
  );
  const assignedUsers = (plan.slots.users?.value as string[] | undefined) ?? row.userIds;
  const acted = plan.runs.map((planned): Acted => {
    const match = planned.match as ActingMatch;
    const run = planned.actions === null ? null : runOf(context, occasion, planned, assignedUsers, effects);
    if (run) effects.runs.push(run);
    if (run && isCounted(planned)) {
      const notifications = effects.notifications.filter(({ runId }) => runId === run.id).length;
      context.breaker?.count(match.ruleId, { notifications, exclusions: plan.exclusion === match ? 1 : 0 });
    }
    if (run && run.status !== "skipped") {
      const waits = run.actions.some(
        ({ type, status }) => type === "wait" && (status === "waiting" || status === "held"),
      );
      noteActed(context, actedKey(occasion.rootId, occasion.customerId, match.ruleId), waits);
    }
    return { planned, match, run };
  });
  applyEffects(context, occasion, row, plan, effects);
  return { effects, acted };
}

/** The run of one match with what becomes of each action; its messages and its timer go into the effects. */
function runOf(
  context: ActingContext,
  occasion: Occasion,
  planned: PlannedRun,
  assignedUsers: string[],
  effects: Effects,
): NewRun {
  const match = planned.match as ActingMatch;
  const start = match.start ?? 0;
  const run = openRun(occasion, match);
  const outcomes = (planned.actions ?? []).map((action, offset) => {
    const index = start + offset;
    const definition = match.rule.actions[index]!;
    const stays = match.settled?.[index] !== undefined;
    // What is done as the run begins needs no time of its own.
    const time = match.standing && !stays ? { at: context.scope.at } : null;
    if (stays || definition.type !== "sendNotification") return time === null ? { ...action } : { ...action, ...time };
    // What is to be told of later stays silent then.
    const silent = match.silent === true || match.standing?.actions[index]?.silent === true;
    if (action.status !== "planned") return { ...action, ...time, ...(silent ? { silent } : {}) };
    const { notifications, ...outcome } = planNotifications({
      scope: context.scope,
      directory: context.directory,
      action: definition,
      actionIndex: index,
      runId: run.id,
      ruleId: match.ruleId,
      ruleName: match.name,
      customerId: occasion.customerId,
      before: occasion.before,
      after: occasion.after,
      assignedUsers,
      cooldowns: context.cooldowns,
    });
    const recipients = notifications.length;
    if (silent && recipients > 0) {
      const reason = match.kind === "backfill" ? "notificationsOff" : "silent";
      return { type: definition.type, status: "skipped", reason, recipients, ...time };
    }
    effects.notifications.push(...notifications);
    return { type: definition.type, ...outcome, recipients, ...time };
  });
  run.actions = [...(match.standing?.actions.slice(0, start) ?? []), ...outcomes];
  const wait = run.actions.findIndex(({ type, status }) => type === "wait" && status === "waiting");
  if (wait >= 0) {
    const definition = match.rule.actions[wait] as ActionOf<"wait">;
    const dueAt = dueAfter(context, definition);
    run.actions[wait] = { ...run.actions[wait], dueAt };
    const { customerId, changeId } = occasion;
    const { ruleId, ruleVersion } = match;
    const shard = shardOf(customerId, context.scope.shards);
    effects.timers.push({
      id: newId(),
      shard,
      customerId,
      kind: "wait",
      ruleId,
      ruleVersion,
      changeId,
      place: null,
      runId: run.id,
      dueAt,
    });
  }
  Object.assign(run, runStatus(run.actions as unknown as ActionOutcome[]));
  return run;
}

function dueAfter({ scope }: ActingContext, { days, hours }: ActionOf<"wait">): string {
  if (hours !== undefined) return new Date(Date.parse(scope.at) + hours * HOUR_MS).toISOString();
  const whole = Math.trunc(days ?? 0);
  const rest = (days ?? 0) - whole;
  return new Date(Date.parse(addLocalDays(scope.at, whole, scope.timeZone)) + rest * 24 * HOUR_MS).toISOString();
}

function openRun({ customerId, changeId, rootId, cause }: Occasion, match: ActingMatch): NewRun {
  const { ruleId, ruleVersion, kind, standing, backfillId, replayOf } = match;
  return {
    id: standing?.id ?? newId(),
    ruleId,
    ruleVersion,
    customerId,
    changeId,
    rootId,
    cause,
    kind,
    backfillId: backfillId ?? null,
    replayOf: replayOf ?? null,
    status: "planned",
    reason: null,
    actions: [],
    isStanding: standing !== undefined,
  };
}

export function slotsOf(row: CustomerRow): SlotStates {
  return {
    workflow: { value: row.workflowId, owner: row.assignments.workflow },
    users: { value: row.userIds, owner: row.assignments.users },
    paymentMethods: { value: row.paymentMethodIds, owner: row.assignments.paymentMethods },
  };
}
