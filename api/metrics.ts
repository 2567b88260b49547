import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { readWaiting } from "../db/metrics.ts";
import type { Deps } from "./deps.ts";
import { createGauges } from "./gauges.ts";
import type { AppEnv } from "./router.ts";

/** Prometheus metrics of one API process and of the queues that all share. */
export function createMetrics({ sql, logger, temporal }: Deps) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ["method", "route", "status"] as const;
  const requests = new Counter({ name: "tripline_http_requests_total", help: "HTTP requests", labelNames, registers });
  const seconds = new Histogram({
    name: "tripline_http_request_seconds",
    help: "Time from a request to its answer",
    labelNames: ["method", "route"] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const databaseUp = new Gauge({ name: "tripline_database_up", help: "1 while Postgres answers", registers });
  const temporalUp = new Gauge({ name: "tripline_temporal_up", help: "1 while Temporal answers", registers });
  const show = createGauges(registry);
  let reading: Promise<void> | undefined;

  async function readQueues(): Promise<void> {
    try {
      show(await readWaiting(sql));
      databaseUp.set(1);
    } catch (error) {
      // The other metrics matter most when the database is gone; what waits stays as it was last read.
      logger.warn({ err: error }, "queues not read");
      databaseUp.set(0);
    }
  }

  async function readTemporal(): Promise<void> {
    temporalUp.set((await temporal.ready().catch(() => false)) ? 1 : 0);
  }

  const middleware: MiddlewareHandler<AppEnv> = async (c, next) => {
    const start = performance.now();
    await next();
    // The route that answered; a later one may match the path as well, as `/v1/rules/:id` does `/v1/rules/order`.
    const labels = { method: c.req.method, route: routePath(c) };
    requests.inc({ ...labels, status: c.res.status });
    seconds.observe(labels, (performance.now() - start) / 1000);
  };

  return {
    middleware,
    async text(): Promise<string> {
      // Whoever asks meanwhile shares the answer: no number of scrapers makes more than one look at a time.
      reading ??= Promise.all([readQueues(), readTemporal()]).then(() => {
        reading = undefined;
      });
      await reading;
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}
