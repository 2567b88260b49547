import { setTimeout } from "node:timers/promises";
import { Context } from "@temporalio/activity";
import { failBackfill, moveBackfill, nextTurn, turnStands } from "../db/backfills/moves.ts";
import { openBackfills, shardsToWake } from "../db/backfills/open.ts";
import type { BackfillRulesCache } from "../db/backfills/rulesCache.ts";
import { stepBackfill } from "../db/backfills/step.ts";
import { type PageOutcome, workPage } from "../db/backfills/workPage.ts";
import { inTransaction } from "../db/transaction.ts";
import type {
  BackfillActivities,
  BackfillInput,
  BackfillMoveName,
  BackfillPageInput,
  BackfillPageProgress,
  BackfillStep,
} from "../workflows/contract.ts";
import { beating } from "./beating.ts";
import type { ActivityContext } from "./context.ts";
import { Turns } from "./turns.ts";

/** Pages that one process works on at the same time, of all organizations, so that masses leave connections to what is live. */
const PAGES_AT_ONCE = 4;

/** What backfills ask of the worker. */
export function backfillActivities(context: ActivityContext, rules: BackfillRulesCache): BackfillActivities {
  const turns = new Turns(PAGES_AT_ONCE);
  return {
    stepBackfill: (input) => beating(() => step(context, input)),
    workBackfillPages: (input) => beating((stop) => workPages(context, rules, turns, input, stop)),
    moveBackfill: (input) => move(context, input),
  };
}

async function step(context: ActivityContext, { organizationId, backfillId }: BackfillInput): Promise<BackfillStep> {
  const taken = await orFail(context, { organizationId, backfillId }, () =>
    stepBackfill(context.sql, organizationId, backfillId),
  );
  if (taken.ended || taken.status === "paused") await wakeOthers(context, organizationId, backfillId);
  return taken;
}

async function move(
  context: ActivityContext,
  { organizationId, backfillId, move }: BackfillInput & { move: BackfillMoveName },
): Promise<void> {
  await inTransaction(context.sql, (tx) => moveBackfill(tx, organizationId, backfillId, move, { actor: null }));
  await wakeOthers(context, organizationId, backfillId);
}

/** Whoever waited behind this one may have its turn now: other backfills, and the changes that it raised. */
async function wakeOthers({ sql, wake }: ActivityContext, organizationId: string, backfillId: string): Promise<void> {
  const others = (await openBackfills(sql, organizationId)).filter((id) => id !== backfillId);
  wake({ organizationId, shards: await shardsToWake(sql, organizationId), backfills: others });
}

async function workPages(
  context: ActivityContext,
  rules: BackfillRulesCache,
  turns: Turns,
  { organizationId, backfillId, pages }: BackfillPageInput,
  stop: AbortSignal,
): Promise<BackfillPageProgress> {
  const execution = Context.current().info.workflowExecution;
  const by = { organizationId, ...(execution ? { execution } : {}) };
  const progress: BackfillPageProgress = { customers: 0, stopped: false };
  for (const number of pages) {
    if (!(await waitForTurn(context, backfillId, number, stop))) return { ...progress, stopped: true };
    const page = await turns.run(() =>
      orFail(context, { organizationId, backfillId }, () => workPage(context.sql, rules, by, backfillId, number)),
    );
    tell(context, organizationId, page);
    progress.customers += page.customers;
    progress.stopped = page.stopped;
    if (page.stopped) break;
  }
  return progress;
}

const LOOK_EVERY_MS = 1_000;

/** Waits for the turn of a page of a backfill with a limit. False where there is nothing to wait for any more. */
async function waitForTurn({ sql }: ActivityContext, backfillId: string, page: number, stop: AbortSignal) {
  const turn = await nextTurn(sql, backfillId, page);
  for (let left = turn?.waitMs ?? 0; turn !== null && left > 0; left -= LOOK_EVERY_MS) {
    await setTimeout(Math.min(left, LOOK_EVERY_MS), undefined, { signal: stop });
    if (!(await turnStands(sql, backfillId, turn))) return false;
  }
  stop.throwIfAborted();
  return true;
}

function tell({ startRuns, wake }: ActivityContext, organizationId: string, { planned, shards }: PageOutcome): void {
  if (planned > 0) startRuns(organizationId, planned);
  if (shards.length > 0) wake({ organizationId, shards });
}

/** A defect would fail again at every attempt: the backfill ends with it, and the next in line is not held up. */
async function orFail<Result>(
  { sql, logger }: ActivityContext,
  { organizationId, backfillId }: BackfillInput,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isTemporary(error)) throw error;
    logger.error({ organizationId, backfillId, err: error }, "a backfill failed");
    await failBackfill(sql, organizationId, backfillId, "Something went wrong on our side; the log says what.");
    return work();
  }
}

/** Postgres refused or was away: everything with a code but syntax and access errors (class 42), which a build brings along. */
function isTemporary(error: unknown): boolean {
  return error instanceof Error && "code" in error && !String(error.code).startsWith("42");
}
