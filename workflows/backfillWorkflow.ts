import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  type WorkflowInfo,
  workflowInfo,
} from "@temporalio/workflow";
import type { backfillPageWorkflow } from "./backfillPageWorkflow.ts";
import {
  BACKFILL_MOVES,
  BACKFILL_PAGE,
  type BackfillActivities,
  type BackfillInput,
  type BackfillStep,
  backfillPageWorkflowId,
  searchAttributes,
  WAKE_SIGNAL,
} from "./contract.ts";

const { stepBackfill, moveBackfill } = proxyActivities<BackfillActivities>({
  startToCloseTimeout: "10 min",
  heartbeatTimeout: "8 s",
  retry: { initialInterval: "200 ms", maximumInterval: "30 s" },
});

export const wakeSignal = defineSignal(WAKE_SIGNAL);

/** Children at work at the same time, and the pages that each takes on: a child costs some 100 ms, a page about as much. */
const WINDOW = 3;
const PAGES_EACH = 10;
const LOOK_AGAIN = "10 min";
const AFTER_FAILURE = "2 s";
/** What a worker that takes it over has to replay stays small. */
const LONGEST_HISTORY = 1_000;

/**
 * Carries a backfill through: it is counted, waits for approval and for its turn, then its pages are worked on by children, a few
 * at a time. Where it stands is a matter of Postgres, page by page with their effects; this workflow only goes on asking, so it
 * may be terminated, reset or started twice, and signals only make it ask sooner.
 */
export async function backfillWorkflow(input: BackfillInput): Promise<void> {
  let woken = false;
  setHandler(wakeSignal, () => {
    woken = true;
  });
  for (const move of BACKFILL_MOVES) {
    setHandler(defineSignal(move), async () => {
      await moveBackfill({ ...input, move });
      woken = true;
    });
  }
  while (!isLong(workflowInfo())) {
    woken = false;
    const step = await stepBackfill(input);
    upsertSearchAttributes([{ key: searchAttributes.status, value: step.status }]);
    setCurrentDetails(describe(step));
    if (step.ended) {
      await condition(allHandlersFinished);
      return;
    }
    if (step.pages.length > 0) await workThrough(input, step.pages);
    else await condition(() => woken, LOOK_AGAIN);
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof backfillWorkflow>(input);
}

function isLong({ continueAsNewSuggested, historyLength }: WorkflowInfo): boolean {
  return continueAsNewSuggested || historyLength >= LONGEST_HISTORY;
}

/** Works on pages by a bounded number of children at a time, and begins no further one once the backfill has stopped. */
async function workThrough(input: BackfillInput, pages: number[]): Promise<void> {
  let next = 0;
  let stopped = false;
  const work = async () => {
    while (next < pages.length && !stopped) {
      const stretch = pages.slice(next, next + PAGES_EACH);
      next += PAGES_EACH;
      stopped = (await workStretch(input, stretch)) || stopped;
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, work));
}

/** Whether the backfill has stopped. A child that was lost leaves its pages to the next look. */
async function workStretch(input: BackfillInput, pages: number[]): Promise<boolean> {
  const child = { ...input, pages };
  try {
    const { stopped } = await executeChild<typeof backfillPageWorkflow>(BACKFILL_PAGE, {
      workflowId: backfillPageWorkflowId(child),
      args: [child],
      typedSearchAttributes: [{ key: searchAttributes.organization, value: input.organizationId }],
      memo: { ...input, purpose: "works on some pages of a backfill" },
      staticSummary: `Pages of backfill ${input.backfillId} from ${pages[0]} on`,
    });
    return stopped;
  } catch (error) {
    log.warn("pages of a backfill were lost, trying again", { ...input, first: pages[0], error: String(error) });
    await sleep(AFTER_FAILURE);
    return true;
  }
}

function describe({ status, done, total, failed }: BackfillStep): string {
  return `**${done}** of ${total ?? "?"} customers done, **${failed}** failed. The backfill is ${status}.`;
}
