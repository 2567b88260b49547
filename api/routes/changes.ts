import { z } from "@hono/zod-openapi";
import { getChange, listChanges } from "../../db/changes.ts";
import { findCustomerId } from "../../db/customers.ts";
import { RetryRefused, retryChange } from "../../db/evaluation/retryChange.ts";
import { loadRuleCatalog } from "../../db/ruleCatalog.ts";
import { allRules } from "../../db/rules.ts";
import { loadRuleset } from "../../db/rulesets.ts";
import { customerScope, writeContextOf } from "../access.ts";
import { explainChange, explainOthers, shownChange } from "../explain.ts";
import { conflict, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import {
  EXAMPLE_ID,
  emptyList,
  flag,
  idParams,
  instant,
  listAnswer,
  listOf,
  order,
  pageQuery,
  reference,
} from "../schemas.ts";

const tag = "Changes";
const path = "/v1/changes";

/** A customer's facts; there may be more of them than are named here. */
export const factsAnswer = z.looseObject({
  name: z.string().nullable(),
  outstanding: z.int(),
  due: z.int(),
  overdue: z.int(),
  unapplied: z.int(),
  overdueDays: z.int().nullable(),
  averagePaymentDelay: z.number().nullable(),
  rating: z.string().nullable(),
  workflow: z.string().nullable(),
  users: z.array(z.string()),
  paymentMethods: z.array(z.string()),
});

/** The path of rule runs that led to a change. */
export const causeAnswer = z.array(
  z.object({ runId: z.string(), ruleId: z.string(), ruleName: z.string(), changeId: z.string() }),
);

const exampleFacts = {
  name: "Globex",
  outstanding: 7000,
  due: 7000,
  overdue: 0,
  unapplied: 0,
  overdueDays: null,
  averagePaymentDelay: null,
  rating: null,
  workflow: null,
  users: [],
  paymentMethods: [],
};

const changeAnswer = z
  .object({
    id: z.string(),
    seq: z.int(),
    customerId: z.string(),
    kind: z.enum(["created", "updated"]),
    version: z.int(),
    source: z.enum(["salesforce", "api", "rule", "csv", "manual", "schedule"]),
    actor: z.object({ keyId: z.string(), userId: z.string().optional() }).nullable(),
    at: z.string(),
    evaluated: z.boolean(),
    evaluatedAt: z.string().nullable(),
    outcome: z.enum(["evaluated", "excluded", "failed"]).nullable(),
    error: z.string().nullable(),
    retriedAt: z.string().nullable().openapi({ description: "When a failed evaluation was last tried again." }),
    failedBefore: z.string().nullable().openapi({ description: "With what it had failed before that." }),
    rulesetNumber: z.int(),
    rootId: z.string(),
    cause: causeAnswer,
    before: factsAnswer.nullable(),
    after: factsAnswer,
  })
  .openapi("Change", {
    example: {
      id: EXAMPLE_ID,
      seq: 12,
      customerId: EXAMPLE_ID,
      kind: "updated",
      version: 2,
      source: "api",
      actor: { keyId: EXAMPLE_ID },
      at: "2026-01-05T09:00:00.000Z",
      evaluated: true,
      evaluatedAt: "2026-01-05T09:00:00.045Z",
      outcome: "evaluated",
      error: null,
      retriedAt: null,
      failedBefore: null,
      rulesetNumber: 3,
      rootId: EXAMPLE_ID,
      cause: [],
      before: { ...exampleFacts, outstanding: 4000, due: 4000 },
      after: exampleFacts,
    },
  });

const condition = z.looseObject({
  field: z.string(),
  op: z.string(),
  expected: z.unknown(),
  actual: z.unknown(),
  holds: z.boolean(),
});

export const verdictFields = {
  ruleId: z.string(),
  name: z.string(),
  version: z.int(),
  matched: z.boolean(),
  reason: z.string(),
  lostTo: z.object({ ruleId: z.string(), name: z.string() }).optional(),
  runId: z.string().optional(),
  dueAt: z
    .string()
    .optional()
    .openapi({ description: "When a rule with `forDays` fires unless the value comes back across its line before." }),
  cancelled: z
    .enum(["inactive", "excluded"])
    .optional()
    .openapi({ description: "Why a rule with `forDays` does not fire although the value stayed beyond its line." }),
  path: causeAnswer.optional(),
};

const explanation = z
  .object({
    change: changeAnswer,
    rules: z.array(
      z.object({
        ...verdictFields,
        trigger: z.looseObject({ fired: z.boolean(), before: z.unknown(), after: z.unknown() }),
        conditions: z.array(z.union([condition, z.object({ anyOf: z.array(condition), holds: z.boolean() })])),
      }),
    ),
  })
  .openapi("Explanation");

export function changesRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: "List changes",
      right: "read",
      query: z.strictObject({
        ...pageQuery,
        order,
        customerId: reference.optional(),
        since: instant.optional(),
        evaluated: flag.optional(),
        outcome: z.enum(["evaluated", "excluded", "failed"]).optional(),
      }),
      answers: { 200: listOf("changes", changeAnswer) },
    },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const { customerId: named, since, evaluated, outcome, order } = query;
      const customerId = named === undefined ? undefined : await findCustomerId(deps.sql, scope, named);
      if (customerId === null) return emptyList("changes", query);
      const descending = order === "desc";
      const listed = await listChanges(deps.sql, scope, {
        ...{ page: query, descending, customerId, since, evaluated, outcome },
      });
      return listAnswer("changes", query, { ...listed, rows: listed.rows.map(shownChange) });
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/{id}`,
      tag,
      summary: "Read a change",
      right: "read",
      params: idParams,
      answers: { 200: changeAnswer },
    },
    async ({ params, caller, deps }) => {
      const found = await getChange(deps.sql, customerScope(caller), params.id);
      if (found === null) throw notFound("change");
      return { status: 200, body: shownChange(found.change) };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${path}/{id}/retry`,
      tag,
      summary: "Evaluate a change again whose evaluation failed",
      description:
        "On its recorded facts, by the rules as they stood for it; its effects come late, so that a slot written for a newer change " +
        "stays (`superseded`). The answer's `outcome` says what came of it: `failed` when it failed again. Repeating it after it " +
        "succeeded changes nothing; 409 `not_failed` and `not_evaluated` otherwise.",
      right: "rules",
      params: idParams,
      answers: { 200: changeAnswer },
    },
    async ({ params, caller }, tx) => {
      const shards = await refusing(retryChange(tx, writeContextOf(caller), params.id));
      const found = shards === null ? null : await getChange(tx, customerScope(caller), params.id);
      if (shards === null || found === null) throw notFound("change");
      const wake = { organizationId: caller.organizationId, shards };
      return { status: 200, body: shownChange(found.change), wake };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/{id}/explain`,
      tag,
      summary: "Why each rule matched this change, or why not",
      description:
        "First the rules that were in force for the change, in their order, with the recorded verdicts; a change that still " +
        "waits answers what they would be. Then the other rules of the list, as `inactive`, as they stand now.",
      right: "read",
      params: idParams,
      answers: { 200: explanation },
    },
    async ({ params, caller, deps }) => {
      const found = await getChange(deps.sql, customerScope(caller), params.id);
      if (found === null) throw notFound("change");
      const { change, verdicts } = found;
      const { organizationId } = caller;
      const ruleset = await loadRuleset(deps.sql, organizationId, change.rulesetNumber);
      const { compile } = await loadRuleCatalog(deps.sql, organizationId);
      const rules = [
        ...explainChange(change, verdicts, ruleset, compile),
        ...explainOthers(change, await allRules(deps.sql, organizationId), ruleset, compile),
      ];
      return { status: 200, body: { change: shownChange(change), rules } };
    },
  );
}

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RetryRefused) throw conflict(error.code, error.message);
    throw error;
  }
}
