import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, Runtime, Worker } from "@temporalio/worker";
import { pino } from "pino";
import { loadConfig } from "../../config.ts";
import { connect } from "../../db/client.ts";
import { announceReady, onShutdown } from "../../scripts/launcher/asChild.ts";
import { connectWorker } from "../../worker/connect.ts";
import { temporalLogger } from "../../worker/temporalLogger.ts";

/** A process that serves one workflow per customer, which updates its row and nothing else. */
const config = loadConfig();
Runtime.install({ logger: temporalLogger(pino({ level: "error" })) });
const sql = connect(config.DATABASE_URL!, { max: config.DATABASE_POOL_SIZE, applicationName: "naive worker" });
const connection = await connectWorker(config);
const worker = await Worker.create({
  connection,
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue: config.TASK_QUEUE,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("naiveWorkflow.ts", import.meta.url)),
  }),
  activities: {
    assign: async (customerId: string) => {
      await sql`update customers set city = 'Lyon', updated_at = now() where id = ${customerId}`;
    },
  },
});
const running = worker.run();
onShutdown(async () => {
  if (worker.getState() === "RUNNING") worker.shutdown();
  await running;
  await connection.close();
  await sql.end({ timeout: 5 });
});
announceReady();
