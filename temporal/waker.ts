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
import { startJob } from "./startJob.ts";

/** A wake-up that is not through by then is given up: the reconciler repeats it. */
const DEADLINE_MS = 10_000;

export interface Waker {
  /** Wakes the trackers of these shards and starts these jobs, soon and without waiting. Never throws. */
  wake(wake: Wake): void;
  /** Wakes one tracker and waits for Temporal's answer. Throws when Temporal does not take it. */
  wakeNow(organizationId: string, shard: number): Promise<void>;
  /** Starts one job, unless it runs, and waits for Temporal's answer. Throws when Temporal does not take it. */
  startJobNow(organizationId: string, jobId: string): Promise<void>;
  /** Waits until no call is in flight. */
  settled(): Promise<void>;
}

/**
 * Wakes trackers by `signalWithStart`, folded together: one call in flight per shard, and at most one more behind it, however
 * many writes ask (a signal per change is limited to some 300 to 500 a second by the call itself).
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
      } catch (error) {
        // The change is in Postgres; the reconciler wakes its tracker once Temporal is back.
        logger.warn({ organizationId, shard, error: (error as Error).message }, "could not wake a tracker");
        again.delete(key);
      }
    } while (again.has(key));
    inFlight.delete(key);
  }

  async function startJobNow(organizationId: string, jobId: string): Promise<void> {
    await client.withDeadline(Date.now() + DEADLINE_MS, () => startJob(client, taskQueue, organizationId, jobId));
  }

  async function begin(key: string, organizationId: string, jobId: string): Promise<void> {
    try {
      await startJobNow(organizationId, jobId);
    } catch (error) {
      // The job is in Postgres; the reconciler starts it once Temporal is back.
      logger.warn({ organizationId, jobId, error: (error as Error).message }, "could not start a job");
    }
    inFlight.delete(key);
  }

  return {
    wakeNow,
    startJobNow,
    wake({ organizationId, shards, jobs = [] }) {
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
