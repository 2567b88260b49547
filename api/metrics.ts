import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { queueDepths } from "../db/metrics.ts";
import type { Deps } from "./deps.ts";
import type { AppEnv } from "./router.ts";

/** Prometheus metrics of one API process and of the queues that all share. */
export function createMetrics({ sql, logger }: Deps) {
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
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const databaseUp = gauge("tripline_database_up", "1 while Postgres answers");
  const unevaluated = new Gauge({
    name: "tripline_changes_unevaluated",
    help: "Changes that no evaluation has recorded yet",
    labelNames: ["lane"] as const,
    registers,
  });
  const organizations = gauge("tripline_organizations_waiting", "Organizations with unevaluated changes");
  const oldest = gauge("tripline_changes_oldest_seconds", "Age of the oldest unevaluated change");
  const failed = gauge("tripline_changes_failed", "Changes of the last 24 hours whose evaluation failed");
  const notifications = gauge("tripline_notifications_planned", "Notifications not yet sent");

  async function readQueues(): Promise<void> {
    try {
      const depths = await queueDepths(sql);
      databaseUp.set(1);
      unevaluated.set({ lane: "live" }, depths.unevaluated.live);
      unevaluated.set({ lane: "background" }, depths.unevaluated.background);
      organizations.set(depths.organizationsWaiting);
      oldest.set(depths.oldestSeconds);
      failed.set(depths.failedLately);
      notifications.set(depths.notificationsPlanned);
    } catch (error) {
      // The other metrics matter most when the database is gone.
      logger.warn({ err: error }, "queues not read");
      databaseUp.set(0);
    }
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
      await readQueues();
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}
