import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import { loadDomain } from "../../db/ruleDomain.ts";
import { allRules, type StoredRule } from "../../db/rules.ts";
import { conflictsOf, type ListedRule } from "../../rules/conflicts.ts";
import { inForce } from "../ruleSaving.ts";
import { EXAMPLE_ID } from "../schemas.ts";
import { exampleRuleAnswer, ruleAnswer, toRuleAnswer } from "./ruleShapes.ts";

const slot = z.enum(["workflow", "users", "paymentMethods", "excluded"]);

const ruleConflict = z
  .object({
    ruleId: z.string(),
    name: z.string(),
    slot,
    overlap: z.enum(["overlaps", "mayOverlap"]).openapi({
      description: "overlaps: one change can set off both; mayOverlap: that could be neither shown nor ruled out.",
    }),
    wins: z.enum(["thisRule", "otherRule"]).openapi({ description: "The first in the list." }),
  })
  .openapi("RuleConflict", {
    example: {
      ruleId: EXAMPLE_ID,
      name: "Hopeless payers",
      slot: "workflow",
      overlap: "overlaps",
      wins: "otherRule",
    },
  });

/** A rule as its saving answers it. */
export const savedRuleAnswer = ruleAnswer
  .extend({
    conflicts: z.array(ruleConflict).openapi({
      description: "Rules in force that claim the same slot for customers whom this one may match too.",
    }),
  })
  .openapi("SavedRule", { example: { ...exampleRuleAnswer, conflicts: [] } });

/** The saved rule with its conflicts, which never keep it from being saved. */
export async function savedRule(tx: Transaction, organizationId: string, rule: StoredRule) {
  const [domain, all] = await Promise.all([loadDomain(tx, organizationId), allRules(tx, organizationId)]);
  const others = all.filter((other) => inForce(other) && other.id !== rule.id);
  const before = (other: StoredRule) => other.position < rule.position;
  const conflicts = conflictsOf(
    rule.definition,
    others.filter(before).map(toListed),
    others.filter((other) => !before(other)).map(toListed),
    domain,
  );
  return { ...toRuleAnswer(rule), conflicts };
}

export const toListed = ({ id, definition }: StoredRule): ListedRule => ({
  ruleId: id,
  name: definition.name,
  rule: definition,
});
