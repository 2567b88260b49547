import { slotOf } from "../../rules/checkParts.ts";
import type { Slot, Source } from "../../rules/facts.ts";
import type { ActionStatus } from "../../rules/plan.ts";
import type { PreviewedEffects } from "../../rules/preview.ts";
import type { Action } from "../../rules/schema.ts";

/** How many customers each action would come to what for. */
export interface ActionTally {
  type: Action["type"];
  slot?: Slot;
  /** Customers by what would become of the action. */
  customers: Partial<Record<ActionStatus, number>>;
}

/** What a rule would do to all whom it matches as they stand. Every number counts customers but `notifications.messages`. */
export interface Tally {
  matching: number;
  /** For whom at least one slot would be set anew, exclusion included. */
  changed: number;
  /** Whose slots hold already what the rule sets. */
  unchanged: number;
  actions: ActionTally[];
  /** Other rules that match the same customers and want the same slot. */
  conflicts: { ruleId: string; name: string; slot: Slot; customers: number; wins: "thisRule" | "otherRule" }[];
  lost: { slot: Slot; to: { ruleId: string; name: string }; customers: number }[];
  overruled: { slot: Slot; by: Source; customers: number }[];
  irreversible: { excluded: number };
  notifications: { messages: number; customers: number };
}

/** Numbers by key, in the order in which the keys came. */
export class Counts {
  matching = 0;
  changed = 0;
  unchanged = 0;
  excluded = 0;
  messages = 0;
  told = 0;
  readonly statuses: Partial<Record<ActionStatus, number>>[] = [];
  readonly conflicts = new Map<string, Tally["conflicts"][number]>();
  readonly lost = new Map<string, Tally["lost"][number]>();
  readonly overruled = new Map<string, Tally["overruled"][number]>();

  add(customers: number, { actions, changes }: PreviewedEffects, messages: number): void {
    this.matching += customers;
    const ofSlots = actions.filter(({ type }) => type !== "sendNotification" && type !== "wait");
    if (changes.length > 0) this.changed += customers;
    else if (ofSlots.length > 0 && ofSlots.every(({ status }) => status === "unchanged")) this.unchanged += customers;
    if (
      actions.some(({ type, status }) => type === "excludeCustomer" && (status === "applied" || status === "waiting"))
    )
      this.excluded += customers;
    if (messages > 0) this.told += customers;
    this.messages += messages * customers;
    actions.forEach((action, place) => {
      const statuses = this.statuses[place] ?? {};
      this.statuses[place] = { ...statuses, [action.status]: (statuses[action.status] ?? 0) + customers };
      const slot = action.type === "excludeCustomer" ? "excluded" : action.slot;
      if (slot === undefined) return;
      if (action.lostTo) {
        const to = action.lostTo;
        bump(this.lost, `${slot} ${to.ruleId}`, { slot, to, customers });
      }
      if (action.status === "overruled" && action.keptBy) {
        bump(this.overruled, `${slot} ${action.keptBy}`, { slot, by: action.keptBy, customers });
      }
    });
  }

  conflict(
    { ruleId, name, isEarlier }: { ruleId: string; name: string; isEarlier: boolean },
    slot: Slot,
    customers: number,
  ): void {
    const wins = isEarlier ? "otherRule" : "thisRule";
    bump(this.conflicts, `${ruleId} ${slot}`, { ruleId, name, slot, customers, wins });
  }

  /** @param ruleIds the other rules in list order, in which the answer names them */
  result(actions: readonly Action[], ruleIds: readonly string[]): Tally {
    const inOrder = <Row>(rows: Iterable<Row>, idOf: (row: Row) => string) =>
      [...rows].sort((a, b) => ruleIds.indexOf(idOf(a)) - ruleIds.indexOf(idOf(b)));
    return {
      matching: this.matching,
      changed: this.changed,
      unchanged: this.unchanged,
      actions: actions.map((action, place) => {
        const slot = slotOf(action);
        return { type: action.type, ...(slot === null ? {} : { slot }), customers: this.statuses[place] ?? {} };
      }),
      conflicts: inOrder(this.conflicts.values(), ({ ruleId }) => ruleId),
      lost: inOrder(this.lost.values(), ({ to }) => to.ruleId),
      overruled: [...this.overruled.values()].sort((a, b) => (a.slot + a.by < b.slot + b.by ? -1 : 1)),
      irreversible: { excluded: this.excluded },
      notifications: { messages: this.messages, customers: this.told },
    };
  }
}

function bump<Row extends { customers: number }>(rows: Map<string, Row>, key: string, row: Row): void {
  const standing = rows.get(key);
  if (standing) standing.customers += row.customers;
  else rows.set(key, row);
}
