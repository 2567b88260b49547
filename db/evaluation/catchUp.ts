import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { bringUpToDate } from "../schedules/bringUpToDate.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import { todayOf } from "./context.ts";
import type { ActingContext } from "./occasion.ts";
import type { DueTimer } from "./readDue.ts";

/**
 * Brings locked customers that rules are about to act on up to the organization's day, as a night does: nothing may have been
 * written of them for days, and rules that follow count days from the facts that they find. What the days themselves have moved
 * comes in a change of its own before, so that it is no part of the chain that begins or goes on.
 * @param options.dryRun in memory alone, where the rows keep their versions
 * @returns those changes
 */
export async function catchUp(
  tx: Transaction,
  { scope, upToDate }: Pick<ActingContext, "scope" | "upToDate">,
  customers: readonly CustomerRow[],
  options: { dryRun?: boolean } = {},
): Promise<NewChange[]> {
  const today = todayOf(scope);
  const night = { ...scope, source: "schedule" as const, actor: null, today };
  const { changes, customerIds } = await bringUpToDate(tx, night, customers, scope.ratingsAsOf, options);
  for (const id of customerIds) upToDate.set(id, today);
  return changes;
}

/**
 * Brings the customers of these timers up to the day.
 * @returns the timers; those of customers who got a change by it, with the facts before it, because it was written after they fell due
 */
export async function catchUpTimers(tx: Transaction, context: ActingContext, timers: DueTimer[]): Promise<DueTimer[]> {
  const ids = new Set(timers.map(({ customerId }) => customerId));
  const rows = [...context.customers.values()].filter(({ id }) => ids.has(id));
  const changes = await catchUp(tx, context, rows);
  const factsBefore = new Map(changes.map(({ customerId, before }) => [customerId, before]));
  return timers.map((timer) => ({
    ...timer,
    factsThen: timer.factsThen ?? factsBefore.get(timer.customerId) ?? null,
  }));
}
