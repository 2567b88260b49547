import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import { TRACKED_QUERY, type TrackedCustomer, trackerId } from "../workflows/contract.ts";

/** What a tracker holds of one customer; the delay in days, as the nearest double. */
export interface TrackerState {
  outstanding: number;
  averagePaymentDelay: number | null;
  rating: string | null;
  version: number;
}

const DEADLINE_MS = 3_000;

/** Asks a customer's tracker for the previous values it holds; null when it holds none or does not answer in time. */
export async function queryTracker(
  client: Client,
  organizationId: string,
  customerId: string,
  shard: number,
): Promise<TrackerState | null> {
  const handle = client.workflow.getHandle(trackerId(organizationId, shard));
  try {
    const values = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      handle.query<TrackedCustomer | null, [string]>(TRACKED_QUERY, customerId),
    );
    if (!values) return null;
    const [, outstanding, averagePaymentDelay, rating, version] = values;
    return { outstanding, averagePaymentDelay, rating, version };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || (error as { code?: number }).code !== undefined) return null;
    throw error;
  }
}

/** Whether Temporal answers, within 2 s. */
export async function temporalReady(client: Client): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + 2_000, () => client.connection.workflowService.getSystemInfo({}));
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
