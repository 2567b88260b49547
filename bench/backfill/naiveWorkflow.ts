import { proxyActivities } from "@temporalio/workflow";

const { assign } = proxyActivities<{ assign(customerId: string): Promise<void> }>({ startToCloseTimeout: "1 min" });

/** What it costs to give each customer a workflow of its own. */
export async function naiveWorkflow(customerId: string): Promise<void> {
  await assign(customerId);
}
