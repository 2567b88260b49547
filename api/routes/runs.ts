import { z } from "@hono/zod-openapi";
import { findCustomerId } from "../../db/customers.ts";
import { getRun, listRuns, type Run, type RunAction } from "../../db/runs.ts";
import { customerScope } from "../access.ts";
import { shownFacts } from "../explain.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import {
  EXAMPLE_ID,
  emptyList,
  idParams,
  instant,
  listAnswer,
  listOf,
  order,
  pageOnly,
  pageQuery,
  reference,
} from "../schemas.ts";
import { causeAnswer, factsAnswer } from "./changes.ts";

const tag = "Runs";
export const runStatus = z.enum([
  "planned",
  "held",
  "running",
  "waiting",
  "applied",
  "partlyApplied",
  "skipped",
  "failed",
  "cancelled",
]);

export const runFields = {
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  ruleVersion: z.int(),
  customerId: z.string(),
  changeId: z.string(),
  rootId: z.string(),
  cause: causeAnswer,
  kind: z.enum(["change", "exit", "backfill", "replay"]).openapi({ description: "What the rule acted on." }),
  backfillId: z.string().nullable(),
  replayOf: z.string().nullable().openapi({ description: "The run that it repeats." }),
  status: runStatus,
  reason: z.string().nullable(),
  actions: z.array(
    z.looseObject({
      type: z.string(),
      status: z.string(),
      reason: z.string().nullish(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      attempts: z.int().optional(),
      error: z.string().nullish(),
      at: z.string().nullish().openapi({ description: "When it came to its status; null while it is open." }),
    }),
  ),
  temporalWorkflowId: z.string().nullable(),
  temporalRunId: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  pausedAt: z.string().nullable().openapi({ description: "Paused by hand since then." }),
  undoneAt: z.string().nullable().openapi({ description: "Since then slots that it set are put back." }),
};

export const runAnswer = z.object(runFields).openapi("Run", {
  example: {
    id: EXAMPLE_ID,
    ruleId: EXAMPLE_ID,
    ruleName: "Big balance",
    ruleVersion: 1,
    customerId: EXAMPLE_ID,
    changeId: EXAMPLE_ID,
    rootId: EXAMPLE_ID,
    cause: [],
    kind: "change",
    backfillId: null,
    replayOf: null,
    status: "applied",
    reason: null,
    actions: [{ type: "assignWorkflow", status: "applied", before: null, after: EXAMPLE_ID }],
    temporalWorkflowId: null,
    temporalRunId: null,
    createdAt: "2026-01-05T09:00:00.000Z",
    finishedAt: "2026-01-05T09:00:00.045Z",
    pausedAt: null,
    undoneAt: null,
  },
});
const detailedRun = z
  .object({ ...runFields, before: factsAnswer.nullable(), after: factsAnswer })
  .openapi("DetailedRun", { description: "With the facts that it was decided on." });

const OPEN: ReadonlySet<string> = new Set(["planned", "held", "running", "waiting"]);

/** The run as it is answered: each action with its time. */
export function toRunAnswer<Shown extends Run>(run: Shown): Shown {
  const { createdAt, finishedAt } = run;
  const timeOf = ({ status, at }: RunAction) => {
    if (OPEN.has(status)) return null;
    return at ?? (status === "cancelled" || status === "failed" ? finishedAt : null) ?? createdAt;
  };
  return { ...run, actions: run.actions.map((action) => ({ ...action, at: timeOf(action) })) };
}

export function runsRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path: "/v1/runs",
      tag,
      summary: "List rule runs",
      right: "read",
      query: z.strictObject({
        ...pageQuery,
        order,
        ruleId: reference.optional(),
        customerId: reference.optional(),
        changeId: reference.optional(),
        status: runStatus.optional(),
        since: instant.optional(),
      }),
      answers: { 200: listOf("runs", runAnswer) },
    },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const { ruleId, changeId, status, since } = query;
      const customerId =
        query.customerId === undefined ? undefined : await findCustomerId(deps.sql, scope, query.customerId);
      if (customerId === null) return emptyList("runs", query);
      const descending = query.order === "desc";
      const wanted = { page: query, descending, ruleId, customerId, changeId, status, since };
      return listAnswer("runs", query, await shownRuns(deps.sql, scope, wanted));
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/runs/{id}",
      tag,
      summary: "Read a run with the facts that it was decided on",
      right: "read",
      params: idParams,
      answers: { 200: detailedRun },
    },
    async ({ params, caller, deps }) => {
      const run = await getRun(deps.sql, customerScope(caller), params.id);
      if (run === null) throw notFound("run");
      const before = run.before === null ? null : shownFacts(run.before);
      return { status: 200, body: { ...toRunAnswer(run), before, after: shownFacts(run.after) } };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/customers/{id}/runs",
      tag: "Customers",
      summary: "List a customer's rule runs",
      right: "read",
      params: idParams,
      query: pageOnly.extend({ order }),
      answers: { 200: listOf("runs", runAnswer) },
    },
    async ({ params, query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId = await findCustomerId(deps.sql, scope, params.id);
      if (customerId === null) throw notFound("customer");
      const wanted = { page: query, descending: query.order === "desc", customerId };
      return listAnswer("runs", query, await shownRuns(deps.sql, scope, wanted));
    },
  );
}

async function shownRuns(...query: Parameters<typeof listRuns>): ReturnType<typeof listRuns> {
  const { rows, ...listed } = await listRuns(...query);
  return { ...listed, rows: rows.map(toRunAnswer) };
}
