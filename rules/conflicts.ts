import { slotOf } from "./checkParts.ts";
import type { DomainContext } from "./domains.ts";
import type { Slot } from "./facts.ts";
import { MOST_STEPS, overlapOf } from "./overlap.ts";
import type { Action, Filter, Rule, ThresholdTrigger } from "./schema.ts";
import { watchedField } from "./triggers.ts";

/** A rule that takes part in judging, in list order. */
export interface ListedRule {
  ruleId: string;
  name: string;
  rule: Rule;
}

/** Another rule that claims a slot of this one, and which of the two gets it where both match one change. */
export interface RuleConflict {
  ruleId: string;
  name: string;
  slot: Slot;
  /** `overlaps`: a customer that both match can exist; `mayOverlap`: neither that nor the opposite could be shown. */
  overlap: "overlaps" | "mayOverlap";
  /** The first in the list wins. */
  wins: "thisRule" | "otherRule";
}

/** Steps of deciding overlaps for one rule against a whole list, some microseconds each. */
const MOST_STEPS_OF_ALL = 40_000;

/** How surely two rules claim the same of a slot. */
type Rivalry = "sure" | "possible" | "none";

/** What a rule claims of one slot, and whether it does so as it matches: what follows a wait competes when that is over. */
interface Claim {
  slot: Slot;
  action: Action;
  isLate: boolean;
}

/**
 * The conflicts of a rule with the others of the list, in list order. Rules that no change can set off together have none.
 * @param earlier rules before it in the list
 * @param later rules after it
 */
export function conflictsOf(
  rule: Rule,
  earlier: readonly ListedRule[],
  later: readonly ListedRule[],
  context: DomainContext,
): RuleConflict[] {
  // A save looks at all of them while it holds the list, so many share what a few may spend alone.
  const mostSteps = Math.min(MOST_STEPS, Math.ceil(MOST_STEPS_OF_ALL / (earlier.length + later.length)));
  const against = (wins: RuleConflict["wins"]) => (other: ListedRule) =>
    rivalries(rule, other.rule, context, mostSteps).map(
      ([slot, overlap]): RuleConflict => ({ ruleId: other.ruleId, name: other.name, slot, overlap, wins }),
    );
  return [...earlier.flatMap(against("otherRule")), ...later.flatMap(against("thisRule"))];
}

/** The slots that two rules claim as they match one customer; `isSure` unless it depends on whom the customer's fields name. */
export function rivalSlots(a: Rule, b: Rule): { slot: Slot; isSure: boolean }[] {
  const [claims, others] = [a, b].map(({ actions }) => claimsOf(actions).filter(({ isLate }) => !isLate));
  return claims!.flatMap((claim) =>
    others!.flatMap((other) => {
      const degree = rivalry(claim, other);
      return degree === "none" ? [] : [{ slot: claim.slot, isSure: degree === "sure" }];
    }),
  );
}

function rivalries(a: Rule, b: Rule, context: DomainContext, mostSteps: number): [Slot, RuleConflict["overlap"]][] {
  const found = new Map<Slot, RuleConflict["overlap"]>();
  const compare = (one: Rule, other: Rule, isSure: boolean) => {
    const pairs = claimsOf(one.actions).flatMap((claim) =>
      claimsOf(other.actions).flatMap((rival) => {
        const degree = rivalry(claim, rival);
        return degree === "none" ? [] : [{ slot: claim.slot, degree }];
      }),
    );
    if (pairs.length === 0) return;
    const { verdict } = overlapOf(timeless(one), timeless(other), context, mostSteps);
    if (verdict === "disjoint") return;
    const isTimed = waitsForDays(one) || waitsForDays(other);
    for (const { slot, degree } of pairs) {
      const isCertain = isSure && !isTimed && verdict === "overlaps" && degree === "sure";
      if (isCertain || !found.has(slot)) found.set(slot, isCertain ? "overlaps" : "mayOverlap");
    }
  };
  compare(a, b, true);
  // Exit actions come with the way back, and only after the rule has fired.
  for (const back of exitOf(a)) compare(back, b, false);
  for (const back of exitOf(b)) compare(a, back, false);
  for (const one of exitOf(a)) for (const other of exitOf(b)) compare(one, other, false);
  return [...found];
}

function claimsOf(actions: readonly Action[]): Claim[] {
  const wait = actions.findIndex(({ type }) => type === "wait");
  return actions.flatMap((action, place) => {
    const slot = slotOf(action);
    return slot === null ? [] : [{ slot, action, isLate: wait >= 0 && place > wait }];
  });
}

/** `replace` wants the whole slot; `add` and `remove` the members they name, which custom fields leave open. */
function rivalry(a: Claim, b: Claim): Rivalry {
  if (a.slot !== b.slot) return "none";
  const surely = a.isLate || b.isLate ? "possible" : "sure";
  const [one, other] = [membersOf(a.action), membersOf(b.action)];
  if (one === null || other === null) return surely;
  if (one.ids.some((id) => other.ids.includes(id))) return surely;
  const isOpen = (one.isOpen && (other.isOpen || other.ids.length > 0)) || (other.isOpen && one.ids.length > 0);
  return isOpen ? "possible" : "none";
}

/** The members that an action adds or removes; null where it claims the whole slot. */
function membersOf(action: Action): { ids: readonly string[]; isOpen: boolean } | null {
  if (action.type === "assignUsers" && action.mode !== "replace") {
    return { ids: action.userIds, isOpen: action.customFields.length > 0 };
  }
  if (action.type === "assignPaymentMethods" && action.mode !== "replace") {
    return { ids: action.paymentMethodIds, isOpen: false };
  }
  return null;
}

const waitsForDays = ({ trigger }: Rule) => "direction" in trigger && trigger.forDays !== undefined;

/** A rule with `forDays` fires later than its crossing, when any other rule may: then only its filters speak for or against. */
function timeless(rule: Rule): Rule {
  return waitsForDays(rule) ? { ...rule, trigger: { type: "customerCreatedOrUpdated" } } : rule;
}

/** The way back as a rule of its own: the value is no longer beyond the line, or `resetAt`; its filters are not asked again. */
function exitOf({ name, trigger, exitActions }: Rule): Rule[] {
  if (exitActions === undefined || !("direction" in trigger)) return [];
  return [{ name, trigger: { type: "customerCreatedOrUpdated" }, filters: hasReturned(trigger), actions: exitActions }];
}

function hasReturned(trigger: ThresholdTrigger): Filter[] {
  const field = watchedField(trigger);
  const isFromAbove = trigger.direction === "exceeds";
  if (trigger.type === "ratingThreshold") {
    const bound = trigger.resetAt ?? trigger.value;
    const values = ["A", "B", "C", "D"].filter((letter) => (isFromAbove ? letter >= bound : letter <= bound));
    return [{ field, op: "is", values }];
  }
  const bound = trigger.resetAt ?? trigger.value;
  if (typeof bound !== "number") return [];
  if (!isFromAbove) return [{ field, op: "between", min: bound }];
  return [
    {
      anyOf: [
        { field, op: "between", max: bound },
        { field, op: "isEmpty" },
      ],
    },
  ];
}
