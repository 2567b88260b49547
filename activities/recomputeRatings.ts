import { beginRatings, getRatingRun } from "../db/schedules/ratingRuns.ts";
import { recomputePage } from "../db/schedules/recomputePage.ts";
import type { RatingsInput, RatingsProgress } from "../workflows/contract.ts";
import { beating } from "./beating.ts";
import type { ActivityContext } from "./context.ts";
import type { Turns } from "./turns.ts";

/** One activity works about this long: the workflow shows progress in between, and other organizations get their turn. */
const SLICE_MS = 3_000;

const GONE: RatingsProgress = { total: 0, done: 0, changed: 0, ended: true };

/** Notes whom something may have moved for; where the organization is gone, there is nothing to do. */
export function beginRecomputation(
  { sql }: ActivityContext,
  turns: Turns,
  { organizationId }: RatingsInput,
  temporalWorkflowId: string,
): Promise<RatingsProgress> {
  return beating(() =>
    turns.run(async () => {
      const run = await beginRatings(sql, organizationId, temporalWorkflowId);
      return run === null ? GONE : { total: run.total, done: run.done, changed: run.changed, ended: false };
    }),
  );
}

/** Works on pages for some seconds, or until nobody is left. */
export function recomputeRatings(
  { sql, wake }: ActivityContext,
  turns: Turns,
  { organizationId }: RatingsInput,
  temporalWorkflowId: string,
): Promise<RatingsProgress> {
  return beating((stop) =>
    turns.run(async () => {
      const until = performance.now() + SLICE_MS;
      let ended = false;
      while (!ended && performance.now() < until && !stop.aborted) {
        const page = await recomputePage(sql, organizationId, temporalWorkflowId);
        if (page.wake.shards.length > 0) wake(page.wake);
        ended = page.ended;
      }
      const run = await getRatingRun(sql, organizationId, temporalWorkflowId);
      return run === null ? GONE : { total: run.total, done: run.done, changed: run.changed, ended };
    }),
  );
}
