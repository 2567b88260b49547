import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  patched,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  type WorkflowInfo,
  workflowInfo,
} from "@temporalio/workflow";
import {
  TRACKED_QUERY,
  type TrackedCustomer,
  type TrackerActivities,
  type TrackerInput,
  WAKE_SIGNAL,
} from "./contract.ts";
import { takeControl } from "./control.ts";

const { evaluateShard } = proxyLocalActivities<TrackerActivities>({
  startToCloseTimeout: "30 s",
  // Three quick attempts; what still fails is waited out below, where a wake-up cuts the wait short. The default back-off left a
  // shard silent for 90 s after the database was back.
  retry: { initialInterval: "50 ms", backoffCoefficient: 2, maximumAttempts: 3 },
});

export const wakeSignal = defineSignal(WAKE_SIGNAL);
export const trackedQuery = defineQuery<TrackedCustomer | null, [customerId: string]>(TRACKED_QUERY);

const MIRRORED = 1_000;
const AFTER_FAILURE = "2 s";
const IDLE_MS = 5 * 60_000;
const NOT_READY_MS = 2_000;
/**
 * A run ends after this many events, well before Temporal suggests it at 4,096: a worker that takes a tracker over replays them
 * all within one task, and on a busy machine 4,280 events took longer than the task may, again and again.
 */
const LONGEST_HISTORY = 1_000;

/**
 * Evaluates the changes of one shard of an organization's customers, as they come. Postgres is the queue and holds all that
 * matters; this workflow is the cursor: it may be terminated, reset or started twice without anything lost or done twice.
 */
export async function customerTrackerWorkflow(input: TrackerInput): Promise<void> {
  const { organizationId, shard } = input;
  const mirror = new Map((input.mirror ?? []).map((values) => [values[0], values]));
  const totals = { evaluated: 0, matched: 0, failed: 0 };
  let woken = true;
  setHandler(wakeSignal, () => {
    woken = true;
  });
  takeControl(organizationId, () => {
    woken = true;
  });
  setHandler(trackedQuery, (customerId) => mirror.get(customerId) ?? null);

  // Rests once: a tracker that has been idle goes on with a fresh history and then waits as long as it takes.
  let resting = input.rested === true;
  let rested = false;
  // An operator's request may take its time, such as for thousands of runs: nobody's changes wait for it. In histories without
  // the patch they did.
  const isOver = () => rested || isLong(workflowInfo());
  while (!isOver() || (!allHandlersFinished() && patched("evaluates-beside-requests"))) {
    woken = false;
    let idle = false;
    let dueAt: number | undefined;
    try {
      const progress = await evaluateShard({ organizationId, shard, now: Date.now() });
      idle = progress.idle;
      dueAt = progress.nextDueAt;
      totals.evaluated += progress.evaluated;
      totals.matched += progress.matched;
      totals.failed += progress.failed;
      remember(mirror, progress.customers);
      if (progress.evaluated > 0) setCurrentDetails(describe(totals, mirror));
    } catch (error) {
      log.warn("evaluation failed, trying again", { organizationId, shard, error: String(error) });
      await condition(() => woken, AFTER_FAILURE);
      continue;
    }
    if (!idle) {
      // Ends the workflow task, so that signals and queries get their turn between activities.
      await sleep(1);
    } else if (dueAt !== undefined && (resting || dueAt - Date.now() < IDLE_MS)) {
      // What is due already and was not judged waits for something else, such as its customer's changes.
      await condition(() => woken, dueAt > Date.now() ? dueAt - Date.now() : NOT_READY_MS);
    } else if (resting) {
      await condition(() => woken);
      resting = false;
    } else if (!(await condition(() => woken, IDLE_MS))) rested = true;
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof customerTrackerWorkflow>({ organizationId, shard, mirror: [...mirror.values()], rested });
}

function isLong({ continueAsNewSuggested, historyLength }: WorkflowInfo): boolean {
  return continueAsNewSuggested || historyLength >= LONGEST_HISTORY;
}

/** Keeps the values of the most recent customers. */
function remember(mirror: Map<string, TrackedCustomer>, customers: TrackedCustomer[]): void {
  for (const values of customers) {
    mirror.delete(values[0]);
    mirror.set(values[0], values);
  }
  for (const id of mirror.keys()) {
    if (mirror.size <= MIRRORED) break;
    mirror.delete(id);
  }
}

/** What Temporal's UI shows of this run: counts and the last few customers' previous values. */
function describe(
  totals: { evaluated: number; matched: number; failed: number },
  mirror: Map<string, TrackedCustomer>,
): string {
  const last = [...mirror.values()].slice(-10).reverse();
  return [
    `**${totals.evaluated}** changes evaluated, **${totals.matched}** matches, **${totals.failed}** failed in this run.`,
    "",
    "| customer | outstanding | average payment delay | rating | version |",
    "|---|---|---|---|---|",
    ...last.map(
      ([id, outstanding, delay, rating, version]) =>
        `| ${id} | ${outstanding} | ${delay ?? ""} | ${rating ?? ""} | ${version} |`,
    ),
  ].join("\n");
}
