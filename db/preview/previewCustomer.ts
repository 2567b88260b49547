import type { ListedRule } from "../../rules/conflicts.ts";
import type { DomainContext } from "../../rules/domains.ts";
import { explainRule, type Trace } from "../../rules/evaluate.ts";
import type { Facts } from "../../rules/facts.ts";
import type { PlannedAction } from "../../rules/plan.ts";
import { type PreviewedEffects, previewEffects, type SlotChange } from "../../rules/preview.ts";
import { compileStanding } from "../../rules/standing.ts";
import { type CustomerRow, factsOf } from "../customerRow.ts";
import { type People, type PreviewedMessages, previewMessages } from "./messages.ts";
import type { PlacedRule } from "./tally.ts";

/** What an action would come to for one customer, with what it would send. */
export type ActionPreview = PlannedAction & Partial<PreviewedMessages>;

export interface CustomerPreview {
  customerId: string;
  name: string | null;
  changes: SlotChange[];
  actions: ActionPreview[];
}

/** Why a rule matches a customer as it stands, or why not, and what each action would do. */
export interface CustomerWhy extends CustomerPreview {
  matched: boolean;
  reason: "matched" | "trigger" | "filters" | "excluded";
  /** `fired`: a threshold's value stands beyond its line; before and after are the present value. */
  trigger: Trace["trigger"];
  conditions: Trace["conditions"];
}

/** What a rule would do to customers that it matches, one by one. */
export class CustomerPreviewer {
  readonly #earlier: { rule: ListedRule; stands: (facts: Facts) => boolean }[];

  constructor(
    private readonly placed: PlacedRule,
    private readonly people: People,
    private readonly context: DomainContext,
  ) {
    this.#earlier = placed.rivals
      .filter(({ isEarlier }) => isEarlier)
      .map((rule) => ({ rule, stands: compileStanding(rule.rule, context) }));
  }

  preview(row: CustomerRow): CustomerPreview {
    const facts = factsOf(row, this.context.today);
    const effects = this.#effects(row, facts);
    const { rule, name: ruleName } = this.placed.one;
    const actions = effects.actions.map((planned, place): ActionPreview => {
      const action = rule.actions[place]!;
      if (action.type !== "sendNotification" || !["planned", "waiting"].includes(planned.status)) return planned;
      const about = { customerId: row.id, ruleName, facts, assignedUsers: effects.assignedUsers };
      const sent = previewMessages(this.people, action, about);
      return { ...planned, ...(sent.messages.length === 0 ? { status: "skipped" as const } : {}), ...sent };
    });
    return { customerId: row.id, name: row.name, changes: effects.changes, actions };
  }

  /** Never null: an excluded customer is matched by nothing. */
  why(row: CustomerRow): CustomerWhy {
    const facts = factsOf(row, this.context.today);
    const { one } = this.placed;
    const listed = { ruleId: one.ruleId, version: 0, name: one.name, rule: one.rule };
    // Nothing has changed, so that `changed` conditions do not hold, as for an existing customer.
    const change = { kind: "updated", source: "api", before: facts, after: facts } as const;
    const { trigger, conditions } = explainRule(listed, this.context, change);
    const isBeyond = compileStanding({ ...one.rule, filters: [] }, this.context)(facts);
    const hold = conditions.every(({ holds }) => holds);
    const reason =
      row.excludedAt !== null ? "excluded" : !isBeyond ? "trigger" : !hold ? "filters" : ("matched" as const);
    const matched = reason === "matched";
    const preview = matched ? this.preview(row) : { customerId: row.id, name: row.name, changes: [], actions: [] };
    const { filtersHeldBefore: _, ...shown } = trigger;
    return { ...preview, matched, reason, trigger: { ...shown, fired: isBeyond }, conditions };
  }

  #effects(row: CustomerRow, facts: Facts): PreviewedEffects {
    const { workflow, users, paymentMethods } = row.assignments;
    const { directory } = this.people;
    return previewEffects(
      this.placed.one,
      this.#earlier.filter(({ stands }) => stands(facts)).map(({ rule }) => rule),
      {
        slots: {
          workflow: { value: row.workflowId, owner: workflow?.source ?? null },
          users: { value: row.userIds, owner: users?.source ?? null },
          paymentMethods: { value: row.paymentMethodIds, owner: paymentMethods?.source ?? null },
        },
        facts,
        userByEmail: (email) => directory.userByEmail.get(email.toLowerCase())?.id,
      },
    );
  }
}
