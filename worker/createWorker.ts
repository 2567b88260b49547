import { fileURLToPath } from "node:url";
import {
  bundleWorkflowCode,
  type NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from "@temporalio/worker";
import type { RunActivities, TrackerActivities } from "../workflows/contract.ts";

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: TrackerActivities & RunActivities;
  bundle: WorkflowBundleWithSourceMap;
  /** Connections in the pool: evaluation never takes the last four. */
  poolSize: number;
}

/** Bundles the workflows; some seconds of work, so do it once. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("../workflows/index.ts", import.meta.url)),
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error },
  });
}

function ignore(): void {
  // The bundler's progress is nobody's concern.
}

/** A worker for every workflow and activity of Tripline. */
export function createWorker(settings: WorkerSettings): Promise<Worker> {
  const evaluations = Math.max(1, settings.poolSize - 4);
  return Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    workflowBundle: settings.bundle,
    activities: settings.activities,
    // Slots beyond the pool would count waiting for a connection as running time.
    maxConcurrentLocalActivityExecutions: evaluations,
    maxConcurrentActivityTaskExecutions: 200,
    maxCachedWorkflows: 500,
    shutdownGraceTime: "10 s",
    shutdownForceTime: "15 s",
  });
}
