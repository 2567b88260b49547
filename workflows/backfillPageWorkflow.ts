import { proxyActivities, setCurrentDetails } from "@temporalio/workflow";
import type { BackfillActivities, BackfillPageInput, BackfillPageProgress } from "./contract.ts";

const { workBackfillPages } = proxyActivities<BackfillActivities>({
  // With a limit of customers a second, pages wait for their turn.
  startToCloseTimeout: "12 h",
  // How long the pages stand still when their worker dies in the middle of one.
  heartbeatTimeout: "8 s",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

/** Works on some pages of a backfill. Each is one transaction with its effects, and one that is done is never done again. */
export async function backfillPageWorkflow(input: BackfillPageInput): Promise<BackfillPageProgress> {
  const progress = await workBackfillPages(input);
  setCurrentDetails(`**${progress.customers}** customers${progress.stopped ? ", then it was stopped" : ""}.`);
  return progress;
}
