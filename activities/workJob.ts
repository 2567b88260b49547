import { Context } from "@temporalio/activity";
import { nextJob } from "../db/jobs/open.ts";
import { failJob, type PageOutcome, workPage } from "../db/jobs/workPage.ts";
import type { JobInput, JobProgress } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import type { Turns } from "./turns.ts";

/** One activity works about this long: the workflow shows progress in between, and other jobs get their turn. */
const SLICE_MS = 3_000;
const HEARTBEAT_MS = 1_000;

/** Works on a job's pages for some seconds, or until it ends. */
export async function workJob(context: ActivityContext, turns: Turns, input: JobInput): Promise<JobProgress> {
  const activity = Context.current();
  // Beats by the clock: a page may wait for locks longer than the workflow waits for a sign of life.
  const beating = setInterval(() => activity.heartbeat(), HEARTBEAT_MS);
  try {
    return await turns.run(() => workSlice(context, input, activity.cancellationSignal));
  } finally {
    clearInterval(beating);
  }
}

async function workSlice(context: ActivityContext, input: JobInput, stop: AbortSignal): Promise<JobProgress> {
  const { organizationId, jobId } = input;
  const until = performance.now() + SLICE_MS;
  for (;;) {
    const { wake, ...progress } = await nextPage(context, input);
    if (wake.shards.length > 0) context.wake(wake);
    const goesOn = progress.status === "running" && !progress.behind;
    if (!goesOn && !progress.behind) {
      const next = await nextJob(context.sql, organizationId);
      if (next !== null && next !== jobId) context.wake({ organizationId, shards: [], jobs: [next] });
    }
    if (!goesOn || performance.now() > until || stop.aborted) return progress;
  }
}

/** A defect would fail again at every attempt: the job ends with it, and the next in line is not held up. */
async function nextPage({ sql, logger }: ActivityContext, { organizationId, jobId }: JobInput): Promise<PageOutcome> {
  try {
    return await workPage(sql, organizationId, jobId);
  } catch (error) {
    if (isTemporary(error)) throw error;
    logger.error({ organizationId, jobId, err: error }, "a job failed");
    await failJob(sql, organizationId, jobId, "Something went wrong on our side; the log says what.");
    return workPage(sql, organizationId, jobId);
  }
}

/** Postgres refused or was away: everything with a code but syntax and access errors (class 42), which a build brings along. */
function isTemporary(error: unknown): boolean {
  return error instanceof Error && "code" in error && !String(error.code).startsWith("42");
}
