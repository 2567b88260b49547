import { setTimeout } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import type { Logger } from "pino";
import type { Wake } from "../db/writes/types.ts";
import {
  CUSTOMER_TRACKER,
  searchAttributes,
  type TrackerInput,
  trackerId,
  WAKE_SIGNAL,
} from "../workflows/contract.ts";
import { reasonOf } from "./reason.ts";
import { startBackfill } from "./startBackfill.ts";
import { startJob } from "./startJob.ts";
import { startRuns } from "./startRuns.ts";

/** A wake-up that is not through by then is given up: the reconciler repeats it. */
const DEADLINE_MS = 10_000;
/**
 * From one wake-up of a tracker to the next that was asked for meanwhile: what is written in between is evaluated by one reading.
 * Without it a stream of writes costs Temporal and the worker a signal and a workflow task for every few of them; at 25 ms single
 * writes still reached a tenth less.
 */
const PAUSE_MS = 100;

export interface Waker {
  /** Wakes the trackers of these shards and starts these jobs and backfills, soon and without waiting. Never throws. */
  wake(wake: Wake): void;
  /** Wakes one tracker and waits for Temporal's answer. Throws when Temporal does not take it. */
  wakeNow(organizationId: string, shard: number): Promise<void>;
  /** Starts one job, unless it runs, and waits for Temporal's answer. Throws when Temporal does not take it. */
  startJobNow(organizationId: string, jobId: string): Promise<void>;
  /** Starts one backfill, or makes it look again, and waits for Temporal's answer. Throws when Temporal does not take it. */
  startBackfillNow(organizationId: string, backfillId: string): Promise<void>;
  /** Waits until no call is in flight. */
  settled(): Promise<void>;
}

/**
 * Wakes trackers by `signalWithStart`, folded together: one call in flight per shard, and at most one more behind it, however
 * many writes ask (a signal per change is limited to some 300 to 500 a second by the call itself). The first goes out at once,
 * what follows it in a stream waits a moment.
 */
export function createWaker(client: Client, taskQueue: string, logger: Logger): Waker {
  const inFlight = new Map<string, Promise<void>>();
  const again = new Set<string>();

  async function wakeNow(organizationId: string, shard: number): Promise<void> {
    const input: TrackerInput = { organizationId, shard };
    await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflow.signalWithStart(CUSTOMER_TRACKER, {
        workflowId: trackerId(organizationId, shard),
        taskQueue,
        args: [input],
        signal: WAKE_SIGNAL,
        signalArgs: [],
        typedSearchAttributes: [{ key: searchAttributes.organization, value: organizationId }],
        memo: { organizationId, shard, purpose: "evaluates the changes of this shard's customers" },
        staticSummary: `Tracker of organization ${organizationId}, shard ${shard}`,
      }),
    );
  }

  async function run(key: string, organizationId: string, shard: number): Promise<void> {
    do {
      again.delete(key);
      try {
        await wakeNow(organizationId, shard);
        await setTimeout(PAUSE_MS);
      } catch (error) {
        // The change is in Postgres; the reconciler wakes its tracker once Temporal is back.
        logger.warn({ organizationId, shard, error: reasonOf(error) }, "could not wake a tracker");
        again.delete(key);
      }
    } while (again.has(key));
    inFlight.delete(key);
  }

  async function startJobNow(organizationId: string, jobId: string): Promise<void> {
    await client.withDeadline(Date.now() + DEADLINE_MS, () => startJob(client, taskQueue, organizationId, jobId));
  }

  async function startBackfillNow(organizationId: string, backfillId: string): Promise<void> {
    await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      startBackfill(client, taskQueue, organizationId, backfillId),
    );
  }

  async function rouse(key: string, organizationId: string, backfillId: string): Promise<void> {
    do {
      again.delete(key);
      try {
        await startBackfillNow(organizationId, backfillId);
      } catch (error) {
        // Where it stands is in Postgres; the reconciler starts it once Temporal is back.
        logger.warn({ organizationId, backfillId, error: reasonOf(error) }, "could not start a backfill");
        again.delete(key);
      }
    } while (again.has(key));
    inFlight.delete(key);
  }

  async function send(key: string, organizationId: string): Promise<void> {
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () => startRuns(client, taskQueue, organizationId, 1));
    } catch (error) {
      // The messages are in Postgres; the reconciler starts a workflow for them once Temporal is back.
      logger.warn({ organizationId, error: reasonOf(error) }, "could not start a run workflow");
    }
    inFlight.delete(key);
  }

  async function begin(key: string, organizationId: string, jobId: string): Promise<void> {
    try {
      await startJobNow(organizationId, jobId);
    } catch (error) {
      // The job is in Postgres; the reconciler starts it once Temporal is back.
      logger.warn({ organizationId, jobId, error: reasonOf(error) }, "could not start a job");
    }
    inFlight.delete(key);
  }

  return {
    wakeNow,
    startJobNow,
    startBackfillNow,
    wake({ organizationId, shards, jobs = [], backfills = [], messages = false }) {
      const sending = `messages:${organizationId}`;
      if (messages && !inFlight.has(sending)) inFlight.set(sending, send(sending, organizationId));
      for (const backfillId of backfills) {
        const key = `backfill:${backfillId}`;
        if (inFlight.has(key)) again.add(key);
        else inFlight.set(key, rouse(key, organizationId, backfillId));
      }
      for (const jobId of jobs) {
        const key = `job:${jobId}`;
        if (!inFlight.has(key)) inFlight.set(key, begin(key, organizationId, jobId));
      }
      for (const shard of shards) {
        const key = `${organizationId}:${shard}`;
        if (inFlight.has(key)) again.add(key);
        else inFlight.set(key, run(key, organizationId, shard));
      }
    },
    settled: async () => {
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
  };
}
