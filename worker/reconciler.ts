import { setTimeout } from "node:timers/promises";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Logger } from "pino";
import { waitingBackfills } from "../db/backfills/open.ts";
import { unclaimNotifications, waitingNotifications } from "../db/claims.ts";
import type { Sql } from "../db/client.ts";
import { elect, resign } from "../db/election.ts";
import { sweepUploads, waitingJobs } from "../db/jobs/open.ts";
import { confirmClaims, holdingWorkflows, waitingShards } from "../db/unfinished.ts";
import { reasonOf } from "../temporal/reason.ts";
import { startRuns } from "../temporal/startRuns.ts";
import type { Waker } from "../temporal/waker.ts";
import { Backoff } from "./backoff.ts";
import { checkSchedules, keepSchedules } from "./schedules.ts";

const ROUND_MS = 1_000;
/** Calls to Temporal per round, and half as many on top for lost workflows: an outage must not end in a storm. */
const CALLS = 20;
const SWEEP_EVERY_ROUNDS = 60;

export interface ReconcilerDeps {
  sql: Sql;
  client: Client;
  taskQueue: string;
  waker: Waker;
  logger: Logger;
}

/**
 * Starts again whatever Postgres says is unfinished: changes nobody evaluates, notifications nobody claimed, or claimed by a
 * workflow that is gone, jobs and backfills that nobody works on, schedules that Temporal lacks. One worker of all is elected, by a session
 * lock that ends with its connection.
 */
export function startReconciler(deps: ReconcilerDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const done = loop(deps, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function loop(deps: ReconcilerDeps, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff(ROUND_MS, 30_000);
  while (!signal.aborted) {
    try {
      await serve(deps, backoff, signal);
    } catch (error) {
      deps.logger.warn({ error: reasonOf(error) }, "the reconciler was interrupted");
    }
    await pause(ROUND_MS, signal);
  }
}

/** Holds a connection of its own; as long as that holds the election lock, does the rounds. */
async function serve(deps: ReconcilerDeps, backoff: Backoff, signal: AbortSignal): Promise<void> {
  const session = await deps.sql.reserve();
  try {
    for (let round = 0; !signal.aborted; round++) {
      if (await elect(session)) {
        await doRound(deps, backoff);
        if (round % SWEEP_EVERY_ROUNDS === 0) await sweep(deps, round === 0);
      }
      await pause(ROUND_MS, signal);
    }
  } finally {
    await resign(session).catch((error: Error) => {
      deps.logger.debug({ error: error.message }, "the election ended with its connection");
    });
    session.release();
  }
}

/** What is looked after once a minute. */
async function sweep(deps: ReconcilerDeps, start: boolean): Promise<void> {
  await sweepUploads(deps.sql);
  try {
    await checkSchedules(deps, start);
  } catch (error) {
    deps.logger.warn({ error: reasonOf(error) }, "could not look at Temporal's schedules");
  }
}

/** One round. What stays unfinished is tried again ever more rarely, and at once when it was finished in between. */
export async function doRound(deps: ReconcilerDeps, backoff: Backoff): Promise<void> {
  const { sql, client, taskQueue, waker, logger } = deps;
  let calls = CALLS;
  const listed: string[] = [];
  const due = (key: string): boolean => {
    listed.push(key);
    return calls > 0 && backoff.due(key) && calls-- > 0;
  };
  for (const { organizationId, shard } of await waitingShards(sql)) {
    if (due(`shard:${organizationId}:${shard}`)) await waker.wakeNow(organizationId, shard);
  }
  for (const { organizationId, count } of await waitingNotifications(sql)) {
    if (due(`runs:${organizationId}`)) await startRuns(client, taskQueue, organizationId, count);
  }
  for (const { organizationId, id } of await waitingJobs(sql)) {
    if (due(`job:${id}`)) await waker.startJobNow(organizationId, id);
  }
  for (const { organizationId, id } of await waitingBackfills(sql)) {
    if (due(`backfill:${id}`)) await waker.startBackfillNow(organizationId, id);
  }
  // However much is to be woken, some of what lost its workflow is found in every round.
  calls = Math.max(calls, CALLS / 2);
  for (const temporalWorkflowId of await holdingWorkflows(sql)) {
    if (!due(`held:${temporalWorkflowId}`)) continue;
    if (await isRunning(client, temporalWorkflowId)) {
      await confirmClaims(sql, temporalWorkflowId);
      continue;
    }
    const given = await unclaimNotifications(sql, temporalWorkflowId);
    logger.warn({ temporalWorkflowId, notifications: given }, "took back what a lost workflow had claimed");
  }
  await keepSchedules(deps, due);
  backoff.keep(listed);
}

async function isRunning(client: Client, temporalWorkflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(temporalWorkflowId).describe();
    return status.name === "RUNNING";
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
}
