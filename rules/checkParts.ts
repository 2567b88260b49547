import { type CheckContext, checkNumber, type Report, userId } from "./checkFilters.ts";
import type { Slot } from "./facts.ts";
import { fieldType } from "./fields.ts";
import type { Action, ActionOf, Recipient, ThresholdTrigger, Trigger } from "./schema.ts";
import { checkTemplate } from "./templates.ts";
import { watchedField } from "./triggers.ts";

type Path = readonly PropertyKey[];

/** Judges a trigger of the right shape: lines that can be crossed, and a way back on the right side of them. */
export function checkTrigger(trigger: Trigger, context: CheckContext, report: Report): void {
  if (!("direction" in trigger)) return;
  if (trigger.type === "ratingThreshold") {
    checkRatingTrigger(trigger, report);
    return;
  }
  const own = watchedField(trigger);
  const path = ["trigger", "value"];
  if (typeof trigger.value === "number") checkNumber(trigger.value, path, own, report);
  else checkOtherField(trigger.value.field, own, [...path, "field"], context, report);
  checkReset(trigger, own, report);
}

function checkRatingTrigger(trigger: Extract<Trigger, { type: "ratingThreshold" }>, report: Report): void {
  const { direction, value, resetAt } = trigger;
  const best = direction === "exceeds" && value === "A";
  const worst = direction === "fallsBelow" && value === "D";
  if (best || worst) report(["trigger", "value"], "threshold_unreachable", `no rating ${direction} ${value}`);
  if (resetAt === undefined) return;
  // A is best, so "up" is towards the start of the alphabet.
  if (direction === "exceeds" ? resetAt < value : resetAt > value) {
    report(["trigger", "resetAt"], "reset_on_wrong_side", `must be ${value} or ${worseOrBetter(direction)}`);
  }
}

function worseOrBetter(direction: ThresholdTrigger["direction"]): string {
  return direction === "exceeds" ? "worse" : "better";
}

function checkOtherField(other: string, own: string, path: Path, context: CheckContext, report: Report): void {
  const type = fieldType(other, context.customFields);
  if (type === null) report(path, "unknown_field", `there is no field "${other}"`);
  else if (type !== "number" && type !== "delay") report(path, "wrong_type", `"${other}" is no number`);
  else if (other === own) report(path, "invalid", "must be another field than the one that is watched");
}

function checkReset(trigger: Exclude<ThresholdTrigger, { type: "ratingThreshold" }>, own: string, report: Report) {
  const { direction, value, resetAt } = trigger;
  if (resetAt === undefined) return;
  const path = ["trigger", "resetAt"];
  checkNumber(resetAt, path, own, report);
  if (typeof value !== "number") report(path, "invalid", "goes with a fixed value only");
  else if (direction === "exceeds" && resetAt > value) report(path, "reset_on_wrong_side", "must not be above value");
  else if (direction === "fallsBelow" && resetAt < value)
    report(path, "reset_on_wrong_side", "must not be below value");
}

const SLOTS: Record<Action["type"], Slot | null> = {
  assignUsers: "users",
  assignWorkflow: "workflow",
  assignPaymentMethods: "paymentMethods",
  excludeCustomer: "excluded",
  sendNotification: null,
  wait: null,
};

/** The slot an action sets, or null when it sets none. */
export function slotOf(action: Action): Slot | null {
  return SLOTS[action.type];
}

/** Judges a list of actions together: each slot at most once, no wait at the end. Undefined stands for a malformed one. */
export function checkActionList(actions: readonly (Action | undefined)[], path: Path, report: Report): void {
  const taken = new Set<Slot>();
  actions.forEach((action, place) => {
    if (!action) return;
    const slot = slotOf(action);
    if (slot && taken.has(slot)) {
      report([...path, place, "type"], "slot_taken_twice", `an earlier action already sets ${slot}`);
    }
    if (slot) taken.add(slot);
    if (action.type === "wait" && place === actions.length - 1) {
      report([...path, place], "invalid_wait", "needs an action after it");
    }
  });
}

