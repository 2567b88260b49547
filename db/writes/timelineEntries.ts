import type { Source } from "../../rules/facts.ts";
import type { Queryable } from "../client.ts";
import { newId } from "../uuid.ts";
import type { SlotWrite } from "./slots.ts";
import type { WriteContext } from "./types.ts";

/** One line of a customer's timeline about to be written. */
export interface TimelineEntry {
  id: string;
  customerId: string;
  kind: "note" | "assignment" | "overruled" | "released" | "exclusion" | "run" | "notification" | "money";
  source: Source;
  actor: unknown;
  data: unknown;
}

/** Entries of a write's slots: set, confirmed (the standing value written again) and overruled ones alike. */
export function assignmentEntries(context: WriteContext, customerId: string, writes: SlotWrite[]): TimelineEntry[] {
  return writes.map((write) => ({
    id: newId(),
    customerId,
    kind: write.outcome === "overruled" ? "overruled" : "assignment",
    source: context.source,
    actor: context.actor,
    data: { slot: write.slot, before: write.before, after: write.after, ...(write.kept ? { by: write.kept.by } : {}) },
  }));
}

export async function insertTimeline(sql: Queryable, organizationId: string, entries: TimelineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    insert into timeline_entries (id, organization_id, customer_id, kind, source, actor, data)
    select id, ${organizationId}, "customerId", kind, source, actor, data
    from jsonb_to_recordset(${sql.json(entries as never)}) as r(id uuid, "customerId" uuid, kind text, source text, actor jsonb, data jsonb)`;
}
