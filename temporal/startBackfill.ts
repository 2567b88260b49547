import type { Client } from "@temporalio/client";
import {
  BACKFILL,
  type BackfillInput,
  backfillWorkflowId,
  searchAttributes,
  WAKE_SIGNAL,
} from "../workflows/contract.ts";

/** Starts a backfill's workflow, or makes the one that runs look again. Throws when Temporal does not take it. */
export async function startBackfill(
  client: Client,
  taskQueue: string,
  organizationId: string,
  backfillId: string,
): Promise<void> {
  const input: BackfillInput = { organizationId, backfillId };
  await client.workflow.signalWithStart(BACKFILL, {
    workflowId: backfillWorkflowId(organizationId, backfillId),
    taskQueue,
    args: [input],
    signal: WAKE_SIGNAL,
    signalArgs: [],
    typedSearchAttributes: [
      { key: searchAttributes.organization, value: organizationId },
      { key: searchAttributes.status, value: "starting" },
    ],
    memo: { organizationId, backfillId, purpose: "applies rules to existing customers" },
    staticSummary: `Backfill ${backfillId} of organization ${organizationId}`,
  });
}
