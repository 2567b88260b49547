import { serve } from "@hono/node-server";
import { pino } from "pino";
import { createApp } from "../../api/app.ts";
import type { Sql } from "../../db/client.ts";
import { queryTracker, temporalReady } from "../../temporal/tracked.ts";
import type { TestWorker } from "../workflows/support/testWorker.ts";
import { ApiClient } from "./apiClient.ts";

const ROOT = { key: "root_key_of_a_test", secret: "root_secret_of_a_test" };

/** The API in this process behind a real HTTP server, beside a worker in this process. */
export interface ApiServer {
  root: ApiClient;
  close(): Promise<void>;
}

export function startApiServer(sql: Sql, { client, waker }: TestWorker): Promise<ApiServer> {
  const app = createApp({
    sql,
    config: {
      ROOT_API_KEY: ROOT.key,
      ROOT_API_SECRET: ROOT.secret,
      RATE_LIMIT_PER_MINUTE: 0,
      ALLOW_PRIVATE_WEBHOOKS: true,
    },
    logger: pino({ level: "silent" }),
    wake: (wake) => waker.wake(wake),
    temporal: {
      trackerState: (organizationId, customerId, shard) => queryTracker(client, organizationId, customerId, shard),
      // Nobody looks at it here, and the time-skipping server has none.
      ratingSchedule: async () => null,
      ready: () => temporalReady(client),
    },
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
      resolve({
        root: new ApiClient(`http://127.0.0.1:${port}`, ROOT),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
  });
}
