import type { ListedRule } from "./conflicts.ts";
import type { Facts, Slot, Source } from "./facts.ts";
import {
  type Match,
  type PlanInput,
  type PlannedAction,
  type PlannedSlot,
  planEffects,
  type SlotValue,
} from "./plan.ts";

/** A customer, or many that agree in this, as a rule would find it. */
export interface PreviewedCustomer {
  slots: Record<PlannedSlot, { value: SlotValue; owner: Source | null }>;
  facts: Facts;
  userByEmail: PlanInput["userByEmail"];
}

/** What a rule would set on a customer, from what to what. */
export interface SlotChange {
  slot: Slot;
  from: SlotValue | boolean;
  to: SlotValue | boolean;
}

/** What each action of the rule would come to, in its order. */
export interface PreviewedEffects {
  actions: PlannedAction[];
  changes: SlotChange[];
  /** The customer's users once it has acted. */
  assignedUsers: string[];
}

/**
 * What a rule would do to a customer that it matches, beside the earlier rules of the list that match it too: those claim their
 * slots first and do nothing else. Nothing it has done before counts, and nothing is newer than this.
 */
export function previewEffects(
  one: ListedRule,
  earlier: readonly ListedRule[],
  customer: PreviewedCustomer,
): PreviewedEffects {
  const plan = planEffects({
    version: 1,
    facts: customer.facts,
    causeLength: 0,
    slots: {
      workflow: slotState(customer.slots.workflow),
      users: slotState(customer.slots.users),
      paymentMethods: slotState(customer.slots.paymentMethods),
    },
    matches: [...earlier.map((rule, place) => matchOf(rule, place, true)), matchOf(one, earlier.length, false)],
    userByEmail: customer.userByEmail,
  });
  const actions = plan.runs[0]?.actions ?? [];
  const changes = actions.flatMap(({ slot, status, before = null, after = null }): SlotChange[] =>
    slot !== undefined && status === "applied" ? [{ slot, from: before, to: after }] : [],
  );
  if (plan.exclusion !== null) changes.push({ slot: "excluded", from: false, to: true });
  return { actions, changes, assignedUsers: (plan.slots.users?.value ?? customer.slots.users.value) as string[] };
}

function slotState({ value, owner }: { value: SlotValue; owner: Source | null }) {
  return owner === null ? { value } : { value, owner: { source: owner, version: 0 } };
}

function matchOf({ ruleId, name, rule }: ListedRule, place: number, onlyClaims: boolean): Match {
  // With a start, what becomes of every action is told, also where all of them lost.
  return { place, ruleId, name, rule, status: "active", acted: false, start: 0, onlyClaims };
}
