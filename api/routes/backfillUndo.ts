import { z } from "@hono/zod-openapi";
import { getBackfill } from "../../db/backfills/backfills.ts";
import { ENDED } from "../../db/backfills/types.ts";
import { createJob } from "../../db/jobs/jobs.ts";
import { isUuid } from "../../db/uuid.ts";
import { actorOf } from "../access.ts";
import { conflict, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { idParams } from "../schemas.ts";
import { jobAnswer, toJobAnswer } from "./jobShapes.ts";

const undoBody = z
  .strictObject({ dryRun: z.boolean().default(true) })
  .openapi("BackfillUndo", { example: { dryRun: false } });

export function backfillUndoRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: "/v1/backfills/{id}/undo",
      tag: "Backfills",
      summary: "Undo a backfill: slots that nobody has written since go back to what they were",
      description:
        "Answers a job, whose results tell customer by customer what goes back, what stays and why. A dry run unless `dryRun: false`. What runs of the backfill still wait to do is cancelled. Repeating it is harmless.",
      right: "rules",
      params: idParams,
      body: undoBody,
      bodyOptional: true,
      answers: { 202: jobAnswer },
    },
    async ({ params, body: { dryRun }, caller, now }, tx) => {
      const { organizationId, source } = caller;
      const backfill = isUuid(params.id) ? await getBackfill(tx, organizationId, params.id) : null;
      if (backfill === null) throw notFound("backfill");
      if (backfill.dryRun) throw conflict("nothing_to_undo", "A dry run has changed nothing.");
      if (!ENDED.includes(backfill.status)) {
        throw conflict("backfill_open", `The backfill has not ended (${backfill.status}): cancel it first.`);
      }
      const job = await createJob(tx, {
        ...{ organizationId, kind: "undo", status: "queued", dryRun, source, actor: actorOf(caller) },
        ...{ input: { backfillId: backfill.id }, total: null },
      });
      return { status: 202, body: toJobAnswer(job, now), wake: { organizationId, shards: [], jobs: [job.id] } };
    },
  );
}
