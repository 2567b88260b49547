import type { Client } from "@temporalio/client";
import { JOB, type JobInput, jobWorkflowId, searchAttributes } from "../workflows/contract.ts";

/** Starts a job's workflow, unless it runs already. Throws when Temporal does not take it. */
export async function startJob(
  client: Client,
  taskQueue: string,
  organizationId: string,
  jobId: string,
): Promise<void> {
  const input: JobInput = { organizationId, jobId };
  await client.workflow.start(JOB, {
    workflowId: jobWorkflowId(organizationId, jobId),
    workflowIdConflictPolicy: "USE_EXISTING",
    taskQueue,
    args: [input],
    typedSearchAttributes: [
      { key: searchAttributes.organization, value: organizationId },
      { key: searchAttributes.status, value: "starting" },
    ],
    memo: { organizationId, jobId, purpose: "carries a bulk action or an import through its pages" },
    staticSummary: `Job ${jobId} of organization ${organizationId}`,
  });
}
