import type { Source } from "../../rules/facts.ts";
import type { Queryable } from "../client.ts";
import { newId } from "../uuid.ts";
import { inBatches, jsonLines } from "./batches.ts";
import type { SlotWrite } from "./slots.ts";
import type { WriteContext } from "./types.ts";

/** One line of a customer's timeline about to be written. */
export interface TimelineEntry {
  id: string;
  customerId: string;
  kind: "note" | "assignment" | "overruled" | "released" | "exclusion" | "run" | "notification" | "money" | "control";
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

export async function insertTimeline(
  sql: Queryable,
  organizationId: string,
  entries: readonly TimelineEntry[],
): Promise<void> {
  await inBatches(
    entries,
    (batch) => sql`
      insert into timeline_entries (id, organization_id, customer_id, kind, source, actor, data)
      select g.id, ${organizationId}, g.customer_id, g.kind, g.source, nullif(g.actor, 'null')::jsonb, g.data::jsonb
      from rows from (
        unnest(${batch.map(({ id }) => id)}::uuid[]), unnest(${batch.map(({ customerId }) => customerId)}::uuid[]),
        unnest(${batch.map(({ kind }) => kind)}::text[]), unnest(${batch.map(({ source }) => source)}::text[]),
        string_to_table(${jsonLines(batch.map(({ actor }) => actor))}, chr(10)),
        string_to_table(${jsonLines(batch.map(({ data }) => data))}, chr(10))
      ) as g(id, customer_id, kind, source, actor, data)`,
  );
}
