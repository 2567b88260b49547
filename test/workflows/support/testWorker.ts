import type { Client, Connection } from "@temporalio/client";
import * as temporal from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime } from "@temporalio/worker";
import { pino } from "pino";
import { createActivities } from "../../../activities/index.ts";
import { createSenders } from "../../../activities/senders.ts";
import { loadConfig } from "../../../config.ts";
import { connect, type Sql } from "../../../db/client.ts";
import { RulesetCache } from "../../../db/evaluation/rulesetCache.ts";
import { startRuns } from "../../../temporal/startRuns.ts";
import { createWaker, type Waker } from "../../../temporal/waker.ts";
import { workflowBundle } from "../../../worker/bundle.ts";
import { createDeliveryWorker, createWorker } from "../../../worker/createWorker.ts";
import type { ReconcilerDeps } from "../../../worker/reconciler.ts";
import { NAMESPACE, uniqueTaskQueue } from "../../helpers/temporal.ts";

const POOL = 12;

/** A whole worker of the product on its own task queue, in this process, with the pools that belong to it. */
export interface TestWorker {
  client: Client;
  taskQueue: string;
  waker: Waker;
  /** What the reconciler needs, so that a test can do its rounds by hand. */
  reconciler: ReconcilerDeps;
  sql: Sql;
  stop(): Promise<void>;
}

export interface TestWorkerOptions {
  databaseUrl: string;
  temporalAddress: string;
  /** Whether webhooks may reach this machine. */
  allowPrivate?: boolean;
  /** Where mail goes out; without it mails fail. */
  smtpUrl?: string;
  /** Whether planned notifications start their run workflow at once; without it only the reconciler does. */
  startsRuns?: boolean;
}

export async function startTestWorker(options: TestWorkerOptions): Promise<TestWorker> {
  quiet();
  const { databaseUrl, temporalAddress, allowPrivate = true, smtpUrl, startsRuns = true } = options;
  const logger = pino({ level: "silent" });
  const taskQueue = uniqueTaskQueue("workflows");
  const sql = connect(databaseUrl, { max: POOL, applicationName: "tripline test worker" });
  const connection: Connection = await temporal.Connection.connect({ address: temporalAddress });
  const client = new temporal.Client({ connection, namespace: NAMESPACE });
  const waker = createWaker(client, taskQueue, logger);
  const senders = createSenders({
    allowPrivate,
    smtp: smtpUrl === undefined ? null : { url: smtpUrl, from: "Tripline <tripline@acme.test>" },
  });
  const native = await NativeConnection.connect({ address: temporalAddress });
  const starts = new Set<Promise<void>>();
  const activities = createActivities({
    sql,
    rulesets: new RulesetCache(),
    senders,
    logger,
    startRuns: (organizationId, notifications) => {
      if (!startsRuns) return;
      const start = startRuns(client, taskQueue, organizationId, notifications).finally(() => starts.delete(start));
      starts.add(start);
    },
    wake: (wake) => waker.wake(wake),
  });
  const place = { connection: native, namespace: NAMESPACE, taskQueue, activities };
  const workers = await Promise.all([
    createWorker({ ...place, bundle: await workflowBundle(loadConfig().cacheDir), poolSize: POOL }),
    createDeliveryWorker(place),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    ...{ client, taskQueue, waker, sql },
    reconciler: { sql, client, taskQueue, waker, logger },
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await Promise.all([waker.settled(), ...starts]);
      await senders.close();
      await native.close();
      await connection.close();
      await sql.end({ timeout: 5 });
    },
  };
}

let isQuiet = false;

/** The SDK's own lines would drown the test's. */
export function quiet(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger("ERROR"),
    telemetryOptions: { logging: { forward: {}, filter: "ERROR" } },
  });
}
