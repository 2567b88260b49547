import { z } from "@hono/zod-openapi";
import { ping } from "../db/metrics.ts";
import type { Deps } from "./deps.ts";
import { docsPage } from "./docsPage.ts";
import type { createMetrics } from "./metrics.ts";
import { Problem, problemSchema } from "./problems.ts";
import type { App } from "./router.ts";

const READY_WITHIN_MS = 3_000;

/** The routes that need no key: health, readiness, metrics, the OpenAPI document and its page. */
export function operationsRoutes(app: App, deps: Deps, metrics: ReturnType<typeof createMetrics>): void {
  describe(app);
  app.get("/health", (c) => c.json({ status: "ok" }));
  let told = "ready";
  app.get("/ready", async (c) => {
    const [postgres, temporal] = await Promise.all([
      answers(ping(deps.sql).then(() => true)),
      answers(deps.temporal.ready()),
    ]);
    const missing = [...(postgres ? [] : ["Postgres"]), ...(temporal ? [] : ["Temporal"])].join(" and ");
    const state = missing === "" ? "ready" : `${missing} cannot be reached.`;
    if (state !== told) deps.logger.warn({ state }, "readiness changed");
    told = state;
    if (missing !== "") throw new Problem(503, "not_ready", state, [], { "Retry-After": "1" });
    return c.json({ status: "ready", postgres: true, temporal: true });
  });
  app.get("/metrics", async (c) => c.body(await metrics.text(), 200, { "Content-Type": metrics.contentType }));

  let document: ReturnType<App["getOpenAPI31Document"]> | undefined;
  app.get("/openapi.json", (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Tripline",
        version: "1",
        description:
          "Durable rules for accounts receivable. Amounts are integers in minor units, days are ISO dates in the " +
          "organization's time zone, `{id}` is an id of ours or `external:<externalId>`.",
        license: { name: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
    });
    return c.json(document);
  });

  docsPage(app);
}

/** False when it fails or takes longer than a probe waits. */
async function answers(check: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, false);
  });
  try {
    return await Promise.race([check.catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(app: App): void {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "X-Api-Key" });
  registry.registerComponent("securitySchemes", "apiSecret", { type: "apiKey", in: "header", name: "X-Api-Secret" });
  const status = (example: object) => ({
    description: "OK",
    content: { "application/json": { schema: z.looseObject({ status: z.string() }).openapi({ example }) } },
  });
  const page = (type: string, what: string) => ({
    description: what,
    content: { [type]: { schema: z.string().openapi({ example: what }) } },
  });
  const notReady = {
    description: "Postgres or Temporal cannot be reached.",
    content: { "application/problem+json": { schema: problemSchema } },
  };
  const operation = (path: string, summary: string, responses: object) =>
    registry.registerPath({
      method: "get",
      path,
      tags: ["Operation"],
      summary,
      operationId: `get${path.replace(/\W/g, " ").replace(/(?: |^)\w/g, (word) => word.trim().toUpperCase())}`,
      security: [],
      responses: responses as Parameters<typeof registry.registerPath>[0]["responses"],
    });
  operation("/health", "The process serves", { 200: status({ status: "ok" }) });
  operation("/ready", "Postgres and Temporal can be reached", {
    200: status({ status: "ready", postgres: true, temporal: true }),
    503: notReady,
  });
  operation("/metrics", "Prometheus metrics", { 200: page("text/plain", "# HELP tripline_http_requests_total") });
  operation("/docs", "This document as a page", { 200: page("text/html", "<!doctype html>") });
}
