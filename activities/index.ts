import { activityInfo } from "@temporalio/activity";
import { claimNotifications, finishDelivery } from "../db/deliveries.ts";
import type { JobActivities, RunActivities, TrackerActivities } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { evaluateShard } from "./evaluateShard.ts";
import { SendingRoom } from "./sendingRoom.ts";
import { Turns } from "./turns.ts";
import { workJob } from "./workJob.ts";

export type { ActivityContext } from "./context.ts";

/** Activities that one worker takes on at the same time; most of them wait for something. */
export const ACTIVITIES_AT_ONCE = 1_000;

/** Jobs that one process works on at the same time, so that masses leave connections to what is live. */
const JOBS_AT_ONCE = 2;

/** A request takes up to 10 s. All together are half of the activities that a worker takes on, so that the others never wait. */
const REQUESTS_AT_ONCE = { perChannel: 20, perOrganization: 50, total: ACTIVITIES_AT_ONCE / 2 };

/** Every activity that the workflows call, bound to what it works with. */
export function createActivities(context: ActivityContext): TrackerActivities & RunActivities & JobActivities {
  const jobTurns = new Turns(JOBS_AT_ONCE);
  const room = new SendingRoom(REQUESTS_AT_ONCE);
  return {
    evaluateShard: (input) => evaluateShard(context, { ...input, execution: execution() }),
    claimNotifications: ({ organizationId }) => {
      const { workflowId, runId } = execution();
      return claimNotifications(context.sql, organizationId, workflowId, runId);
    },
    deliverNotification: (input) => deliverNotification(context, room, input),
    giveUpNotification: ({ notificationId, error }) => finishDelivery(context.sql, notificationId, "failed", error),
    workJob: (input) => workJob(context, jobTurns, input),
  };
}

/** The workflow execution that the running activity belongs to. */
function execution(): { workflowId: string; runId: string } {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Error("the activity runs outside a workflow");
  return workflowExecution;
}
