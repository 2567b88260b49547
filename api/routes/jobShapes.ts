import { z } from "@hono/zod-openapi";
import type { StoredResult } from "../../db/jobs/jobs.ts";
import type { ActionsInput, ImportInput, Job, UndoInput } from "../../db/jobs/types.ts";
import { Filters } from "../../rules/schema.ts";
import { jobWorkflowId } from "../../workflows/contract.ts";
import { mistakeSchema } from "../problems.ts";
import { EXAMPLE_ID, exampleTimes, timestamps } from "../schemas.ts";
import { overruledList } from "./customerShapes.ts";
import { undoFields } from "./runSelection.ts";

export const JOB_STATUSES = ["queued", "running", "completed", "cancelled", "failed"] as const;
export const RESULT_STATUSES = ["created", "updated", "unchanged", "failed"] as const;

const count = z.int();
const progress = z.object({
  total: count.nullable().openapi({ description: "Null until counted." }),
  done: count.openapi({ description: "created + updated + unchanged + failed" }),
  created: count,
  updated: count,
  unchanged: count,
  failed: count,
  overruled: count.openapi({ description: "Items of the above of which a higher source kept something." }),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});

const job = {
  id: z.string(),
  kind: z.enum(["customerActions", "customerImport", "undo"]),
  status: z.enum(JOB_STATUSES),
  dryRun: z.boolean(),
  source: z.string(),
  progress,
  backfillId: z.string().optional().openapi({ description: "The backfill that is undone." }),
  filter: Filters.optional(),
  name: z.string().optional(),
  actions: z.array(z.looseObject({ type: z.string() })).optional(),
  columns: z.array(z.string()).optional().openapi({ description: "Columns that an import writes." }),
  ignoredColumns: z.array(z.string()).optional().openapi({ description: "Columns that follow from other data." }),
  error: z.string().nullable().openapi({ description: "Why the job failed as a whole." }),
  temporalWorkflowId: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  ...timestamps,
};

const exampleJob = {
  id: EXAMPLE_ID,
  kind: "customerImport" as const,
  status: "running" as const,
  dryRun: false,
  source: "csv",
  progress: {
    ...{ total: 100000, done: 42000, created: 41000, updated: 990, unchanged: 0, failed: 10, overruled: 0 },
    ...{ perSecond: 6000, secondsLeft: 10 },
  },
  columns: ["externalId", "name", "workflow"],
  ignoredColumns: ["outstanding"],
  error: null,
  temporalWorkflowId: `job:${EXAMPLE_ID}:${EXAMPLE_ID}`,
  startedAt: exampleTimes.createdAt,
  finishedAt: null,
  ...exampleTimes,
};

export const jobAnswer = z.object(job).openapi("Job", { example: exampleJob });

const result = z
  .object({
    position: count.openapi({ description: "Counts the job's items from 1." }),
    status: z.enum(RESULT_STATUSES),
    customerId: z.string().nullable(),
    row: count.optional().openapi({ description: "As a spreadsheet counts: the heading is 1." }),
    line: count.optional().openapi({ description: "The line of the file where the row begins." }),
    reference: z.string().optional().openapi({ description: "How the request named the customer." }),
    code: z.string().optional(),
    message: z.string().optional(),
    errors: z.array(mistakeSchema).optional().openapi({ description: "`path` is the column's heading." }),
    overruled: overruledList.optional(),
    ...z.object(undoFields).partial().shape,
    changes: z
      .array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() }))
      .optional()
      .openapi({ description: "What a dry run would change." }),
  })
  .openapi("JobResult", {
    example: {
      position: 41010,
      status: "failed",
      customerId: null,
      row: 41011,
      line: 41011,
      code: "ambiguous_name",
      message: "Several customers have this name: give the external id.",
    },
  });

export const jobDetails = z
  .object({ ...job, offset: count, limit: count, total: count, results: z.array(result) })
  .openapi("JobDetails", { example: { ...exampleJob, offset: 0, limit: 50, total: 42000, results: [] } });

/** The job as it is answered. */
export function toJobAnswer(job: Job, now: Date) {
  const { id, organizationId, kind, status, dryRun, source, error, createdAt, startedAt, finishedAt, updatedAt } = job;
  const temporalWorkflowId = jobWorkflowId(organizationId, id);
  const times = { startedAt, finishedAt, createdAt, updatedAt };
  const what = kind === "customerImport" ? imported(job.input as ImportInput) : (job.input as ActionsInput | UndoInput);
  return {
    ...{ id, kind, status, dryRun, source, progress: progressOf(job, now) },
    ...{ ...what, error, temporalWorkflowId, ...times },
  };
}

const imported = ({ columns, ignoredColumns }: ImportInput) => ({
  columns: columns.map(({ heading }) => heading),
  ignoredColumns,
});

function progressOf(job: Job, now: Date) {
  const { total, created, updated, unchanged, failed, overruled, startedAt, finishedAt } = job;
  const done = created + updated + unchanged + failed;
  const end = finishedAt === null ? now.getTime() : Date.parse(finishedAt);
  const seconds = startedAt === null ? 0 : (end - Date.parse(startedAt)) / 1_000;
  const perSecond = seconds > 0 && done > 0 ? Math.round((done / seconds) * 10) / 10 : null;
  const left = finishedAt === null && perSecond !== null && total !== null ? (total - done) / perSecond : null;
  const secondsLeft = left === null ? null : Math.max(0, Math.round(left));
  return { total, done, created, updated, unchanged, failed, overruled, perSecond, secondsLeft };
}

/** A result with the headings of the file as paths. */
export function toResultAnswer({ position, status, customerId, details }: StoredResult, job: Job) {
  const { errors, ...more } = details ?? {};
  const columns = job.kind === "customerImport" ? (job.input as ImportInput).columns : [];
  const heading = (path: string) =>
    columns.find(({ field }) => path === field || path.startsWith(`${field}.`))?.heading ?? path;
  const named = errors?.map((error) => ({ ...error, path: heading(error.path) }));
  return { position, status, customerId, ...more, ...(named ? { errors: named } : {}) };
}
