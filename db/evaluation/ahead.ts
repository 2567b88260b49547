import type { Transaction } from "../client.ts";
import type { TrackedValues } from "./types.ts";

/** By customer, rule and version of the rule: the version of the customer up to which a backfill has done the rule's work. */
export type Ahead = ReadonlyMap<string, number>;

const keyOf = (customerId: string, ruleId: string, ruleVersion: number) => `${customerId}:${ruleId}:${ruleVersion}`;

/**
 * Reads how far backfills are ahead of these customers' trackers. Those that rules may act on have to be locked before: a page
 * writes it under that lock.
 */
export async function loadAhead(tx: Transaction, customerIds: string[]): Promise<Ahead> {
  const rows = await tx<{ customerId: string; ruleId: string; ruleVersion: number; version: number }[]>`
    select customer_id as "customerId", rule_id as "ruleId", rule_version as "ruleVersion", version from backfilled_ahead
    where customer_id = any(${customerIds}::uuid[])`;
  return new Map(rows.map((row) => [keyOf(row.customerId, row.ruleId, row.ruleVersion), row.version]));
}

/** Whether a backfill of that version of the rule has judged the customer at this version or a later one. */
export function isBackfilled(
  ahead: Ahead,
  { customerId, version }: { customerId: string; version: number },
  rule: { ruleId: string; version: number },
): boolean {
  return ahead.size > 0 && (ahead.get(keyOf(customerId, rule.ruleId, rule.version)) ?? 0) >= version;
}

/** Forgets what the trackers have now passed. */
export async function forgetAhead(tx: Transaction, ahead: Ahead, tracked: TrackedValues[]): Promise<void> {
  if (ahead.size === 0) return;
  const passed = tracked.map(({ customerId, version }) => ({ customerId, version }));
  await tx`
    delete from backfilled_ahead a using jsonb_to_recordset(${tx.json(passed)}) as p("customerId" uuid, version int)
    where a.customer_id = p."customerId" and a.version <= p.version`;
}
