import type { Transaction } from "../client.ts";
import { lockRulesetShared } from "../rulesets.ts";
import type { WriteContext } from "./types.ts";

/** What one write transaction knows of its organization. */
export interface WriteScope extends WriteContext {
  timeZone: string;
  currency: string;
  delayMode: "paidOnly" | "paidAndOverdue";
  shards: number;
  rulesStopped: boolean;
  /** The ruleset in force: it stays so until this transaction ends. */
  rulesetNumber: number;
  /** The organization's local day. */
  today: string;
  /** The transaction's instant. */
  at: string;
}

/**
 * Opens a write: takes the organization's shared ruleset lock, so that the ruleset number read afterwards is the one in force
 * when this transaction commits, and reads the organization.
 */
export async function openScope(tx: Transaction, context: WriteContext): Promise<WriteScope> {
  // Two statements, for the second must see what was committed while the first waited; sent together, in one round trip.
  const locked = lockRulesetShared(tx, context.organizationId);
  const [[row]] = await Promise.all([
    tx<Omit<WriteScope, keyof WriteContext>[]>`
    select time_zone as "timeZone", currency, delay_mode as "delayMode", shards, rules_stopped as "rulesStopped", ruleset_number as "rulesetNumber",
           (now() at time zone time_zone)::date as today, now() as at
    from organizations where id = ${context.organizationId}`,
    locked,
  ]);
  if (!row) throw new Error(`organization ${context.organizationId} does not exist`);
  return { ...context, ...row };
}

/** The lane that the write's changes queue in. */
export function laneOf({ lane, source }: WriteContext): 0 | 1 {
  return lane ?? (source === "csv" || source === "schedule" ? 1 : 0);
}

/** The tracker shard of a customer: from the random tail of its id, so that it never moves while the number of shards stays. */
export function shardOf(customerId: string, shards: number): number {
  return shards === 1 ? 0 : Number.parseInt(customerId.slice(-6), 16) % shards;
}
