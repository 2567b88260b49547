import { dayReader } from "../../rules/days.ts";
import type { Facts } from "../../rules/facts.ts";
import type { Match } from "../../rules/plan.ts";
import type { Transaction } from "../client.ts";
import { lockCustomers } from "../customerRow.ts";
import { Breaker } from "./breaker.ts";
import { Cooldowns, loadCooldowns } from "./cooldowns.ts";
import { loadDirectory } from "./directory.ts";
import { type ActingContext, actedKey, noteActed } from "./occasion.ts";
import type { EvaluationScope } from "./types.ts";

/** What a batch may act on. */
export interface Involved {
  customerIds: string[];
  ruleIds: string[];
  /** Whether what the rules do counts towards their limits. */
  limited?: boolean;
  /** Roots within which rules may have acted before. */
  roots: string[];
}

/** Locks the customers in id order, then reads what effects on them depend on. */
export async function loadActing(tx: Transaction, scope: EvaluationScope, involved: Involved): Promise<ActingContext> {
  const { customerIds, ruleIds, roots } = involved;
  const { organizationId } = scope;
  const context: ActingContext = {
    scope,
    directory: { userById: new Map(), userByEmail: new Map(), channelKind: new Map() },
    customers: new Map(),
    moved: new Set(),
    ruleStatus: new Map(),
    acted: new Set(),
    stillWaiting: new Set(),
    cooldowns: new Cooldowns(scope.at),
    upToDate: new Map(),
  };
  if (customerIds.length === 0 && ruleIds.length === 0) return context;
  for (const row of await lockCustomers(tx, organizationId, customerIds)) context.customers.set(row.id, row);
  // Before their status is read: whoever holds a counter may be about to pause the rule.
  if (involved.limited === true) context.breaker = await Breaker.open(tx, scope, ruleIds);
  const [directory, statuses, acted, cooldowns] = await Promise.all([
    customerIds.length === 0 ? context.directory : loadDirectory(tx, organizationId),
    tx<{ id: string; status: Match["status"] }[]>`select id, status from rules where id = any(${ruleIds}::uuid[])`,
    roots.length === 0
      ? []
      : tx<{ rootId: string; customerId: string; ruleId: string; waits: boolean }[]>`
          select root_id as "rootId", customer_id as "customerId", rule_id as "ruleId",
                 actions @? '$[*] ? (@.type == "wait" && (@.status == "waiting" || @.status == "held"))' as waits
          from rule_runs
          where root_id = any(${[...new Set(roots)]}::uuid[]) and status <> 'skipped'`,
    loadCooldowns(tx, scope.at, { customerIds, ruleIds }),
  ]);
  context.directory = directory;
  context.cooldowns = cooldowns;
  for (const { id, status } of statuses) context.ruleStatus.set(id, status);
  for (const { rootId, customerId, ruleId, waits } of acted)
    noteActed(context, actedKey(rootId, customerId, ruleId), waits);
  return context;
}

/** The organization's day (ISO) at the instant of what is judged. */
export function todayOf({ at, timeZone }: Pick<EvaluationScope, "at" | "timeZone">): string {
  const today = dayReader(timeZone)(at);
  if (today === null) throw new Error(`${at} is no instant`);
  return today;
}

/** Facts as they stand, seen on the organization's present day. */
export function factsToday(facts: Facts, { at, timeZone }: Pick<EvaluationScope, "at" | "timeZone">): Facts {
  return { ...facts, asOf: dayReader(timeZone)(at) ?? facts.asOf };
}
