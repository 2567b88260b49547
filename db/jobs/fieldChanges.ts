import { changedFields } from "../../rules/changes.ts";
import type { Facts } from "../../rules/facts.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import type { FieldChange } from "./types.ts";

/** What a change moves, as filters name the fields. What follows from others (the sums of the delay) is left out. */
export function fieldChanges({ before, after }: NewChange): FieldChange[] {
  return changedFields(before, after)
    .filter((field) => field.startsWith(CUSTOM) || field in after)
    .map((field) => ({ field, from: before === null ? null : factOf(before, field), to: factOf(after, field) }));
}

const CUSTOM = "customFields.";

function factOf(facts: Facts, field: string): unknown {
  const value = field.startsWith(CUSTOM) ? facts.customFields[field.slice(CUSTOM.length)] : facts[field as keyof Facts];
  return value ?? null;
}
