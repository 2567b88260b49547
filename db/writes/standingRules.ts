import { type CompiledRuleset, compileRuleset, evaluate } from "../../rules/evaluate.ts";
import type { Facts } from "../../rules/facts.ts";
import { isInForce } from "../../rules/inForce.ts";
import { type Match, planEffects, type SlotStates } from "../../rules/plan.ts";
import type { Transaction } from "../client.ts";
import { type Directory, loadDirectory } from "../evaluation/directory.ts";
import { loadRuleset } from "../rulesets.ts";
import { loadFieldDefinitions } from "./references.ts";
import type { WriteScope } from "./scope.ts";
import type { SlotValue, WritableSlot } from "./slots.ts";

/** The rules in force, as a manual or CSV write must respect them. */
export interface StandingRules {
  ruleset: CompiledRuleset;
  status: Map<string, Match["status"]>;
  directory: Directory;
}

/** Reads the rules in force for a manual or CSV write; null for other sources, which rank above rules, and while rules are stopped. */
export async function loadStandingRules(tx: Transaction, scope: WriteScope): Promise<StandingRules | null> {
  if ((scope.source !== "manual" && scope.source !== "csv") || scope.rulesStopped) return null;
  const [entries, customFields, directory] = await Promise.all([
    loadRuleset(tx, scope.organizationId, scope.rulesetNumber),
    loadFieldDefinitions(tx, scope.organizationId),
    loadDirectory(tx, scope.organizationId),
  ]);
  const statuses = await tx<{ id: string; status: Match["status"] }[]>`
    select id, status from rules where id = any(${entries.map((entry) => entry.ruleId)}::uuid[])`;
  return {
    ruleset: compileRuleset(entries, { customFields, timeZone: scope.timeZone }),
    status: new Map(statuses.map((row) => [row.id, row.status])),
    directory,
  };
}

export interface KeepingRule {
  ruleId: string;
  ruleName: string;
}

/**
 * Which slots of a manual or CSV write are overruled at once: an active `customerCreatedOrUpdated` rule that replaces the slot
 * would win it on this write, and the slot holds already what that rule sets.
 */
export function slotsKeptByRules(
  rules: StandingRules,
  source: "manual" | "csv",
  before: Facts | null,
  after: Facts,
  standing: Record<WritableSlot, SlotValue>,
): Map<WritableSlot, KeepingRule> {
  const kind = before === null ? "created" : "updated";
  const { matched } = evaluate(rules.ruleset, { kind, source, before, after });
  const matches = matched.flatMap((place): Match[] => {
    const { ruleId, name, rule } = rules.ruleset.rules[place]!;
    const status = rules.status.get(ruleId) ?? "deleted";
    // What only begins to wait claims nothing yet; what is paused does, and keeps its slots from rules below it.
    const waits = rules.ruleset.compiled[place]!.timing?.forDays != null;
    const claims = isInForce(status) && !waits;
    return claims ? [{ place, ruleId, name, rule, status, acted: false }] : [];
  });
  const slots: SlotStates = {
    workflow: { value: standing.workflow },
    users: { value: standing.users },
    paymentMethods: { value: standing.paymentMethods },
  };
  const userByEmail = (email: string) => rules.directory.userByEmail.get(email.toLowerCase())?.id;
  const { runs } = planEffects({ version: 0, facts: after, causeLength: 0, slots, matches, userByEmail });
  const kept = new Map<WritableSlot, KeepingRule>();
  for (const { match, actions } of runs) {
    if (match.rule.trigger.type !== "customerCreatedOrUpdated") continue;
    actions?.forEach((action, index) => {
      const definition = match.rule.actions[index]!;
      const replaces = !("mode" in definition) || definition.mode === "replace";
      if (action.slot && action.status === "unchanged" && replaces)
        kept.set(action.slot, { ruleId: match.ruleId, ruleName: match.name });
    });
  }
  return kept;
}
