import type { Source } from "../../rules/facts.ts";
import { effectiveSource, isOverruled, takesOwnership } from "../../rules/ownership.ts";
import type { CustomerRow, SlotOwner } from "../customerRow.ts";
import type { Overruled } from "./types.ts";

/** The slots that a write can name, and where the customer's row keeps them. */
export const SLOT_COLUMN = { workflow: "workflowId", users: "userIds", paymentMethods: "paymentMethodIds" } as const;
export type WritableSlot = keyof typeof SLOT_COLUMN;
export type SlotValue = string | string[] | null;

export interface SlotWrite {
  slot: WritableSlot;
  outcome: "set" | "confirmed" | "overruled";
  before: SlotValue;
  after: SlotValue;
  kept?: Overruled;
}

export function slotValue(row: CustomerRow, slot: WritableSlot): SlotValue {
  return row[SLOT_COLUMN[slot]];
}

export function sameSlotValue(a: SlotValue, b: SlotValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((member, index) => member === b[index]);
}

/**
 * Writes one slot of a locked customer by the rules of precedence, in place. The version that the owner is recorded under is
 * the row's next one; `recordChanges` corrects it when the write raises no change.
 */
export function writeSlot(
  row: CustomerRow,
  slot: WritableSlot,
  value: SlotValue,
  source: Source,
  owner: Omit<SlotOwner, "source" | "version">,
): SlotWrite {
  const before = slotValue(row, slot);
  const current = row.assignments[slot];
  // Nothing of a write of the standing value is lost, whoever it comes from.
  if (isOverruled(source, slot, current?.source) && !sameSlotValue(before, value)) {
    const by = {
      source: current!.source,
      ...(current?.ruleId ? { ruleId: current.ruleId, ruleName: current.ruleName } : {}),
    };
    return { slot, outcome: "overruled", before, after: value, kept: { slot, kept: before, by } };
  }
  const next: SlotOwner = { source: effectiveSource(source, slot), ...owner, version: row.version + 1 };
  if (sameSlotValue(before, value)) {
    if (takesOwnership(source, slot, current?.source)) row.assignments = { ...row.assignments, [slot]: next };
    return { slot, outcome: "confirmed", before, after: value };
  }
  Object.assign(row, { [SLOT_COLUMN[slot]]: value });
  row.assignments = { ...row.assignments, [slot]: next };
  return { slot, outcome: "set", before, after: value };
}
