import type { Slot, Source } from "./facts.ts";

/** Who wins: Salesforce (users slot only) > API > rules > CSV and manual. The schedule never writes a slot. */
const RANK: Record<Source, number> = { salesforce: 4, api: 3, rule: 2, csv: 1, manual: 1, schedule: 0 };

/** The source that a write to this slot counts as: a Salesforce key that writes other slots counts as `api`. */
export function effectiveSource(source: Source, slot: Slot): Source {
  return source === "salesforce" && slot !== "users" ? "api" : source;
}

/**
 * Whether a slot that `owner` set last is closed to `source`: only Salesforce and the API hold a slot against lower sources
 * until they release it. A rule's slot may be changed by hand (a matching rule that would put it back is asked separately).
 */
export function isOverruled(source: Source, slot: Slot, owner: Source | undefined): boolean {
  if (owner !== "salesforce" && owner !== "api") return false;
  return RANK[effectiveSource(source, slot)] < RANK[owner];
}

/** Writing the standing value again takes ownership only from a lower source, or of a slot that nobody owns. */
export function takesOwnership(source: Source, slot: Slot, owner: Source | undefined): boolean {
  return owner === undefined || RANK[effectiveSource(source, slot)] > RANK[owner];
}
