import type { RulesetRule } from "../../rules/judge.ts";
import { type Match, planEffects } from "../../rules/plan.ts";
import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { slotsOf } from "../evaluation/act.ts";
import { loadDirectory } from "../evaluation/directory.ts";
import { RulesetCache } from "../evaluation/rulesetCache.ts";
import type { WriteScope } from "../writes/scope.ts";

/** A rule that would set a slot at the customer's next change. */
export interface NextSetter {
  ruleId: string;
  ruleName: string;
  slot: string;
}

/**
 * The rules that would set slots of these customers, as their rows now stand, at whatever change comes next: those for created and
 * updated customers whose filters hold. Thresholds wait for a crossing, and rules that only fire as they start to match hold
 * already.
 */
export async function nextSetters(
  tx: Transaction,
  scope: WriteScope,
  customerIds: string[],
  rows: ReadonlyMap<string, CustomerRow>,
): Promise<Map<string, NextSetter[]>> {
  const found = new Map<string, NextSetter[]>();
  if (customerIds.length === 0) return found;
  const ruleset = await new RulesetCache().get(tx, scope, scope.rulesetNumber);
  const standing = ruleset.rules.flatMap((rule, place) =>
    setsAtAnyChange(rule) ? [{ rule, place, compiled: ruleset.compiled[place]! }] : [],
  );
  if (standing.length === 0) return found;
  const { userByEmail } = await loadDirectory(tx, scope.organizationId);
  for (const id of customerIds) {
    const row = rows.get(id);
    const facts = row?.facts;
    if (!row || !facts) continue;
    const matches = standing.flatMap(({ rule, place, compiled }) =>
      compiled.filters.stand(facts) ? [matchOf(rule, place)] : [],
    );
    const { runs } = planEffects({
      version: row.version + 1,
      facts,
      causeLength: 0,
      slots: slotsOf(row),
      matches,
      userByEmail: (email) => userByEmail.get(email.toLowerCase())?.id,
    });
    found.set(
      id,
      runs.flatMap(({ match: { ruleId, name: ruleName }, actions }) =>
        (actions ?? []).flatMap(({ slot, status }) =>
          slot !== undefined && status === "applied" ? [{ ruleId, ruleName, slot }] : [],
        ),
      ),
    );
  }
  return found;
}

function setsAtAnyChange({ rule: { trigger } }: RulesetRule): boolean {
  return trigger.type === "customerCreatedOrUpdated" && trigger.onlyWhenStartsMatching !== true;
}

function matchOf({ ruleId, name, rule }: RulesetRule, place: number): Match {
  return { place, ruleId, name, rule, status: "active", acted: false };
}
