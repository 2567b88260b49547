import { activityInfo } from "@temporalio/activity";
import { claimNotifications, finishDelivery } from "../db/deliveries.ts";
import type { JobActivities, RunActivities, TrackerActivities } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { evaluateShard } from "./evaluateShard.ts";
import { Turns } from "./turns.ts";
import { workJob } from "./workJob.ts";

export type { ActivityContext } from "./context.ts";

/** Jobs that one process works on at the same time, so that masses leave connections to what is live. */
const JOBS_AT_ONCE = 2;

/** Every activity that the workflows call, bound to what it works with. */
export function createActivities(context: ActivityContext): TrackerActivities & RunActivities & JobActivities {
  const jobTurns = new Turns(JOBS_AT_ONCE);
  return {
    evaluateShard: (input) => evaluateShard(context, input),
    claimNotifications: ({ organizationId }) => {
      const { workflowExecution } = activityInfo();
      if (!workflowExecution) throw new Error("claimNotifications was called outside a workflow");
      return claimNotifications(context.sql, organizationId, workflowExecution.workflowId, workflowExecution.runId);
    },
    deliverNotification: (input) => deliverNotification(context, input),
    giveUpNotification: ({ notificationId, error }) => finishDelivery(context.sql, notificationId, "failed", error),
    workJob: (input) => workJob(context, jobTurns, input),
  };
}
