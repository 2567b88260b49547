import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import { type RatingsActivities, type RatingsInput, type RatingsProgress, searchAttributes } from "./contract.ts";

const { beginRatings, recomputeRatings } = proxyActivities<RatingsActivities>({
  // With the time that it waits for its turn in the worker, where at night everybody's recomputations meet.
  startToCloseTimeout: "1 h",
  // How long it stands still when its worker dies.
  heartbeatTimeout: "8 s",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

/**
 * Brings up to date what moves with the calendar: invoices that became overdue, delays that count up to today, ratings, and ages
 * that pass a bound of a rule. Who is left to look at stands in Postgres, page by page, so it may be terminated, reset or started
 * twice; a later run goes on where it stopped.
 */
export async function recomputeRatingsWorkflow({ organizationId }: RatingsInput): Promise<void> {
  let progress = await beginRatings({ organizationId });
  do {
    show(progress);
    progress = await recomputeRatings({ organizationId });
  } while (!progress.ended && !workflowInfo().continueAsNewSuggested);
  show(progress);
  if (!progress.ended) await continueAsNew<typeof recomputeRatingsWorkflow>({ organizationId });
}

function show({ total, done, changed, ended }: RatingsProgress): void {
  upsertSearchAttributes([{ key: searchAttributes.status, value: ended ? "completed" : "running" }]);
  setCurrentDetails(`**${done}** of ${total} customers looked at, **${changed}** moved.`);
}
