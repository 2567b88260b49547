import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from "@temporalio/workflow";
import type { RetentionActivities, RetentionInput, TrimmedCounts } from "./contract.ts";

const { trimHistory } = proxyActivities<RetentionActivities>({
  startToCloseTimeout: "10 min",
  heartbeatTimeout: "8 s",
  retry: { initialInterval: "1 s", maximumInterval: "1 min" },
});

/**
 * Trims the history of every organization by its setting, and first answers to repeated requests, in small batches. What is due
 * stands in Postgres, so it may be terminated or started twice. Answers how many rows went.
 */
export async function retentionWorkflow({ from, trimmed = {} }: RetentionInput): Promise<TrimmedCounts> {
  const totals: TrimmedCounts = { ...trimmed };
  let position = from ?? null;
  do {
    const progress = await trimHistory({ position });
    position = progress.position;
    for (const [what, count] of Object.entries(progress.trimmed)) totals[what] = (totals[what] ?? 0) + count;
    setCurrentDetails(Object.entries(totals).reduce((text, [what, count]) => `${text}- ${what}: **${count}**\n`, ""));
  } while (position !== null && !workflowInfo().continueAsNewSuggested);
  if (position === null) return totals;
  return continueAsNew<typeof retentionWorkflow>({ from: position, trimmed: totals });
}
