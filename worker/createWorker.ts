import { type NativeConnection, Worker } from "@temporalio/worker";
import { ACTIVITIES_AT_ONCE, type Activities, DELIVERIES_AT_ONCE } from "../activities/index.ts";
import { PARTS } from "../db/evaluation/readBatch.ts";
import { type DeliveryActivities, deliveriesQueue } from "../workflows/contract.ts";
import type { WorkflowBundle } from "./bundle.ts";

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  /** None where only workflows without activities are served. */
  activities?: Activities;
  bundle: WorkflowBundle;
  /** Connections in the pool: evaluation never takes the last four. */
  poolSize: number;
}

/** A worker for every workflow and activity of Tripline; deliveries have one of their own beside it. */
export function createWorker(settings: WorkerSettings): Promise<Worker> {
  // An evaluation of a long queue takes a connection for each part of it.
  const evaluations = Math.max(1, Math.floor((settings.poolSize - 4) / PARTS));
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    workflowBundle: settings.bundle,
    ...(settings.activities ? { activities: settings.activities } : {}),
    // Slots beyond the pool would count waiting for a connection as running time.
    maxConcurrentLocalActivityExecutions: evaluations,
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    maxCachedWorkflows: 500,
    // How long a task waits for the worker that had its workflow cached before any other may take it.
    stickyQueueScheduleToStartTimeout: "5 s",
    shutdownGraceTime: "10 s",
    shutdownForceTime: "15 s",
  });
}

/** A worker that delivers notifications and nothing else, so that slow receivers take no place from evaluation, jobs or claims. */
export function createDeliveryWorker(
  settings: Pick<WorkerSettings, "connection" | "namespace" | "taskQueue"> & { activities: DeliveryActivities },
): Promise<Worker> {
  const { deliverNotification } = settings.activities;
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: deliveriesQueue(settings.taskQueue),
    activities: { deliverNotification },
    maxConcurrentActivityTaskExecutions: DELIVERIES_AT_ONCE,
    shutdownGraceTime: "10 s",
    shutdownForceTime: "15 s",
  });
}
