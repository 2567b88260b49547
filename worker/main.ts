import { Runtime } from "@temporalio/worker";
import { pino } from "pino";
import { createActivities } from "../activities/index.ts";
import { createSenders } from "../activities/senders.ts";
import { connect } from "../db/client.ts";
import { RulesetCache } from "../db/evaluation/rulesetCache.ts";
import { claimInstallation, WrongNamespace } from "../db/installation.ts";
import { exitMisconfigured, loadConfigOrExit } from "../scripts/launcher/asChild.ts";
import { connectClient } from "../temporal/connect.ts";
import { startRuns } from "../temporal/startRuns.ts";
import { createWaker } from "../temporal/waker.ts";
import { workflowBundle } from "./bundle.ts";
import { connectWorker } from "./connect.ts";
import { createDeliveryWorker, createWorker } from "./createWorker.ts";
import { startReconciler } from "./reconciler.ts";
import { temporalLogger } from "./temporalLogger.ts";

const config = loadConfigOrExit();
const logger = pino({ level: config.LOG_LEVEL, base: { process: "worker" } });
if (!config.DATABASE_URL)
  exitMisconfigured("Set DATABASE_URL for the worker; `npm start` brings a Postgres of its own.");
Runtime.install({ logger: temporalLogger(logger), telemetryOptions: { logging: { forward: {}, filter: "WARN" } } });

const sql = connect(config.DATABASE_URL, { max: config.DATABASE_POOL_SIZE, applicationName: "tripline worker" });
try {
  await claimInstallation(sql, config.TEMPORAL_NAMESPACE);
} catch (error) {
  if (error instanceof WrongNamespace) exitMisconfigured(error.message);
  throw error;
}
const client = connectClient(config);
const waker = createWaker(client, config.TASK_QUEUE, logger);
const senders = createSenders({
  allowPrivate: config.ALLOW_PRIVATE_WEBHOOKS,
  smtp: config.SMTP_URL ? { url: config.SMTP_URL, from: config.SMTP_FROM } : null,
});
const [connection, bundle] = await Promise.all([connectWorker(config), workflowBundle(config.cacheDir)]);
const activities = createActivities({
  sql,
  rulesets: new RulesetCache(),
  senders,
  logger,
  startRuns: (organizationId, notifications) => {
    startRuns(client, config.TASK_QUEUE, organizationId, notifications).catch((error: Error) => {
      logger.warn({ organizationId, error: error.message }, "could not start a run workflow; the reconciler will");
    });
  },
  wake: (wake) => waker.wake(wake),
});
const place = { connection, namespace: config.TEMPORAL_NAMESPACE, taskQueue: config.TASK_QUEUE, activities };
const workers = await Promise.all([
  createWorker({ ...place, bundle, poolSize: config.DATABASE_POOL_SIZE }),
  createDeliveryWorker(place),
]);
const reconciler = startReconciler({ sql, client, taskQueue: config.TASK_QUEUE, waker, logger });

// The launcher is gone: nobody would stop this process any more.
process.once("disconnect", () => {
  for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
});
const running = Promise.all(workers.map((worker) => worker.run()));
process.send?.({ ready: true });
logger.info({ taskQueue: config.TASK_QUEUE, namespace: config.TEMPORAL_NAMESPACE }, "worker ready");
await running;
await reconciler.stop();
await senders.close();
await connection.close();
await client.connection.close();
await sql.end({ timeout: 5 });
if (process.connected) process.disconnect();
