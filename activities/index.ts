import { activityInfo } from "@temporalio/activity";
import { claimNotifications, finishDelivery } from "../db/deliveries.ts";
import type { RunActivities, TrackerActivities } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import { deliverNotification } from "./deliverNotification.ts";
import { evaluateShard } from "./evaluateShard.ts";

export type { ActivityContext } from "./context.ts";

/** Every activity that the workflows call, bound to what it works with. */
export function createActivities(context: ActivityContext): TrackerActivities & RunActivities {
  return {
    evaluateShard: (input) => evaluateShard(context, input),
    claimNotifications: ({ organizationId }) => {
      const { workflowExecution } = activityInfo();
      if (!workflowExecution) throw new Error("claimNotifications was called outside a workflow");
      return claimNotifications(context.sql, organizationId, workflowExecution.workflowId, workflowExecution.runId);
    },
    deliverNotification: (input) => deliverNotification(context, input),
    giveUpNotification: ({ notificationId, error }) => finishDelivery(context.sql, notificationId, "failed", error),
  };
}
