import { installationId } from "../db/installation.ts";
import {
  appliedSchedules,
  forgetApplied,
  noteApplied,
  noteRequested,
  requestedRatings,
  unappliedSchedules,
} from "../db/schedules/ratingSchedule.ts";
import { reasonOf } from "../temporal/reason.ts";
import {
  applyRatingSchedule,
  applyRetentionSchedule,
  listSchedules,
  scheduleEpoch,
  triggerRatings,
} from "../temporal/schedules.ts";
import { retentionScheduleId } from "../workflows/contract.ts";
import type { ReconcilerDeps } from "./reconciler.ts";

/** Organizations looked at in one round; more than there are calls in it. */
const ROUND = 100;

/**
 * Tells Temporal of schedules that it has not been told of as they are set now, and of runs that were asked for. `due` says
 * whether a call may be made now; it is asked for everything that waits.
 */
export async function keepSchedules(
  { sql, client, taskQueue, logger }: ReconcilerDeps,
  due: (key: string) => boolean,
): Promise<void> {
  const now = new Date();
  for (const schedule of await unappliedSchedules(sql, scheduleEpoch(taskQueue, now), ROUND)) {
    const { organizationId } = schedule;
    if (!due(`schedule:${organizationId}`)) continue;
    try {
      await applyRatingSchedule(client, taskQueue, schedule, now);
      await noteApplied(sql, schedule);
    } catch (error) {
      logger.warn({ organizationId, error: reasonOf(error) }, "could not make a schedule");
    }
  }
  for (const request of await requestedRatings(sql, ROUND)) {
    const { organizationId } = request;
    if (!due(`trigger:${organizationId}`)) continue;
    try {
      if (await triggerRatings(client, organizationId)) await noteRequested(sql, request);
      else await forgetApplied(sql, [organizationId]);
    } catch (error) {
      logger.warn({ organizationId, error: reasonOf(error) }, "could not start a recomputation");
    }
  }
}

/**
 * Compares Temporal's schedules with what they should be: what is missing or was changed there is made anew, and so is, at a
 * worker's `start`, the one of this installation.
 */
export async function checkSchedules(
  { sql, client, taskQueue, logger }: ReconcilerDeps,
  start: boolean,
): Promise<void> {
  // Read first: what is made meanwhile is not missed in a list that is older.
  const wanted = await appliedSchedules(sql);
  const { ids, ratings } = await listSchedules(client);
  const wrong = wanted.filter(({ organizationId, at, enabled, timeZone }) => {
    const found = ratings.get(organizationId);
    return found === undefined || found.at !== at || found.enabled !== enabled || found.timeZone !== timeZone;
  });
  if (wrong.length > 0) {
    logger.info({ schedules: wrong.length }, "schedules are missing or differ, and are made anew");
    await forgetApplied(
      sql,
      wrong.map(({ organizationId }) => organizationId),
    );
  }
  const installation = await installationId(sql);
  if (installation !== null && (start || !ids.has(retentionScheduleId(installation)))) {
    await applyRetentionSchedule(client, taskQueue, installation);
  }
}
