import { Claims, type Mode, type RuleName } from "./claims.ts";
import type { Facts, Source } from "./facts.ts";
import { isInForce } from "./inForce.ts";
import { isOverruled, takesOwnership } from "./ownership.ts";
import type { Action, ActionOf, Rule } from "./schema.ts";
import type { VerdictCode } from "./verdicts.ts";

/** A chain of rule runs is cut here: what would be the eleventh is a loop. */
export const LONGEST_CAUSE = 10;

export type PlannedSlot = "workflow" | "users" | "paymentMethods";
export type SlotValue = string | string[] | null;

/** A slot as it stands while effects are written, under the customer's lock. */
export interface SlotState {
  value: SlotValue;
  owner?: { source: Source; version: number };
}
export type SlotStates = Record<PlannedSlot, SlotState>;

/** A rule whose trigger and filters matched. */
export interface Match {
  /** Place in the ruleset. */
  place: number;
  ruleId: string;
  name: string;
  rule: Rule;
  /** The rule's status now, which decides whether it may act. */
  status: "draft" | "active" | "inactive" | "paused" | "deleted";
  /** Whether it has acted already within the change's root. */
  acted: boolean;
  /** Whether a wait of its run within the root is yet to end, so that what follows is yet to come. */
  stillWaits?: boolean;
  /** Index of the action to go on with: the first one unless the run waited or was held. */
  start?: number;
  /** By index: what came of actions already, which stays; a run that was held goes on with the others. */
  settled?: readonly (PlannedAction | undefined)[];
  /** It only claims its slots: a rule that others are judged beside and that does not act now. */
  onlyClaims?: boolean;
}

export interface PlanInput {
  /** The change that is judged: its version (a slot written for a newer one is superseded), the facts, how many runs led to it. */
  version: number;
  facts: Facts;
  causeLength: number;
  slots: SlotStates;
  /** Whether the customer is excluded by now: its slots can no longer be written. */
  excluded?: boolean;
  matches: Match[];
  /** The user of this organization with that email, any case. */
  userByEmail: (email: string) => string | undefined;
}

export type ActionStatus =
  | "applied"
  | "unchanged"
  | "lost"
  | "overruled"
  | "superseded"
  | "skipped"
  | "loop"
  | "inactive"
  | "held"
  | "waiting"
  | "planned";

export interface PlannedAction {
  type: Action["type"];
  slot?: PlannedSlot;
  status: ActionStatus;
  reason?: string;
  before?: SlotValue;
  after?: SlotValue;
  lostTo?: RuleName;
  /** Emails in custom fields that are no user of the organization. */
  unknownEmails?: string[];
  /** Who keeps the slot from the rule. */
  keptBy?: Source;
}

export interface PlannedRun {
  match: Match;
  code: VerdictCode;
  /**
   * What becomes of the actions from the match's start on; up to a `wait`, which leaves itself and those after it `waiting`.
   * Absent where the record needs no run: everything lost, or matched again within the root with nothing new to set.
   */
  actions: PlannedAction[] | null;
  lostTo?: RuleName;
}

export interface Plan {
  runs: PlannedRun[];
  /** The slots as the effects leave them: value, and the match that set or took each. */
  slots: Partial<Record<PlannedSlot, { value: SlotValue; by: Match; changed: boolean }>>;
  /** The match that excludes the customer, once everything else is done. */
  exclusion: Match | null;
}

/**
 * Decides what the matched rules of one change do, in list order: claims first, then ownership, then the value. Pure: the same
 * input gives the same plan, so that replay, preview and the evaluation agree.
 */
export function planEffects(input: PlanInput): Plan {
  const claims = new Claims();
  const plan: Plan = { runs: [], slots: {}, exclusion: null };
  for (const match of input.matches) {
    if (match.onlyClaims) claimOnly(input, claims, match);
    else plan.runs.push(planRun(input, plan, claims, match));
  }
  return plan;
}

/** What a run's actions come to now, without those that were settled before. */
export function actionsNow({ match, actions }: PlannedRun): PlannedAction[] {
  return (actions ?? []).filter((_, offset) => match.settled?.[(match.start ?? 0) + offset] === undefined);
}

/** Notes what a rule claims before its first wait, as its own run would. */
function claimOnly(input: PlanInput, claims: Claims, match: Match): void {
  const unmoved: Plan = { runs: [], slots: {}, exclusion: null };
  for (const action of match.rule.actions) {
    if (action.type === "wait") return;
    planAction(input, unmoved, claims, match, action, false);
  }
}

