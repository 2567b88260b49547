import type { Slot, Source } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import { newId } from "../uuid.ts";
import { finishWrite } from "./finish.ts";
import { openCustomer } from "./openCustomer.ts";
import { written } from "./results.ts";
import type { TimelineEntry } from "./timelineEntries.ts";
import type { Reference, WriteContext, WriteOutcome } from "./types.ts";

/**
 * Releases slots: the value stays, who set it is cleared, and a change is raised so that rules can take over. Slots that nobody
 * owns are left as they are; a release that clears nothing raises no change. Who may release is decided by the API: `check` sees
 * who owns each slot, under the customer's lock, and throws.
 */
export async function releaseSlots(
  tx: Transaction,
  context: WriteContext,
  reference: Reference,
  slots: Slot[],
  check: (slot: Slot, owner: Source) => void = () => undefined,
  expectedVersion?: number,
): Promise<WriteOutcome> {
  const opened = await openCustomer(tx, context, reference, expectedVersion);
  if ("refused" in opened) return opened.refused;
  const { scope, row } = opened;
  const owned = slots.filter((slot) => row.assignments[slot] !== undefined);
  for (const slot of owned) check(slot, row.assignments[slot]!.source);
  const timeline: TimelineEntry[] = owned.map((slot) => ({
    id: newId(),
    customerId: row.id,
    kind: "released",
    source: scope.source,
    actor: scope.actor,
    data: { slot, owner: row.assignments[slot] },
  }));
  row.assignments = Object.fromEntries(
    Object.entries(row.assignments).filter(([slot]) => !owned.includes(slot as Slot)),
  );
  const forced = new Set(owned.length > 0 ? [row.id] : []);
  const wake = await finishWrite(tx, scope, [row], { forced, timeline });
  return { results: [written(200, row.id, row.id)], wake };
}