/**
 * Judges one action of the right shape. Answers it as it is stored, with ids in their canonical form.
 * @param raw the action as it was sent, before defaults
 */
export function checkAction(action: Action, raw: unknown, path: Path, context: CheckContext, report: Report): Action {
  switch (action.type) {
    case "assignUsers":
      return checkAssignUsers(action, raw, path, context, report);
    case "assignWorkflow":
      if (action.workflowId === null) return action;
      return { ...action, workflowId: known(action.workflowId, context.workflowIds, [...path, "workflowId"], report) };
    case "assignPaymentMethods":
      return checkAssignPaymentMethods(action, path, context, report);
    case "sendNotification":
      return checkNotification(action, path, context, report);
    case "wait":
      if ((action.days === undefined) === (action.hours === undefined)) {
        report(path, "invalid_wait", "needs either days or hours");
      }
      return action;
    default:
      return action;
  }
}

function known(id: string, ids: { has: (id: string) => boolean }, path: Path, report: Report): string {
  const canonical = id.toLowerCase();
  if (!ids.has(canonical)) report(path, "unknown_id", `there is nothing here with the id "${id}"`);
  return canonical;
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function checkAssignUsers(
  action: ActionOf<"assignUsers">,
  raw: unknown,
  path: Path,
  context: CheckContext,
  report: Report,
): Action {
  const isSilent = typeof raw === "object" && raw !== null && !("userIds" in raw) && !("customFields" in raw);
  const isEmpty = action.userIds.length === 0 && action.customFields.length === 0;
  // Only `replace` can mean something by an empty list: that it clears the slot.
  if (isSilent || (isEmpty && action.mode !== "replace")) {
    report(path, "nothing_to_do", "needs userIds or customFields");
  }
  action.customFields.forEach((key, place) => {
    checkEmailField(key, [...path, "customFields", place], context, report);
  });
  const userIds = action.userIds.map((id, place) => userId(id, [...path, "userIds", place], context, report));
  return { ...action, userIds: unique(userIds), customFields: unique(action.customFields) };
}

function checkEmailField(key: string, path: Path, { customFields }: CheckContext, report: Report): void {
  const definition = customFields.get(key);
  if (!definition) report(path, "unknown_field", `there is no custom field "${key}"`);
  else if (definition.type !== "TEXT") report(path, "not_a_text_field", `"${definition.label}" is not a TEXT field`);
}

function checkAssignPaymentMethods(
  action: ActionOf<"assignPaymentMethods">,
  path: Path,
  context: CheckContext,
  report: Report,
): Action {
  if (action.paymentMethodIds.length === 0 && action.mode !== "replace") {
    report([...path, "paymentMethodIds"], "nothing_to_do", "needs at least one payment method");
  }
  const ids = action.paymentMethodIds.map((id, place) =>
    known(id, context.paymentMethodIds, [...path, "paymentMethodIds", place], report),
  );
  return { ...action, paymentMethodIds: unique(ids) };
}

function checkNotification(
  action: ActionOf<"sendNotification">,
  path: Path,
  context: CheckContext,
  report: Report,
): Action {
  const channelId = known(action.channelId, context.channelIds, [...path, "channelId"], report);
  if (context.channelIds.get(channelId) === "email" && action.subject === "") {
    report([...path, "subject"], "invalid", "is required for email");
  }
  for (const part of ["subject", "body"] as const) {
    for (const message of checkTemplate(action[part], context)) report([...path, part], "invalid_template", message);
  }
  const to = action.to.map((recipient, place) => checkRecipient(recipient, [...path, "to", place], context, report));
  return { ...action, channelId, to };
}

function checkRecipient(recipient: Recipient, path: Path, context: CheckContext, report: Report): Recipient {
  if ("userId" in recipient) return { userId: userId(recipient.userId, [...path, "userId"], context, report) };
  if ("customField" in recipient) checkEmailField(recipient.customField, [...path, "customField"], context, report);
  return recipient;
}
