import { z } from "@hono/zod-openapi";
import { type Change, listEvaluations } from "../../db/changes.ts";
import type { Queryable, Sql } from "../../db/client.ts";
import { findCustomerId, getCustomer } from "../../db/customers.ts";
import { loadRuleset, type RulesetEntry } from "../../db/rulesets.ts";
import { insertNote, listTimeline } from "../../db/timeline.ts";
import { getTracking, type Tracking } from "../../db/tracking.ts";
import { users } from "../../db/users.ts";
import { shardOf } from "../../db/writes/scope.ts";
import { trackerId } from "../../workflows/contract.ts";
import { type Caller, customerScope, writeContextOf } from "../access.ts";
import { verdictsOf } from "../explain.ts";
import { conflict, invalid, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, idParams, listAnswer, listOf, order, pageOnly, reference, text } from "../schemas.ts";
import { verdictFields } from "./changes.ts";

const tag = "Customers";
const query = pageOnly.extend({ order });

const timelineAnswer = z
  .object({
    id: z.string(),
    kind: z.string(),
    source: z.string(),
    actor: z.record(z.string(), z.string()).nullable(),
    data: z.unknown(),
    at: z.string(),
  })
  .openapi("TimelineEntry", {
    example: {
      id: EXAMPLE_ID,
      kind: "note",
      source: "manual",
      actor: { keyId: EXAMPLE_ID },
      data: { text: "Promised to pay on Friday", mentions: [] },
      at: "2026-01-05T09:00:00.000Z",
    },
  });

const noteInput = z
  .strictObject({ text: text(10_000, 1), mentions: z.array(reference).max(100).default([]) })
  .openapi("NoteInput", { example: { text: "Promised to pay on Friday", mentions: ["ann@acme.test"] } });

const evaluationAnswer = z
  .object({
    changeId: z.string(),
    version: z.int(),
    source: z.string(),
    at: z.string(),
    evaluatedAt: z.string(),
    outcome: z.enum(["evaluated", "excluded", "failed"]),
    error: z.string().nullable(),
    rules: z.array(z.object(verdictFields)),
  })
  .openapi("Evaluation");

const trackingAnswer = z
  .object({
    outstanding: z.int(),
    averagePaymentDelay: z.number().nullable(),
    rating: z.string().nullable(),
    version: z.int(),
    temporalWorkflowId: z.string(),
    from: z.enum(["workflow", "database"]).openapi({
      description:
        "Who answered. `database`: the tracker does not hold the customer (only its latest ones), or other values than the record, as after the restoration of a backup.",
    }),
  })
  .openapi("Tracking", {
    example: {
      outstanding: 7000,
      averagePaymentDelay: null,
      rating: null,
      version: 2,
      temporalWorkflowId: `tracker:${EXAMPLE_ID}:0`,
      from: "workflow",
    },
  });

export function customerHistoryRoutes(router: Router): void {
  const path = "/v1/customers/{id}";

  router.read(
    {
      methods: ["get"],
      path: `${path}/timeline`,
      tag,
      summary: "List a customer's timeline",
      right: "read",
      params: idParams,
      query,
      answers: { 200: listOf("timeline", timelineAnswer) },
    },
    async ({ params, query, caller, deps }) => {
      const customerId = await visibleCustomer(deps.sql, caller, params.id);
      const wanted = { page: query, descending: query.order === "desc" };
      return listAnswer("timeline", query, await listTimeline(deps.sql, customerId, wanted));
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${path}/timeline`,
      tag,
      summary: "Write a note about a customer",
      right: "notes",
      params: idParams,
      body: noteInput,
      answers: { 201: timelineAnswer },
    },
    async ({ params, body, caller }, tx) => {
      const customer = await getCustomer(tx, customerScope(caller), params.id);
      if (customer === null) throw notFound("customer");
      if (customer.excludedAt !== null) {
        throw conflict("customer_excluded", "The customer is excluded and can no longer be changed.");
      }
      const found = await Promise.all(body.mentions.map((user) => users.findId(tx, caller.organizationId, user)));
      const mistakes = found.flatMap((id, index) =>
        id === null ? [{ path: `mentions.${index}`, message: "names no user of this organization" }] : [],
      );
      if (mistakes.length > 0) throw invalid(mistakes);
      const note = { text: body.text, mentions: found.filter((id) => id !== null) };
      return { status: 201, body: await insertNote(tx, writeContextOf(caller), customer.id, note) };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/evaluations`,
      tag,
      summary: "List the verdicts of every rule on a customer's changes",
      right: "read",
      params: idParams,
      query,
      answers: { 200: listOf("evaluations", evaluationAnswer) },
    },
    async ({ params, query, caller, deps }) => {
      const customerId = await visibleCustomer(deps.sql, caller, params.id);
      const wanted = { page: query, descending: query.order === "desc", customerId };
      const listed = await listEvaluations(deps.sql, customerScope(caller), wanted);
      const rulesets = await loadRulesets(
        deps.sql,
        caller,
        listed.rows.map(({ change }) => change),
      );
      const rows = listed.rows.map(({ change, verdicts }) => {
        const { id, version, source, at, evaluatedAt, outcome, error } = change;
        const rules = verdictsOf(change, verdicts, rulesets.get(change.rulesetNumber) ?? []);
        return { changeId: id, version, source, at, evaluatedAt, outcome, error, rules };
      });
      return listAnswer("evaluations", query, { ...listed, rows });
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/tracking`,
      tag,
      summary: "Ask the tracking workflow for the previous values it holds",
      right: "read",
      params: idParams,
      answers: { 200: trackingAnswer },
    },
    async ({ params, caller, deps }) => {
      const { organizationId } = caller;
      const customerId = await visibleCustomer(deps.sql, caller, params.id);
      const { recorded, shards } = await getTracking(deps.sql, organizationId, customerId);
      const shard = shardOf(customerId, shards);
      const held = await deps.temporal.trackerState(organizationId, customerId, shard);
      // What is evaluated meanwhile is recorded first: looked up again, it is there.
      const record = isSame(held, recorded)
        ? recorded
        : (await getTracking(deps.sql, organizationId, customerId)).recorded;
      const values = record ?? { outstanding: 0, averagePaymentDelay: null, rating: null, version: 0 };
      const from = held !== null && isSame(held, record) ? "workflow" : "database";
      const temporalWorkflowId = trackerId(organizationId, shard);
      return { status: 200, body: { ...values, temporalWorkflowId, from } };
    },
  );
}

function isSame(held: Tracking | null, recorded: Tracking | null): boolean {
  return (
    held?.version === recorded?.version &&
    held?.outstanding === recorded?.outstanding &&
    held?.averagePaymentDelay === recorded?.averagePaymentDelay &&
    held?.rating === recorded?.rating
  );
}

async function visibleCustomer(sql: Queryable, caller: Caller, reference: string): Promise<string> {
  const id = await findCustomerId(sql, customerScope(caller), reference);
  if (id === null) throw notFound("customer");
  return id;
}

/** The rulesets of these changes by number. */
async function loadRulesets(sql: Sql, { organizationId }: Caller, changes: readonly Change[]) {
  const numbers = [...new Set(changes.map((change) => change.rulesetNumber))];
  const entries = numbers.map(
    async (number): Promise<[number, RulesetEntry[]]> => [number, await loadRuleset(sql, organizationId, number)],
  );
  return new Map(await Promise.all(entries));
}