function planRun(input: PlanInput, plan: Plan, claims: Claims, match: Match): PlannedRun {
  const actions = match.rule.actions.slice(match.start ?? 0);
  if (!isInForce(match.status)) {
    return {
      match,
      code: "I",
      actions: actions.map(
        (action, offset) =>
          match.settled?.[(match.start ?? 0) + offset] ?? { type: action.type, status: "inactive", reason: "inactive" },
      ),
    };
  }
  const looping = match.acted || input.causeLength >= LONGEST_CAUSE;
  const outcomes = planActions(input, plan, claims, match, actions, looping);
  const lostTo = outcomes.find((outcome) => outcome.lostTo)?.lostTo;
  const code = codeOf(outcomes, looping);
  // A run that goes on has to come to an end, whatever it comes to.
  const silent = match.start === undefined && (code === "L" || (looping && code === "U"));
  return { match, code, actions: silent ? null : outcomes, ...(lostTo ? { lostTo } : {}) };
}

/** The actions up to the first wait; what comes after it competes for its slots once it is over, so it claims nothing now. */
function planActions(
  input: PlanInput,
  plan: Plan,
  claims: Claims,
  match: Match,
  actions: Action[],
  looping: boolean,
): PlannedAction[] {
  const start = match.start ?? 0;
  const wait = actions.findIndex(
    ({ type }, offset) => type === "wait" && match.settled?.[start + offset] === undefined,
  );
  const now = wait < 0 ? actions : actions.slice(0, wait);
  const outcomes = now.map(
    (action, offset) => match.settled?.[start + offset] ?? planAction(input, plan, claims, match, action, looping),
  );
  if (wait < 0) return outcomes;
  const after = actions
    .slice(wait)
    .map(
      (action, offset) =>
        match.settled?.[start + wait + offset] ??
        (looping
          ? loopingAfterWait(input, plan, match, action)
          : { type: action.type, ...waitingOutcome(input, match) }),
    );
  return [...outcomes, ...after];
}

/** Whether what comes after a wait would set something new, were it not cut here; it claims nothing. */
function loopingAfterWait(input: PlanInput, plan: Plan, match: Match, action: Action): PlannedAction {
  const { type } = action;
  if (!match.acted) return { type, status: "loop", reason: "loop" };
  if (type === "wait" || match.stillWaits) return { type, status: "unchanged", reason: "loop" };
  return planAction(input, plan, new Claims(), match, action, true);
}

function waitingOutcome({ excluded }: PlanInput, match: Match): Pick<PlannedAction, "status" | "reason"> {
  // The exclusion has cancelled what waited by then; nothing would ever cancel this.
  if (excluded) return { status: "skipped", reason: "excluded" };
  return match.status === "paused" ? { status: "held", reason: "paused" } : { status: "waiting", reason: "wait" };
}

/** The letter of a run: what it did if it does anything, else why it does nothing. */
function codeOf(outcomes: PlannedAction[], looping: boolean): VerdictCode {
  const has = (status: ActionStatus) => outcomes.some((outcome) => outcome.status === status);
  if (looping) return has("loop") ? "P" : "U";
  if (has("held")) return "H";
  if (has("applied") || has("planned") || has("waiting")) return "M";
  if (outcomes.every((outcome) => outcome.status === "lost")) return "L";
  if (has("overruled")) return "O";
  if (has("superseded")) return "S";
  const skipped = outcomes.find((outcome) => outcome.status === "skipped");
  if (skipped) return skipped.reason === "excluded" ? "X" : skipped.reason === "noRecipients" ? "R" : "N";
  return has("lost") && !has("unchanged") ? "L" : "U";
}

function planAction(
  input: PlanInput,
  plan: Plan,
  claims: Claims,
  match: Match,
  action: Action,
  looping: boolean,
): PlannedAction {
  switch (action.type) {
    case "assignWorkflow":
      return planSlot(
        input,
        plan,
        claims,
        match,
        { type: action.type, slot: "workflow", mode: "replace", members: [], value: action.workflowId },
        looping,
      );
    case "assignUsers": {
      const { members, unknownEmails } = usersOf(input, action);
      const intent: Intent = { type: action.type, slot: "users", mode: action.mode, members, value: members };
      if (unknownEmails.length > 0) intent.unknownEmails = unknownEmails;
      // Nobody named by ids and no email found: the slot stays, whatever the mode.
      if (members.length === 0 && action.customFields.length > 0) intent.nobody = true;
      return planSlot(input, plan, claims, match, intent, looping);
    }
    case "assignPaymentMethods": {
      const members = action.paymentMethodIds;
      return planSlot(
        input,
        plan,
        claims,
        match,
        { type: action.type, slot: "paymentMethods", mode: action.mode, members, value: members },
        looping,
      );
    }
    case "sendNotification":
      // What it has said within this root it does not say again; what the cut of a long chain keeps it from saying is a loop.
      if (looping) return { type: action.type, status: match.acted ? "unchanged" : "loop", reason: "loop" };
      if (match.status !== "paused") return { type: action.type, status: "planned" };
      // The exclusion has cancelled what was held by then; nothing would ever release this.
      return input.excluded
        ? { type: action.type, status: "skipped", reason: "excluded" }
        : { type: action.type, status: "held" };
    case "excludeCustomer":
      return planExclusion(input, plan, claims, match, looping);
    case "wait":
      throw new Error("a wait has no effect of its own");
  }
}

