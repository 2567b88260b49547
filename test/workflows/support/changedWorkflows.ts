import { proxyLocalActivities, sleep } from "@temporalio/workflow";
import type { RuleRunInput, RunActivities, TrackerActivities, TrackerInput } from "../../../workflows/contract.ts";

// Workflows that a careless change might have left: they do other things than the recorded ones did, in another order.

const { evaluateShard } = proxyLocalActivities<TrackerActivities>({ startToCloseTimeout: "30 s" });
const { claimNotifications } = proxyLocalActivities<RunActivities>({ startToCloseTimeout: "30 s" });

/** Sleeps before it evaluates. */
export async function customerTrackerWorkflow({ organizationId, shard }: TrackerInput): Promise<void> {
  await sleep(1);
  await evaluateShard({ organizationId, shard });
}

/** Claims by a local activity. */
export async function ruleRunWorkflow({ organizationId }: RuleRunInput): Promise<void> {
  await claimNotifications({ organizationId });
}
