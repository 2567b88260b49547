import { z } from "@hono/zod-openapi";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import { loadRuleCatalog } from "../../db/ruleCatalog.ts";
import { getRule, setRuleStatus } from "../../db/rules.ts";
import { conflict, invalid } from "../problems.ts";
import type { Router } from "../router.ts";
import { demandConfirmed, demandSupported, openRule, publish } from "../ruleSaving.ts";
import { idParams } from "../schemas.ts";
import { ruleAnswer, toRuleAnswer } from "./ruleShapes.ts";

const tag = "Rules";
const one = "/v1/rules/{id}";
const right = "rules";

const activation = z
  .strictObject({
    applyToExisting: z.enum(["none", "thisRule", "allActiveRules"]).default("none"),
    confirmIrreversible: z.boolean().default(false),
  })
  .openapi("Activation", { example: { applyToExisting: "none" } });

/** Moves of a rule from one status to another; repeating one does no harm. */
export function ruleStatusRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: `${one}/activate`,
      tag,
      summary: "Activate a rule: it judges every change from now on",
      right,
      params: idParams,
      body: activation,
      bodyOptional: true,
      answers: { 200: ruleAnswer },
      etag: true,
    },
    async ({ params, body, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      if (rule.status === "paused") throw conflict("rule_paused", "A paused rule is resumed, not activated.");
      if (body.applyToExisting !== "none") {
        const message = "Applying rules to existing customers is not supported yet";
        throw invalid([{ path: "applyToExisting", message }], "not_supported_yet");
      }
      demandConfirmed(rule.definition, body.confirmIrreversible);
      demandSupported(rule.definition, await loadRuleCatalog(tx, caller.organizationId));
      if (rule.status === "active") return { status: 200, body: toRuleAnswer(rule) };
      await setRuleStatus(tx, rule.id, "active");
      await publish(tx, caller);
      return { status: 200, body: toRuleAnswer((await getRule(tx, caller.organizationId, rule.id))!) };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${one}/deactivate`,
      tag,
      summary: "Deactivate a rule: it no longer judges changes, and what it held back is cancelled",
      right,
      params: idParams,
      answers: { 200: ruleAnswer },
      etag: true,
    },
    async ({ params, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      if (rule.status === "draft") throw conflict("rule_draft", "A draft is not active.");
      if (rule.status === "inactive") return { status: 200, body: toRuleAnswer(rule) };
      await setRuleStatus(tx, rule.id, "inactive");
      await cancelWaitingRuns(tx, { ruleId: rule.id }, "inactive");
      await publish(tx, caller);
      return { status: 200, body: toRuleAnswer((await getRule(tx, caller.organizationId, rule.id))!) };
    },
  );
}