/** Exclusion is final and applied last; nobody owns it against a rule, so only claims and the rule's state decide. */
function planExclusion(input: PlanInput, plan: Plan, claims: Claims, match: Match, looping: boolean): PlannedAction {
  const type = "excludeCustomer";
  const claim = claims.claim({ ruleId: match.ruleId, name: match.name }, "excluded", "replace", []);
  if (claim.lostTo) return { type, status: "lost", reason: "lostTo", lostTo: claim.lostTo };
  if (input.excluded) return { type, status: "unchanged" };
  if (looping) return { type, status: "loop", reason: "loop" };
  if (match.status === "paused") return { type, status: "held", reason: "paused" };
  plan.exclusion = match;
  return { type, status: "applied" };
}

interface Intent {
  type: Action["type"];
  slot: PlannedSlot;
  mode: Mode;
  members: string[];
  value: SlotValue;
  unknownEmails?: string[];
  nobody?: boolean;
}

function planSlot(
  input: PlanInput,
  plan: Plan,
  claims: Claims,
  match: Match,
  intent: Intent,
  looping: boolean,
): PlannedAction {
  const { slot, mode } = intent;
  const before = valueNow(input, plan, slot);
  const outcome = (status: ActionStatus, more: Partial<PlannedAction> = {}): PlannedAction => ({
    type: intent.type,
    slot,
    status,
    before,
    after: before,
    ...(intent.unknownEmails ? { unknownEmails: intent.unknownEmails } : {}),
    ...more,
  });
  const claim = claims.claim({ ruleId: match.ruleId, name: match.name }, slot, mode, intent.members);
  if (!claim.won) return outcome("lost", { reason: "lostTo", lostTo: claim.lostTo! });
  const partly = claim.lostTo ? { lostTo: claim.lostTo } : {};
  if (input.excluded) return outcome("skipped", { reason: "excluded", ...partly });
  if (intent.nobody) return outcome("skipped", { reason: "noUsers", ...partly });

  const after = mode === "replace" ? intent.value : combine(before as string[], claim.members, mode);
  const same = sameValue(before, after);
  if (looping) return same ? outcome("unchanged", partly) : outcome("loop", { reason: "loop", after, ...partly });
  if (match.status === "paused") return outcome("held", { reason: "paused", after, ...partly });
  const { owner } = input.slots[slot];
  // A slot that an effect of this very change has set is in line with it.
  const inLine = plan.slots[slot] !== undefined;
  const isNewer = owner !== undefined && owner.version > input.version;
  if (same) {
    if (!inLine && !isNewer && takesOwnership("rule", slot, owner?.source)) {
      plan.slots[slot] = { value: after, by: match, changed: false };
    }
    return outcome("unchanged", partly);
  }
  if (!inLine && owner && isOverruled("rule", slot, owner.source)) {
    return outcome("overruled", { reason: "overruled", keptBy: owner.source, ...partly });
  }
  if (!inLine && isNewer) return outcome("superseded", { reason: "superseded", ...partly });
  plan.slots[slot] = { value: after, by: match, changed: true };
  return outcome("applied", { after, ...partly });
}

/** Users by id and by the emails in custom fields, each once, in the order named. Empty fields are skipped. */
function usersOf(input: PlanInput, action: ActionOf<"assignUsers">): { members: string[]; unknownEmails: string[] } {
  const members = new Set(action.userIds);
  const unknownEmails: string[] = [];
  for (const key of action.customFields) {
    const email = input.facts.customFields[key];
    if (typeof email !== "string" || email === "") continue;
    const userId = input.userByEmail(email);
    if (userId) members.add(userId);
    else unknownEmails.push(email);
  }
  return { members: [...members], unknownEmails };
}

function valueNow(input: PlanInput, plan: Plan, slot: PlannedSlot): SlotValue {
  return plan.slots[slot]?.value ?? (plan.slots[slot] ? null : input.slots[slot].value);
}

function combine(standing: string[], members: string[], mode: "add" | "remove"): string[] {
  if (mode === "add") return [...standing, ...members.filter((member) => !standing.includes(member))];
  return standing.filter((member) => !members.includes(member));
}

/** Sets compare without order for members, by value otherwise. */
function sameValue(a: SlotValue, b: SlotValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((member) => b.includes(member));
}
