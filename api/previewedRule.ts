import { z } from "@hono/zod-openapi";
import type { Transaction } from "../db/client.ts";
import { loadRuleCatalog, withIds } from "../db/ruleCatalog.ts";
import { allRules, type StoredRule } from "../db/rules.ts";
import { checkRule } from "../rules/check.ts";
import type { ListedRule } from "../rules/conflicts.ts";
import { RuleInput } from "../rules/schema.ts";
import type { Caller } from "./access.ts";
import { invalid, notFound } from "./problems.ts";
import { toListed } from "./routes/savedRule.ts";
import { inForce, merged } from "./ruleSaving.ts";
import { reference } from "./schemas.ts";

/** A rule to look at: a saved one, one that is not saved yet, or a saved one with changes that are not. */
export const previewedFields = {
  rule: z.record(z.string(), z.unknown()).optional(),
  ruleId: reference.optional(),
};

/** The same as they are documented. */
export const documentedPreviewed = {
  rule: RuleInput.partial()
    .optional()
    .openapi({ description: "As for POST /v1/rules; beside ruleId the fields that change." }),
  ruleId: z.string().optional().openapi({ description: "A saved rule of any status." }),
};

interface Named {
  rule?: Record<string, unknown> | undefined;
  ruleId?: string | undefined;
}

/** A rule that is looked at, between the others of the list. */
export interface Previewed {
  one: ListedRule;
  earlier: ListedRule[];
  later: ListedRule[];
}

/** An id that no rule has, for one that is not saved. */
const UNSAVED = "";

/**
 * Reads and checks the rule that a body names and finds its place among the rules in force: its own, the one given, else the
 * last. Throws 404 for an unknown ruleId, and 422 with paths below `rule`.
 * @param position place in the list, from 1
 */
export async function previewedRule(
  tx: Transaction,
  { organizationId }: Caller,
  { rule, ruleId }: Named,
  position?: number,
): Promise<Previewed> {
  if (rule === undefined && ruleId === undefined) {
    throw invalid([{ path: "rule", message: "is required, unless ruleId names a saved rule" }]);
  }
  const all = await allRules(tx, organizationId);
  const saved = ruleId === undefined ? null : all.find(({ id }) => id === ruleId.toLowerCase());
  if (saved === undefined) throw notFound("rule");
  const definition = rule === undefined ? saved!.definition : await checked(tx, organizationId, rule, saved);
  const others = all.filter((other) => other !== saved);
  const own = saved === null ? others.length : others.filter((other) => other.position < saved.position).length;
  const place = position === undefined ? own : position - 1;
  const listed = (rules: StoredRule[]) => rules.filter(inForce).map(toListed);
  return {
    one: { ruleId: saved?.id ?? UNSAVED, name: definition.name, rule: definition },
    earlier: listed(others.slice(0, place)),
    later: listed(others.slice(place)),
  };
}

async function checked(
  tx: Transaction,
  organizationId: string,
  rule: Record<string, unknown>,
  saved: StoredRule | null,
) {
  const catalog = await loadRuleCatalog(tx, organizationId);
  const whole = saved === null ? rule : merged(saved, rule);
  const found = checkRule(withIds(whole, catalog), catalog.check);
  if ("errors" in found) {
    throw invalid(found.errors.map((error) => ({ ...error, path: error.path === "" ? "rule" : `rule.${error.path}` })));
  }
  return found.rule;
}
