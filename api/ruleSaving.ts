import type { Transaction } from "../db/client.ts";
import { loadRuleCatalog, withIds } from "../db/ruleCatalog.ts";
import { getRule, type RuleSave, type StoredRule } from "../db/rules.ts";
import { lockRulesetExclusive, publishRuleset } from "../db/rulesets.ts";
import { checkRule } from "../rules/check.ts";
import { isInForce } from "../rules/inForce.ts";
import type { Rule } from "../rules/schema.ts";
import { actorOf, type Caller } from "./access.ts";
import { invalid, notFound, Problem } from "./problems.ts";

/** Rules that are judged, so that what changes about them makes a new ruleset. */
export const inForce = ({ status }: Pick<StoredRule, "status">) => isInForce(status);

/**
 * Opens a change of the organization's rules: waits until every write that read the present ruleset is committed, then reads
 * the rule. Throws 404, or 412 when If-Match names another version.
 */
export async function openRule(
  tx: Transaction,
  { organizationId }: Caller,
  id: string,
  expectedVersion?: number,
): Promise<StoredRule> {
  await lockRulesetExclusive(tx, organizationId);
  const rule = await getRule(tx, organizationId, id);
  if (rule === null) throw notFound("rule");
  if (expectedVersion !== undefined && expectedVersion !== rule.version) {
    throw new Problem(
      412,
      "stale_version",
      `The rule is at version ${rule.version}: read it again before changing it.`,
    );
  }
  return rule;
}

/** Puts the rules in force once they were changed. */
export const publish = (tx: Transaction, caller: Caller) => publishRuleset(tx, caller.organizationId);

/** Checks a rule as it was sent and answers it as it is saved, with things named by id. Throws 422 with every mistake. */
export async function checkedSave(tx: Transaction, caller: Caller, input: unknown): Promise<RuleSave> {
  const catalog = await loadRuleCatalog(tx, caller.organizationId);
  const checked = checkRule(withIds(input, catalog), catalog.check);
  if ("errors" in checked) throw invalid(checked.errors);
  const { note, ...definition } = checked.rule;
  return { definition, note: note ?? null, author: actorOf(caller) };
}

/** Throws 422 when the rule excludes customers, which cannot be undone, and the caller has not said that this is meant. */
export function demandConfirmed(rule: Rule, confirmIrreversible: boolean): void {
  const actions = [...rule.actions, ...(rule.exitActions ?? [])];
  if (confirmIrreversible || !actions.some((action) => action.type === "excludeCustomer")) return;
  const message = "must be true: the rule excludes customers, which cannot be undone";
  throw invalid([{ path: "confirmIrreversible", message }], "confirmation_required");
}

/** The standing rule with the given fields in their new form; null takes exit actions away. */
export function merged(standing: StoredRule, body: Record<string, unknown>): Record<string, unknown> {
  const both: Record<string, unknown> = { ...standing.definition, ...body };
  if (both.exitActions === null) delete both.exitActions;
  return both;
}
