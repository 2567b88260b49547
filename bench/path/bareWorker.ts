import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, Runtime } from "@temporalio/worker";
import { pino } from "pino";
import { loadConfig } from "../../config.ts";
import { announceReady, onShutdown } from "../../scripts/launcher/asChild.ts";
import { connectWorker } from "../../worker/connect.ts";
import { createWorker } from "../../worker/createWorker.ts";
import { temporalLogger } from "../../worker/temporalLogger.ts";

/** A process like Tripline's worker, with the same settings, that serves the empty workflow alone. */
const config = loadConfig();
Runtime.install({ logger: temporalLogger(pino({ level: "error" })) });
const workflowsPath = fileURLToPath(new URL("emptyWorkflow.ts", import.meta.url));
const connection = await connectWorker(config);
const worker = await createWorker({
  connection,
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue: config.TASK_QUEUE,
  bundle: await bundleWorkflowCode({ workflowsPath }),
  poolSize: config.DATABASE_POOL_SIZE,
});
const running = worker.run();
onShutdown(async () => {
  if (worker.getState() === "RUNNING") worker.shutdown();
  await running;
  await connection.close();
});
announceReady();
