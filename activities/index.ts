import { activityInfo } from "@temporalio/activity";
import { BackfillRulesCache } from "../db/backfills/rulesCache.ts";
import { claimNotifications } from "../db/claims.ts";
import { finishDelivery } from "../db/deliveries.ts";
import type {
  BackfillActivities,
  ControlActivities,
  DeliveryActivities,
  JobActivities,
  RatingsActivities,
  RetentionActivities,
  RunActivities,
  TrackerActivities,
} from "../workflows/contract.ts";
import { backfillActivities } from "./backfills.ts";
import type { ActivityContext } from "./context.ts";
import { controlRuns } from "./controlRuns.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { MAILS_AT_ONCE } from "./email.ts";
import { evaluateShard } from "./evaluateShard.ts";
import { beginRecomputation, recomputeRatings } from "./recomputeRatings.ts";
import { SendingRoom } from "./sendingRoom.ts";
import { trimHistory } from "./trimHistory.ts";
import { Turns } from "./turns.ts";
import { workJob } from "./workJob.ts";

export type { ActivityContext } from "./context.ts";

/** Activities that one worker takes on at the same time; most of them wait for something. */
export const ACTIVITIES_AT_ONCE = 1_000;

/** Jobs that one process works on at the same time, so that masses leave connections to what is live. */
const JOBS_AT_ONCE = 2;

/** Deliveries that one worker takes on at the same time, on a task queue of their own: those that are turned away need a place too. */
export const DELIVERIES_AT_ONCE = 600;

/** Organizations whose ratings one process recomputes at the same time, for the same reason. */
const RATINGS_AT_ONCE = 2;

/** A request takes up to 10 s. Less than the deliveries that a worker takes on, so that a full house turns away and nobody waits. */
const REQUESTS_AT_ONCE = { perChannel: 20, perOrganization: 50, mails: MAILS_AT_ONCE, total: 500 };

/** What the workflows call. */
export type Activities = TrackerActivities &
  RunActivities &
  DeliveryActivities &
  ControlActivities &
  JobActivities &
  BackfillActivities &
  RatingsActivities &
  RetentionActivities;

/** Every activity that the workflows call, bound to what it works with. */
export function createActivities(context: ActivityContext): Activities {
  const jobTurns = new Turns(JOBS_AT_ONCE);
  const ratingTurns = new Turns(RATINGS_AT_ONCE);
  const room = new SendingRoom(REQUESTS_AT_ONCE);
  return {
    evaluateShard: (input) => evaluateShard(context, { ...input, execution: execution() }),
    claimNotifications: ({ organizationId }) => {
      const { workflowId, runId } = execution();
      return claimNotifications(context.sql, organizationId, workflowId, runId);
    },
    deliverNotification: (input) => deliverNotification(context, room, input),
    giveUpNotification: ({ notificationId, error }) => finishDelivery(context.sql, notificationId, "failed", error),
    controlRuns: (input) => {
      const { workflowId, runId } = execution();
      return controlRuns(context, input, `${workflowId}:${runId}:${activityInfo().activityId}`);
    },
    workJob: (input) => workJob(context, jobTurns, input),
    beginRatings: (input) => beginRecomputation(context, ratingTurns, input, execution().workflowId),
    recomputeRatings: (input) => recomputeRatings(context, ratingTurns, input, execution().workflowId),
    ...backfillActivities(context, new BackfillRulesCache(context.rulesets)),
    trimHistory: (input) => trimHistory(context, input),
  };
}

/** The workflow execution that the running activity belongs to. */
function execution(): { workflowId: string; runId: string } {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Error("the activity runs outside a workflow");
  return workflowExecution;
}
