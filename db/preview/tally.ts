import { blankFacts } from "../../rules/blankFacts.ts";
import { type ListedRule, rivalSlots } from "../../rules/conflicts.ts";
import type { DomainContext } from "../../rules/domains.ts";
import type { Slot } from "../../rules/facts.ts";
import { standingOverlap } from "../../rules/overlap.ts";
import { type PreviewedCustomer, type PreviewedEffects, previewEffects } from "../../rules/preview.ts";
import type { Action } from "../../rules/schema.ts";
import { Counts, type Tally } from "./counts.ts";
import { type Group, namedFields } from "./groups.ts";
import { countMessages, type People } from "./messages.ts";

/** A rule at its place in the list, and the rules in force that claim some of the same slots. */
export interface PlacedRule {
  one: ListedRule;
  /** In list order. */
  rivals: Rival[];
}

export interface Rival extends ListedRule {
  isEarlier: boolean;
  slots: { slot: Slot; isSure: boolean }[];
}

/** The rules in force beside one rule that can want the same slot of the same customer. */
export function rivalsOf(
  one: ListedRule,
  earlier: readonly ListedRule[],
  later: readonly ListedRule[],
  context: DomainContext,
): PlacedRule {
  const rival = (isEarlier: boolean) => (other: ListedRule) => {
    const slots = rivalSlots(one.rule, other.rule);
    if (slots.length === 0 || standingOverlap(one.rule, other.rule, context).verdict === "disjoint") return [];
    return [{ ...other, isEarlier, slots }];
  };
  return { one, rivals: [...earlier.flatMap(rival(true)), ...later.flatMap(rival(false))] };
}

/** Adds up what the rule does to each group; `some` are ids of customers, those first that would change. */
export function tally(
  placed: PlacedRule,
  groups: readonly Group[],
  people: People,
  sampleSize: number,
): Tally & { some: string[] } {
  const { one, rivals } = placed;
  const { actions } = one.rule;
  const fields = namedFields(one.rule, rivals);
  const counts = new Counts();
  const ids: { changed: string[]; others: string[] } = { changed: [], others: [] };
  for (const group of groups) {
    const customer = customerOf(group, fields, people);
    const matching = rivals.filter((_, place) => group.rivals[place] === "1");
    const effects = previewEffects(
      one,
      matching.filter(({ isEarlier }) => isEarlier),
      customer,
    );
    counts.add(group.customers, effects, countMessages(people, heard(actions, effects), about(one, customer, effects)));
    for (const rival of matching) {
      for (const slot of contested(one, rival, customer)) counts.conflict(rival, slot, group.customers);
    }
    ids[effects.changes.length > 0 ? "changed" : "others"].push(...group.ids);
  }
  const some = [...ids.changed.sort().slice(0, sampleSize), ...ids.others.sort()].slice(0, sampleSize);
  return {
    ...counts.result(
      actions,
      rivals.map(({ ruleId }) => ruleId),
    ),
    some,
  };
}

/** The actions that would send: now, or after a wait. */
function heard(actions: readonly Action[], effects: PreviewedEffects): Action[] {
  return actions.filter((_, place) => ["planned", "waiting"].includes(effects.actions[place]?.status ?? ""));
}

const about = (one: ListedRule, { facts }: PreviewedCustomer, { assignedUsers }: PreviewedEffects) => ({
  customerId: "",
  ruleName: one.name,
  facts,
  assignedUsers,
});

/** The slots of one customer that both rules claim: by their actions alone, or by whom the customer's fields name. */
function contested(one: ListedRule, rival: Rival, customer: PreviewedCustomer): Slot[] {
  const [first, second] = rival.isEarlier ? [rival, one] : [one, rival];
  const surely = rival.slots.filter(({ isSure }) => isSure).map(({ slot }) => slot);
  if (surely.length === rival.slots.length) return surely;
  const { actions } = previewEffects(second, [first], customer);
  const lost = actions.flatMap(({ slot, lostTo }) => (slot !== undefined && lostTo ? [slot] : []));
  return [...new Set<Slot>([...surely, ...lost])];
}

/** The group as one customer. Of its facts only the custom fields that name somebody are known, and no others are asked for. */
function customerOf(group: Group, fields: readonly string[], { directory, today }: People): PreviewedCustomer {
  const named = fields.flatMap((key, place) => {
    const email = group.emails[place];
    return typeof email === "string" ? [[key, email] as const] : [];
  });
  return {
    slots: {
      workflow: { value: group.workflowId, owner: group.workflowOwner },
      users: { value: group.userIds, owner: group.usersOwner },
      paymentMethods: { value: group.paymentMethodIds, owner: group.paymentMethodsOwner },
    },
    facts: { ...blankFacts(today), customFields: Object.fromEntries(named) },
    userByEmail: (email) => directory.userByEmail.get(email.toLowerCase())?.id,
  };
}
