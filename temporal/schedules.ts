import {
  type CalendarSpec,
  type Client,
  MONTHS,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from "@temporalio/client";
import type { RatingSchedule } from "../db/schedules/ratingSchedule.ts";
import {
  parseRatingsScheduleId,
  RATINGS,
  type RatingsInput,
  RETENTION,
  type RetentionInput,
  ratingsScheduleId,
  retentionScheduleId,
  searchAttributes,
} from "../workflows/contract.ts";
import { leftOutTimes } from "./clockChanges.ts";

/** What Temporal says of an organization's schedule. */
export interface ScheduleState {
  /** ISO instants of the next runs; none while it is switched off. */
  nextRuns: string[];
  running: boolean;
}

const DEADLINE_MS = 10_000;
const ANSWER_MS = 3_000;
/** Years, this one included, for which days with clock changes are told to Temporal. */
const YEARS_AHEAD = 3;

/** What an organization's schedule is made from besides its settings: where this changes, it is made anew. */
export function scheduleEpoch(taskQueue: string, now: Date): string {
  return `${taskQueue} ${now.getUTCFullYear()}`;
}

/**
 * Makes an organization's schedule, or makes it as it is set now. A run that is still under way lets the next one be skipped;
 * runs that Temporal could not start are caught up for one day.
 */
export async function applyRatingSchedule(
  client: Client,
  taskQueue: string,
  { organizationId, at, enabled, timeZone }: RatingSchedule,
  now: Date,
): Promise<void> {
  const [hour, minute] = at.split(":").map(Number);
  const years = Array.from({ length: YEARS_AHEAD }, (_, ahead) => now.getUTCFullYear() + ahead);
  const leftOut = leftOutTimes(timeZone, at, years).map(
    ({ month, ...time }): CalendarSpec => ({
      ...time,
      month: MONTHS[month - 1]!,
      comment: "the clocks leave the usual time out on this day",
    }),
  );
  const input: RatingsInput = { organizationId };
  await createOrUpdate(client, {
    scheduleId: ratingsScheduleId(organizationId),
    spec: { calendars: [{ hour: hour!, minute: minute! }, ...leftOut], timezone: timeZone },
    action: {
      type: "startWorkflow",
      workflowType: RATINGS,
      workflowId: ratingsScheduleId(organizationId),
      taskQueue,
      args: [input],
      typedSearchAttributes: [{ key: searchAttributes.organization, value: organizationId }],
      memo: { organizationId, purpose: "brings up to date what moves with the calendar" },
      staticSummary: `Ratings of organization ${organizationId}`,
    },
    policies: { overlap: "SKIP", catchupWindow: "1 day" },
    state: { paused: !enabled, note: enabled ? "as set in Tripline" : "switched off in Tripline" },
  });
}

/** Makes the schedule that trims history, once an hour. */
export async function applyRetentionSchedule(client: Client, taskQueue: string, installationId: string): Promise<void> {
  const input: RetentionInput = {};
  await createOrUpdate(client, {
    scheduleId: retentionScheduleId(installationId),
    spec: { intervals: [{ every: "1 hour" }] },
    action: {
      type: "startWorkflow",
      workflowType: RETENTION,
      workflowId: retentionScheduleId(installationId),
      taskQueue,
      args: [input],
      memo: { purpose: "trims history by the organizations' settings" },
      staticSummary: "Trims history",
    },
    policies: { overlap: "SKIP", catchupWindow: "1 hour" },
  });
}

async function createOrUpdate(client: Client, options: ScheduleOptions): Promise<void> {
  await client.withDeadline(Date.now() + DEADLINE_MS, async () => {
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { spec, action, policies, state } = options;
      const settings = { spec, action, policies: policies ?? {}, state: state ?? {} };
      await client.schedule.getHandle(options.scheduleId).update(() => settings);
    }
  });
}

/** Starts a run now, unless one is under way. False when there is no such schedule. */
export async function triggerRatings(client: Client, organizationId: string): Promise<boolean> {
  const handle = client.schedule.getHandle(ratingsScheduleId(organizationId));
  try {
    await client.withDeadline(Date.now() + DEADLINE_MS, () => handle.trigger("SKIP"));
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** What Temporal says of an organization's schedule; null when it has none or does not answer in time. */
export async function describeRatingSchedule(client: Client, organizationId: string): Promise<ScheduleState | null> {
  const handle = client.schedule.getHandle(ratingsScheduleId(organizationId));
  try {
    const { info, state } = await client.withDeadline(Date.now() + ANSWER_MS, () => handle.describe());
    const nextRuns = state.paused ? [] : info.nextActionTimes.map((time) => time.toISOString());
    return { nextRuns, running: info.runningActions.length > 0 };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError || (error as { code?: number }).code !== undefined) return null;
    throw error;
  }
}

/** The schedules that Temporal has: of organizations as they are set there, and the ids of all. */
export interface ListedSchedules {
  ids: ReadonlySet<string>;
  /** By organization. */
  ratings: ReadonlyMap<string, Omit<RatingSchedule, "organizationId">>;
}

/** Reads Temporal's list, which may be some seconds behind. */
export async function listSchedules(client: Client): Promise<ListedSchedules> {
  const ids = new Set<string>();
  const ratings = new Map<string, Omit<RatingSchedule, "organizationId">>();
  for await (const { scheduleId, spec, state } of client.schedule.list({ pageSize: 1_000 })) {
    ids.add(scheduleId);
    const organizationId = parseRatingsScheduleId(scheduleId);
    const usual = spec?.calendars?.find(({ year }) => year.length === 0);
    if (organizationId === null || usual === undefined) continue;
    const at = [usual.hour[0]?.start, usual.minute[0]?.start].map((part) => String(part).padStart(2, "0")).join(":");
    ratings.set(organizationId, { at, enabled: !state.paused, timeZone: spec?.timezone ?? "UTC" });
  }
  return { ids, ratings };
}
