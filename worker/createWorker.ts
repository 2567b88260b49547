import { type NativeConnection, Worker } from "@temporalio/worker";
import type { JobActivities, RunActivities, TrackerActivities } from "../workflows/contract.ts";
import type { WorkflowBundle } from "./bundle.ts";

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  /** None where only workflows without activities are served. */
  activities?: TrackerActivities & RunActivities & JobActivities;
  bundle: WorkflowBundle;
  /** Connections in the pool: evaluation never takes the last four. */
  poolSize: number;
}

/** A worker for every workflow and activity of Tripline. */
export function createWorker(settings: WorkerSettings): Promise<Worker> {
  const evaluations = Math.max(1, settings.poolSize - 4);
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    workflowBundle: settings.bundle,
    ...(settings.activities ? { activities: settings.activities } : {}),
    // Slots beyond the pool would count waiting for a connection as running time.
    maxConcurrentLocalActivityExecutions: evaluations,
    maxConcurrentActivityTaskExecutions: 200,
    maxCachedWorkflows: 500,
    // How long a task waits for the worker that had its workflow cached before any other may take it.
    stickyQueueScheduleToStartTimeout: "5 s",
    shutdownGraceTime: "10 s",
    shutdownForceTime: "15 s",
  });
}
