import { z } from "@hono/zod-openapi";
import { getBackfill, listBackfills } from "../../db/backfills/backfills.ts";
import { type BackfillMove, moveBackfill } from "../../db/backfills/moves.ts";
import { openBackfills } from "../../db/backfills/open.ts";
import { isUuid } from "../../db/uuid.ts";
import { actorOf } from "../access.ts";
import { startBackfill } from "../backfilling.ts";
import { conflict, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { idParams, listAnswer, listOf, pageQuery } from "../schemas.ts";
import {
  BACKFILL_STATUSES,
  backfillAnswer,
  backfillBody,
  documentedBackfillBody,
  maxPerSecond,
  toBackfillAnswer,
} from "./backfillShapes.ts";

const tag = "Backfills";
const right = "rules";
const listQuery = z.strictObject({ ...pageQuery, status: z.enum(BACKFILL_STATUSES).optional() });

const MOVES: readonly { move: BackfillMove; summary: string; description: string }[] = [
  {
    move: "approve",
    summary: "Approve a backfill that waits for it",
    description: "It waits where it concerns more customers than the organization's limit, or excludes customers.",
  },
  {
    move: "pause",
    summary: "Pause a backfill",
    description: "Answers once nothing moves any more: the pages under work are done, and no further one begins.",
  },
  {
    move: "resume",
    summary: "Resume a paused backfill",
    description:
      "It goes on where it was, behind others that wait. `maxPerSecond` sets another limit, null takes it away.",
  },
  {
    move: "cancel",
    summary: "Cancel a backfill",
    description: "Answers once nothing moves any more. What was done stays.",
  },
  {
    move: "retry",
    summary: "Retry the customers that failed",
    description:
      "They alone are judged again, as they then stand. One that failed as a whole goes on where it stopped.",
  },
];

/** Rules applied to existing customers. Only those who may change rules see and start them. */
export function backfillsRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path: "/v1/backfills",
      tag,
      summary: "List backfills, newest first",
      right,
      query: listQuery,
      answers: { 200: listOf("backfills", backfillAnswer) },
    },
    async ({ query, caller, deps }) => {
      const listed = await listBackfills(deps.sql, caller.organizationId, query, query.status);
      return listAnswer("backfills", query, { ...listed, rows: listed.rows.map(toBackfillAnswer) });
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/backfills",
      tag,
      summary: "Apply rules to existing customers",
      description:
        "Counted first, then carried out page by page, one backfill of an organization at a time. A dry run changes nothing and " +
        "tells what would change; it may name rules that are not active.",
      right,
      body: backfillBody,
      documentedBody: documentedBackfillBody,
      answers: { 202: backfillAnswer },
    },
    async ({ body, caller }, tx) => {
      const backfill = await startBackfill(tx, caller, body);
      const wake = { organizationId: caller.organizationId, shards: [], backfills: [backfill.id] };
      return { status: 202, body: toBackfillAnswer(backfill), wake };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/backfills/{id}",
      tag,
      summary: "Read a backfill: its scope and progress",
      right,
      params: idParams,
      answers: { 200: backfillAnswer },
    },
    async ({ params, caller, deps }) => {
      const backfill = await getBackfill(deps.sql, caller.organizationId, params.id);
      if (backfill === null) throw notFound("backfill");
      return { status: 200, body: toBackfillAnswer(backfill) };
    },
  );

  for (const { move, summary, description } of MOVES) moveRoute(router, move, summary, description);
}

const resumption = z
  .strictObject({ maxPerSecond: maxPerSecond.nullable().optional() })
  .openapi("BackfillResumption", { example: { maxPerSecond: 200 } });
const nothing = z.strictObject({}).openapi({ example: {} });

function moveRoute(router: Router, move: BackfillMove, summary: string, description: string): void {
  router.write(
    {
      methods: ["post"],
      path: `/v1/backfills/{id}/${move}`,
      tag,
      summary,
      description: `${description} Repeating it is harmless.`,
      right,
      params: idParams,
      body: move === "resume" ? resumption : nothing,
      bodyOptional: true,
      answers: { 202: backfillAnswer },
    },
    async ({ params, body, caller }, tx) => {
      const { organizationId } = caller;
      const pace = "maxPerSecond" in body ? { maxPerSecond: body.maxPerSecond as number | null } : {};
      const by = { actor: actorOf(caller), ...pace };
      const moved = isUuid(params.id) ? await moveBackfill(tx, organizationId, params.id, move, by) : null;
      if (moved === null) throw notFound("backfill");
      const { backfill, refused } = moved;
      if (refused) throw conflict("wrong_status", `A backfill that is ${backfill.status} cannot ${WORD[move]}.`);
      const others = await openBackfills(tx, organizationId);
      const wake = { organizationId, shards: [], backfills: [...new Set([backfill.id, ...others])] };
      return { status: 202, body: toBackfillAnswer(backfill), wake };
    },
  );
}

const WORD: Record<BackfillMove, string> = {
  approve: "be approved",
  pause: "be paused",
  resume: "be resumed",
  cancel: "be cancelled",
  retry: "be retried",
};
