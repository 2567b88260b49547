import { createBackfill } from "../db/backfills/backfills.ts";
import type { Backfill } from "../db/backfills/types.ts";
import type { Transaction } from "../db/client.ts";
import { loadRuleCatalog } from "../db/ruleCatalog.ts";
import { allRules, type StoredRule } from "../db/rules.ts";
import { lockRulesetShared } from "../db/rulesets.ts";
import type { Filter } from "../rules/schema.ts";
import { actorOf, type Caller } from "./access.ts";
import { checkedFilters } from "./customerSelection.ts";
import { conflict, invalid } from "./problems.ts";
import { demandConfirmed } from "./ruleSaving.ts";

/** A backfill as it is asked for. */
export interface BackfillRequest {
  ruleIds?: string[] | undefined;
  allActiveRules?: boolean | undefined;
  filter?: unknown[] | undefined;
  dryRun: boolean;
  notifications: boolean;
  confirmIrreversible: boolean;
  maxPerSecond?: number | undefined;
}

/**
 * Records a backfill of rules as they stand now. Throws 422 for rules that are unknown, a filter that is wrong, and exclusion that
 * was not confirmed; 409 for rules that are not active, unless it is a dry run.
 */
export async function startBackfill(tx: Transaction, caller: Caller, request: BackfillRequest): Promise<Backfill> {
  await lockRulesetShared(tx, caller.organizationId);
  const rules = await rulesInScope(tx, caller, request);
  const filter = request.filter === undefined ? [] : await checkedFilter(tx, caller, request.filter);
  const { dryRun, notifications, confirmIrreversible } = request;
  for (const { definition } of rules) if (!dryRun) demandConfirmed(definition, confirmIrreversible);
  return createBackfill(tx, {
    organizationId: caller.organizationId,
    rules: rules.map(({ id, version, definition }) => ({ ruleId: id, version, name: definition.name })),
    filter,
    dryRun,
    notifications,
    irreversible: rules.some(({ definition }) => definition.actions.some(({ type }) => type === "excludeCustomer")),
    maxPerSecond: request.maxPerSecond ?? null,
    source: caller.source,
    actor: actorOf(caller),
  });
}

async function checkedFilter(tx: Transaction, { organizationId }: Caller, filter: unknown[]): Promise<Filter[]> {
  return checkedFilters(filter, await loadRuleCatalog(tx, organizationId), ["filter"]);
}

async function rulesInScope(
  tx: Transaction,
  { organizationId }: Caller,
  { ruleIds, allActiveRules, dryRun }: BackfillRequest,
): Promise<StoredRule[]> {
  if ((ruleIds === undefined) === (allActiveRules !== true)) {
    throw invalid([{ path: "ruleIds", message: "give ruleIds, or allActiveRules: true" }]);
  }
  const all = await allRules(tx, organizationId);
  if (ruleIds === undefined) {
    const active = all.filter(({ status }) => status === "active");
    if (active.length === 0) throw conflict("no_active_rules", "There is no active rule.");
    return active;
  }
  const unknown = ruleIds.flatMap((id, index) => (all.some((rule) => rule.id === id) ? [] : [index]));
  if (unknown.length > 0) {
    throw invalid(unknown.map((index) => ({ path: `ruleIds.${index}`, message: "names no rule" })));
  }
  const named = all.filter(({ id }) => ruleIds.includes(id));
  const idle = named.find(({ status }) => status !== "active");
  if (idle && !dryRun) {
    throw conflict("rule_not_active", `The rule ${idle.definition.name} is ${idle.status}: only active rules act.`);
  }
  return named;
}

/** What activation says of the customers that are there already. */
export type ApplyToExisting = "none" | "thisRule" | "allActiveRules";

/** The backfill that the activation of a rule brings, as its answer names it, and whom to wake for it. */
export async function backfillAtActivation(
  tx: Transaction,
  caller: Caller,
  ruleId: string,
  { applyToExisting, confirmIrreversible }: { applyToExisting: ApplyToExisting; confirmIrreversible: boolean },
): Promise<{ named: { backfillId?: string }; backfills: string[] }> {
  if (applyToExisting === "none") return { named: {}, backfills: [] };
  const scope = applyToExisting === "thisRule" ? { ruleIds: [ruleId] } : { allActiveRules: true };
  const { id } = await startBackfill(tx, caller, {
    ...scope,
    dryRun: false,
    notifications: false,
    confirmIrreversible,
  });
  return { named: { backfillId: id }, backfills: [id] };
}
