import { z } from "@hono/zod-openapi";
import { cancelWaitingRuns } from "../../db/cancelRuns.ts";
import {
  allRules,
  deleteRule,
  getRule,
  insertNextVersion,
  insertRule,
  listRules,
  listRuleVersions,
  orderRules,
} from "../../db/rules.ts";
import { lockRulesetExclusive } from "../../db/rulesets.ts";
import { newId } from "../../db/uuid.ts";
import { actorOf } from "../access.ts";
import { invalid, type Mistake, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { checkedSave, demandConfirmed, inForce, merged, openRule, publish } from "../ruleSaving.ts";
import { idParams, listAnswer, listOf, pageOnly, pageQuery, reference } from "../schemas.ts";
import {
  documentedEdit,
  documentedRule,
  ruleAnswer,
  ruleBody,
  ruleStatusQuery,
  toRuleAnswer,
  toVersionAnswer,
  versionAnswer,
} from "./ruleShapes.ts";
import { savedRule, savedRuleAnswer } from "./savedRule.ts";

const tag = "Rules";
const path = "/v1/rules";
const one = `${path}/{id}`;
const right = "rules";
const query = z.strictObject({ ...pageQuery, status: ruleStatusQuery });

export function rulesRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: "List rules in their order",
      right: "read",
      query,
      answers: { 200: listOf("rules", ruleAnswer) },
    },
    async ({ query, caller, deps }) => {
      const listed = await listRules(deps.sql, caller.organizationId, { page: query, status: query.status });
      return listAnswer("rules", query, { ...listed, rows: listed.rows.map(toRuleAnswer) });
    },
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: "Create a rule as a draft at the end of the list",
      right,
      body: ruleBody,
      documentedBody: documentedRule,
      answers: { 201: savedRuleAnswer },
      etag: true,
    },
    async ({ body, caller }, tx) => {
      await lockRulesetExclusive(tx, caller.organizationId);
      const save = await checkedSave(tx, caller, body);
      const rule = await insertRule(tx, caller.organizationId, newId(), save);
      return { status: 201, body: await savedRule(tx, caller.organizationId, rule) };
    },
  );

  orderRoute(router);

  router.read(
    {
      methods: ["get"],
      path: one,
      tag,
      summary: "Read a rule",
      right: "read",
      params: idParams,
      answers: { 200: ruleAnswer },
      etag: true,
    },
    async ({ params, caller, deps }) => {
      const rule = await getRule(deps.sql, caller.organizationId, params.id);
      if (rule === null) throw notFound("rule");
      return { status: 200, body: toRuleAnswer(rule) };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: one,
      tag,
      summary: "Save a new version of a rule with the given fields changed",
      description: "A rule that is active judges by the new version from the next change on.",
      right,
      params: idParams,
      body: ruleBody,
      documentedBody: documentedEdit,
      answers: { 200: savedRuleAnswer },
      etag: true,
    },
    async ({ params, body, caller, expectedVersion }, tx) => {
      const standing = await openRule(tx, caller, params.id, expectedVersion);
      const { confirmIrreversible, ...edit } = body;
      const save = await checkedSave(tx, caller, merged(standing, edit));
      if (inForce(standing)) demandConfirmed(save.definition, confirmIrreversible === true);
      const rule = await insertNextVersion(tx, caller.organizationId, standing, save);
      if (inForce(rule)) await publish(tx, caller);
      return { status: 200, body: await savedRule(tx, caller.organizationId, rule) };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: one,
      tag,
      summary: "Delete a rule; its history stays",
      right,
      params: idParams,
      answers: { 204: null },
      etag: true,
    },
    async ({ params, caller, expectedVersion }, tx) => {
      const rule = await openRule(tx, caller, params.id, expectedVersion);
      await deleteRule(tx, caller.organizationId, rule);
      await cancelWaitingRuns(tx, { ruleId: rule.id }, "inactive");
      if (inForce(rule)) await publish(tx, caller);
      return { status: 204 };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${one}/versions`,
      tag,
      summary: "List every version of a rule, a deleted one too",
      right: "read",
      params: idParams,
      query: pageOnly,
      answers: { 200: listOf("versions", versionAnswer) },
    },
    async ({ params, query, caller, deps }) => {
      const listed = await listRuleVersions(deps.sql, caller.organizationId, params.id, query);
      if (listed.total === 0 && query.updatedSince === undefined) throw notFound("rule");
      return listAnswer("versions", query, { ...listed, rows: listed.rows.map(toVersionAnswer) });
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${one}/duplicate`,
      tag,
      summary: "Copy a rule as a draft at the end of the list",
      right,
      params: idParams,
      answers: { 201: ruleAnswer },
      etag: true,
    },
    async ({ params, caller, expectedVersion }, tx) => {
      const { definition } = await openRule(tx, caller, params.id, expectedVersion);
      // Without half a surrogate pair at the cut.
      const name = `Copy of ${definition.name}`.slice(0, 200).replace(/[\ud800-\udbff]$/, "");
      const save = { definition: { ...definition, name }, note: null, author: actorOf(caller) };
      return { status: 201, body: toRuleAnswer(await insertRule(tx, caller.organizationId, newId(), save)) };
    },
  );
}

function orderRoute(router: Router): void {
  router.write(
    {
      methods: ["put"],
      path: `${path}/order`,
      tag,
      summary: "Put all rules in order; the first in the list wins",
      right,
      body: z
        .strictObject({ ruleIds: z.array(reference).max(10_000) })
        .openapi({ example: { ruleIds: ["0197a1f0-5d3c-7a51-8f0e-0d8f6f7a1b11"] } }),
      answers: { 200: z.object({ rules: z.array(ruleAnswer) }) },
    },
    async ({ body, caller }, tx) => {
      const { organizationId } = caller;
      await lockRulesetExclusive(tx, organizationId);
      const ids = body.ruleIds.map((id) => id.toLowerCase());
      checkOrder(
        ids,
        (await allRules(tx, organizationId)).map((rule) => rule.id),
      );
      await orderRules(tx, organizationId, ids);
      await publish(tx, caller);
      return { status: 200, body: { rules: (await allRules(tx, organizationId)).map(toRuleAnswer) } };
    },
  );
}

function checkOrder(ids: readonly string[], standing: readonly string[]): void {
  const mistakes: Mistake[] = [];
  const known = new Set(standing);
  const named = new Set<string>();
  ids.forEach((id, index) => {
    const path = `ruleIds.${index}`;
    if (!known.has(id)) mistakes.push({ path, message: "names no rule of this organization" });
    else if (named.has(id)) mistakes.push({ path, message: "names a rule twice" });
    named.add(id);
  });
  const missing = standing.filter((id) => !named.has(id));
  if (missing.length > 0)
    mistakes.push({ path: "ruleIds", message: `must name every rule: ${missing.join(", ")} missing` });
  if (mistakes.length > 0) throw invalid(mistakes);
}
