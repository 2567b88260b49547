import type { Client } from "@temporalio/client";
import { CLAIM } from "../db/claims.ts";
import { newId } from "../db/uuid.ts";
import { RULE_RUN, type RuleRunInput, ruleRunId, searchAttributes } from "../workflows/contract.ts";

/** Starts enough run workflows for this many planned notifications. Throws when Temporal does not take one. */
export async function startRuns(
  client: Client,
  taskQueue: string,
  organizationId: string,
  notifications: number,
): Promise<void> {
  const input: RuleRunInput = { organizationId };
  for (let rest = notifications; rest > 0; rest -= CLAIM) {
    await client.workflow.start(RULE_RUN, {
      workflowId: ruleRunId(organizationId, newId()),
      taskQueue,
      args: [input],
      typedSearchAttributes: [
        { key: searchAttributes.organization, value: organizationId },
        { key: searchAttributes.status, value: "starting" },
      ],
      memo: { organizationId, purpose: "delivers the notifications of matched rules" },
      staticSummary: `Notifications of organization ${organizationId}`,
    });
  }
}
