import { z } from "@hono/zod-openapi";
import { listRatingRuns, type RatingRun } from "../../db/schedules/ratingRuns.ts";
import {
  editRatingSchedule,
  getRatingSchedule,
  type RatingScheduleState,
  requestRatings,
} from "../../db/schedules/ratingSchedule.ts";
import type { ScheduleState } from "../../temporal/schedules.ts";
import { ratingsScheduleId } from "../../workflows/contract.ts";
import { onlyCustomersOf } from "../access.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes } from "../schemas.ts";

const tag = "Schedules";
const path = "/v1/schedules/ratings";
const RUNS_SHOWN = 10;

const at = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 02:00")
  .openapi({ description: "Time of day in the organization's time zone.", example: "02:00" });

const edit = z
  .strictObject({ at: at.optional(), enabled: z.boolean().optional() })
  .openapi("RatingScheduleEdit", { example: { at: "03:30" } });

const run = z.object({
  id: z.string(),
  status: z.enum(["running", "completed", "abandoned"]),
  asOf: z.string().openapi({ format: "date", description: "The organization's day when it began." }),
  total: z.int().openapi({ description: "Customers for whom something may have moved." }),
  done: z.int(),
  changed: z.int().openapi({ description: "Customers who got a change." }),
  temporalWorkflowId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});

const answer = z
  .object({
    at: z.string(),
    enabled: z.boolean(),
    timeZone: z.string().openapi({ description: "The organization's." }),
    inForce: z.boolean().openapi({ description: "False for the moment until Temporal has taken these settings over." }),
    nextRuns: z
      .array(z.string())
      .nullable()
      .openapi({ description: "As Temporal describes them; null in answers to writes and while Temporal is away." }),
    running: z.boolean(),
    requested: z.boolean().openapi({ description: "A run was asked for and is about to start." }),
    lastRuns: z.array(run),
    temporalScheduleId: z.string(),
    updatedAt: z.string(),
  })
  .openapi("RatingSchedule", {
    example: {
      ...{ at: "02:00", enabled: true, timeZone: "Europe/Paris", inForce: true, running: false, requested: false },
      nextRuns: ["2026-10-24T00:00:00.000Z", "2026-10-25T01:00:00.000Z"],
      lastRuns: [
        {
          ...{
            id: EXAMPLE_ID,
            status: "completed" as const,
            asOf: "2026-10-23",
            total: 1240,
            done: 1240,
            changed: 1198,
          },
          temporalWorkflowId: `ratings:${EXAMPLE_ID}-2026-10-23T00:00:00Z`,
          startedAt: "2026-10-23T00:00:00.210Z",
          finishedAt: "2026-10-23T00:00:03.480Z",
        },
      ],
      temporalScheduleId: `ratings:${EXAMPLE_ID}`,
      updatedAt: exampleTimes.updatedAt,
    },
  });

export function schedulesRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: "When what moves with the calendar is brought up to date, and how it last went",
      right: "read",
      answers: { 200: answer },
    },
    async ({ caller, deps }) => {
      const { organizationId } = caller;
      // Counts are of the whole organization.
      const shown = onlyCustomersOf(caller) === null ? RUNS_SHOWN : 0;
      const [schedule, runs, described] = await Promise.all([
        getRatingSchedule(deps.sql, organizationId),
        listRatingRuns(deps.sql, organizationId, shown),
        deps.temporal.ratingSchedule(organizationId),
      ]);
      return { status: 200, body: toAnswer(schedule, runs, described) };
    },
  );

  router.write(
    {
      methods: ["put", "patch"],
      path,
      tag,
      summary: "Change the given settings",
      description:
        "A time that the clocks leave out on a day is run at the time that they then show; one that comes twice is run once. The schedule follows the organization's time zone.",
      right: "admin",
      body: edit,
      answers: { 200: answer },
    },
    async ({ body, caller }, tx) => {
      const schedule = await editRatingSchedule(tx, caller.organizationId, body);
      const runs = await listRatingRuns(tx, caller.organizationId, RUNS_SHOWN);
      return { status: 200, body: toAnswer(schedule, runs, null) };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${path}/trigger`,
      tag,
      summary: "Run it now",
      description:
        "Starts within a second or two, also where the schedule is switched off; while a run is under way it starts none. Repeating it is harmless.",
      right: "admin",
      answers: { 202: answer },
    },
    async ({ caller }, tx) => {
      const schedule = await requestRatings(tx, caller.organizationId);
      const runs = await listRatingRuns(tx, caller.organizationId, RUNS_SHOWN);
      return { status: 202, body: toAnswer(schedule, runs, null) };
    },
  );
}

function toAnswer(schedule: RatingScheduleState, lastRuns: RatingRun[], described: ScheduleState | null) {
  const { organizationId, ...settings } = schedule;
  return {
    ...settings,
    nextRuns: described?.nextRuns ?? null,
    running: described?.running ?? lastRuns[0]?.status === "running",
    lastRuns,
    temporalScheduleId: ratingsScheduleId(organizationId),
  };
}
