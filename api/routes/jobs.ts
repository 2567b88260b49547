import { z } from "@hono/zod-openapi";
import { cancelJob, getJob, listJobs, listResults } from "../../db/jobs/jobs.ts";
import { isUuid } from "../../db/uuid.ts";
import { onlyCustomersOf } from "../access.ts";
import { conflict, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { emptyList, idParams, listAnswer, listOf, pageQuery } from "../schemas.ts";
import { JOB_STATUSES, jobAnswer, jobDetails, RESULT_STATUSES, toJobAnswer, toResultAnswer } from "./jobShapes.ts";

const tag = "Jobs";
const listQuery = z.strictObject({ ...pageQuery, status: z.enum(JOB_STATUSES).optional() });
const { offset, limit } = pageQuery;
const detailsQuery = z.strictObject({
  offset,
  limit,
  result: z.enum(RESULT_STATUSES).optional().openapi({ description: "Only results with this status." }),
});

/** Jobs concern customers of the whole organization: who sees only their own customers sees no jobs. */
export function jobsRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path: "/v1/jobs",
      tag,
      summary: "List bulk actions and imports, newest first",
      right: "read",
      query: listQuery,
      answers: { 200: listOf("jobs", jobAnswer) },
    },
    async ({ query, caller, deps, now }) => {
      if (onlyCustomersOf(caller) !== null) return emptyList("jobs", query);
      const listed = await listJobs(deps.sql, caller.organizationId, query, query.status);
      return listAnswer("jobs", query, { ...listed, rows: listed.rows.map((job) => toJobAnswer(job, now)) });
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/jobs/{id}",
      tag,
      summary: "Read a job: progress and a page of its results",
      description:
        "`total` counts the results that `offset` and `limit` page through; `progress.total` the job's items.",
      right: "read",
      params: idParams,
      query: detailsQuery,
      answers: { 200: jobDetails },
    },
    async ({ params, query, caller, deps, now }) => {
      const isHidden = onlyCustomersOf(caller) !== null || !isUuid(params.id);
      const job = isHidden ? null : await getJob(deps.sql, caller.organizationId, params.id);
      if (job === null) throw notFound("job");
      const { rows, total } = await listResults(deps.sql, job, query, query.result);
      const results = rows.map((result) => toResultAnswer(result, job));
      const page = { offset: query.offset, limit: query.limit, total, results };
      return { status: 200, body: { ...toJobAnswer(job, now), ...page } };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/jobs/{id}/cancel",
      tag,
      summary: "Cancel a job",
      description:
        "Answers once the page under work is done; nothing moves afterwards. What was done stays. Repeating it is harmless.",
      right: "customers",
      params: idParams,
      answers: { 200: jobAnswer },
    },
    async ({ params, caller, now }, tx) => {
      const job = isUuid(params.id) ? await cancelJob(tx, caller.organizationId, params.id) : null;
      if (job === null) throw notFound("job");
      if (job.status !== "cancelled") throw conflict("job_ended", `The job is ${job.status} already.`);
      return { status: 200, body: toJobAnswer(job, now) };
    },
  );
}
