import { proxyLocalActivities, sleep } from "@temporalio/workflow";
import type {
  JobActivities,
  JobInput,
  RatingsActivities,
  RatingsInput,
  RetentionActivities,
  RuleRunInput,
  RunActivities,
  TrackerActivities,
  TrackerInput,
} from "../../../workflows/contract.ts";

// Workflows that a careless change might have left: they do other things than the recorded ones did, in another order.

const { evaluateShard } = proxyLocalActivities<TrackerActivities>({ startToCloseTimeout: "30 s" });
const { claimNotifications } = proxyLocalActivities<RunActivities>({ startToCloseTimeout: "30 s" });
const { workJob, recomputeRatings, trimHistory } = proxyLocalActivities<
  JobActivities & RatingsActivities & RetentionActivities
>({ startToCloseTimeout: "30 s" });

/** Sleeps before it evaluates. */
export async function customerTrackerWorkflow({ organizationId, shard }: TrackerInput): Promise<void> {
  await sleep(1);
  await evaluateShard({ organizationId, shard });
}

/** Claims by a local activity. */
export async function ruleRunWorkflow({ organizationId }: RuleRunInput): Promise<void> {
  await claimNotifications({ organizationId });
}

/** Works by a local activity. */
export async function jobWorkflow(input: JobInput): Promise<void> {
  await workJob(input);
}

/** Recomputes without looking for whom. */
export async function recomputeRatingsWorkflow(input: RatingsInput): Promise<void> {
  await recomputeRatings(input);
}

/** Trims by a local activity. */
export async function retentionWorkflow(): Promise<void> {
  await trimHistory({ position: null });
}
