import { z } from "@hono/zod-openapi";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import { pauseRule, resumeRule } from "../../db/control/rules.ts";
import { getRule, setRuleStatus } from "../../db/rules.ts";
import { backfillAtActivation } from "../backfilling.ts";
import { conflict } from "../problems.ts";
import type { Router } from "../router.ts";
import { demandConfirmed, inForce, openRule, publish } from "../ruleSaving.ts";
import { idParams } from "../schemas.ts";
import { exampleRuleAnswer, ruleAnswer, toRuleAnswer } from "./ruleShapes.ts";
import { savedRule, savedRuleAnswer } from "./savedRule.ts";

const tag = "Rules";
const one = "/v1/rules/{id}";
const right = "rules" as const;

const activation = z
  .strictObject({
    applyToExisting: z.enum(["none", "thisRule", "allActiveRules"]).default("none"),
    confirmIrreversible: z.boolean().default(false),
  })
  .openapi("Activation", { example: { applyToExisting: "none" } });

const activatedAnswer = savedRuleAnswer
  .extend({ backfillId: z.string().optional().openapi({ description: "The backfill that applies it." }) })
  .openapi("ActivatedRule", { example: { ...exampleRuleAnswer, status: "active", conflicts: [] } });

/** Moves of a rule from one status to another; repeating one does no harm. */
export function ruleStatusRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: `${one}/activate`,
      tag,
      summary: "Activate a rule: it judges every change from now on",
      description:
        "With applyToExisting it is also applied to the customers that are there, or every active rule is, by a backfill that " +
        "sends no messages; the answer names it.",
      right,
      params: idParams,
      body: activation,
      bodyOptional: true,
      answers: { 200: activatedAnswer },
      etag: true,
    },
    async ({ params, body, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      if (rule.status === "paused") throw conflict("rule_paused", "A paused rule is resumed, not activated.");
      demandConfirmed(rule.definition, body.confirmIrreversible);
      if (rule.status !== "active") {
        await setRuleStatus(tx, rule.id, "active");
        await publish(tx, caller);
      }
      const { organizationId } = caller;
      const active = (await getRule(tx, organizationId, rule.id))!;
      const { named, backfills } = await backfillAtActivation(tx, caller, rule.id, body);
      const answer = { ...(await savedRule(tx, organizationId, active)), ...named };
      return { status: 200, body: answer, wake: { organizationId, shards: [], backfills } };
    },
  );

  router.write(
    move("deactivate", "Deactivate a rule: it no longer judges changes, and what it held back is cancelled"),
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

  router.write(
    move(
      "pause",
      "Pause a rule: it is judged as before, and what it would do is held",
      "Messages of its runs that were not sent are held too. An attempt that is under way ends as it ends.",
    ),
    async ({ params, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      if (!inForce(rule)) throw notActive(rule.status);
      if (rule.status === "active") await pauseRule(tx, caller.organizationId, rule.id);
      return { status: 200, body: toRuleAnswer((await getRule(tx, caller.organizationId, rule.id))!) };
    },
  );

  router.write(
    move(
      "resume",
      "Resume a paused rule: its held runs go on",
      "They are carried out as of their changes: a slot that was written for a newer change since stays (`superseded`). Runs that were paused by themselves stay so.",
    ),
    async ({ params, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      if (!inForce(rule)) throw notActive(rule.status);
      const { organizationId } = caller;
      const shards = rule.status === "paused" ? await resumeRule(tx, organizationId, rule.id) : [];
      const body = toRuleAnswer((await getRule(tx, organizationId, rule.id))!);
      return { status: 200, body, wake: { organizationId, shards, messages: rule.status === "paused" } };
    },
  );
}

/** A move that takes no body and answers the rule. */
function move(name: "deactivate" | "pause" | "resume", summary: string, description?: string) {
  return {
    methods: ["post" as const],
    path: `${one}/${name}`,
    tag,
    summary,
    ...(description === undefined ? {} : { description }),
    right,
    params: idParams,
    answers: { 200: ruleAnswer },
    etag: true,
  };
}

const notActive = (status: string) => conflict("rule_not_active", `The rule is not active (${status}).`);
