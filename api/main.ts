import { serve } from "@hono/node-server";
import { pino } from "pino";
import { connect } from "../db/client.ts";
import { claimInstallation, WrongNamespace } from "../db/installation.ts";
import { announceReady, exitMisconfigured, loadConfigOrExit, onShutdown } from "../scripts/launcher/asChild.ts";
import { connectClient } from "../temporal/connect.ts";
import { describeRatingSchedule } from "../temporal/schedules.ts";
import { queryTracker, temporalReady } from "../temporal/tracked.ts";
import { createWaker } from "../temporal/waker.ts";
import { createApp } from "./app.ts";
import { answerUnparsable } from "./unparsable.ts";

/** How long (ms) requests under way may take to end once the API is told to stop. */
const DRAIN_MS = 8_000;

/** A filter of a hundred conditions travels in the address; Node's own 16 KiB would refuse it. */
const MAX_HEADER_BYTES = 128 * 1024;
/** Beyond the idle time of usual clients and load balancers (60 s): who closes first must not be the server, with a request on its way. */
const KEEP_ALIVE_MS = 65_000;

const config = loadConfigOrExit();
if (config.DATABASE_URL === undefined) {
  exitMisconfigured("Set DATABASE_URL for the API; `npm start` brings a Postgres of its own.");
}
const logger = pino({ level: config.LOG_LEVEL, base: { process: "api" } });
const sql = connect(config.DATABASE_URL, { max: config.DATABASE_POOL_SIZE, applicationName: "tripline api" });
try {
  await claimInstallation(sql, config.TEMPORAL_NAMESPACE);
} catch (error) {
  if (error instanceof WrongNamespace) exitMisconfigured(error.message);
  throw error;
}

const client = connectClient(config);
const waker = createWaker(client, config.TASK_QUEUE, logger);
const app = createApp({
  sql,
  config,
  logger,
  wake: (wake) => waker.wake(wake),
  temporal: {
    trackerState: (organizationId, customerId, shard) => queryTracker(client, organizationId, customerId, shard),
    ratingSchedule: (organizationId) => describeRatingSchedule(client, organizationId),
    ready: () => temporalReady(client),
  },
});

const server = serve(
  {
    fetch: app.fetch,
    hostname: config.HOST,
    port: config.PORT,
    serverOptions: { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
  },
  ({ address, port }) => {
    logger.info({ address, port }, "api ready");
    announceReady({ port });
  },
);

answerUnparsable(server);
server.on("error", (error: NodeJS.ErrnoException) => {
  const where = `${config.HOST}:${config.PORT}`;
  if (error.code === "EADDRINUSE")
    exitMisconfigured(`Port ${config.PORT} is taken: ${where} cannot be listened on. Set PORT.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "EACCES") {
    exitMisconfigured(`${where} cannot be listened on (${error.code}). Set HOST and PORT.`);
  }
  throw error;
});

onShutdown(async (reason) => {
  logger.info({ reason }, "api stops");
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ("closeIdleConnections" in server) server.closeIdleConnections();
  const overdue = setTimeout(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
  }, DRAIN_MS);
  await closed;
  clearTimeout(overdue);
  // A wake-up that is under way may still go through; what does not is found by the reconciler.
  await Promise.race([waker.settled(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  await client.connection.close();
  await sql.end({ timeout: 5 });
});
