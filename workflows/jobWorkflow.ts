import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import { type JobActivities, type JobInput, searchAttributes } from "./contract.ts";

const { workJob } = proxyActivities<JobActivities>({
  startToCloseTimeout: "10 min",
  // How long a job stands still when its worker dies in the middle of a page.
  heartbeatTimeout: "8 s",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

/**
 * Carries a bulk action or an import through its pages. What is done stands in Postgres, page by page with its effects; this
 * workflow only goes on asking until nothing is left, so it may be terminated, reset or started twice.
 */
export async function jobWorkflow({ organizationId, jobId }: JobInput): Promise<void> {
  while (!workflowInfo().continueAsNewSuggested) {
    const progress = await workJob({ organizationId, jobId });
    const { status, done, total, failed, behind } = progress;
    upsertSearchAttributes([{ key: searchAttributes.status, value: status }]);
    setCurrentDetails(`**${done}** of ${total ?? "?"} items done, **${failed}** failed. The job is ${status}.`);
    if (behind || status !== "running") return;
  }
  await continueAsNew<typeof jobWorkflow>({ organizationId, jobId });
}
