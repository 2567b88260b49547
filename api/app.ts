import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { routePath } from "hono/route";
import { newId } from "../db/uuid.ts";
import type { Deps } from "./deps.ts";
import { asProblem } from "./errors.ts";
import { createMetrics } from "./metrics.ts";
import { operationsRoutes } from "./operations.ts";
import { Problem, problemBody } from "./problems.ts";
import { type App, type AppEnv, Router } from "./router.ts";
import { allRoutes } from "./routes/index.ts";

export type { Deps } from "./deps.ts";

const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The whole HTTP side as one Hono app; it keeps no state but caches. */
export function createApp(deps: Deps): App {
  const app: App = new OpenAPIHono<AppEnv>();
  const metrics = createMetrics(deps);

  app.use("*", async (c, next) => {
    const given = c.req.header("x-request-id");
    const requestId = given !== undefined && SANE_REQUEST_ID.test(given) ? given : newId();
    c.set("requestId", requestId);
    c.header("X-Request-Id", requestId);
    c.header("X-Content-Type-Options", "nosniff");
    await next();
  });
  app.use("*", metrics.middleware);
  app.use("*", log(deps));
  app.use(
    "*",
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const Allow = ofLiteralPath(app, c.req.path, methods).join(", ");
        return answer(c, new Problem(405, "method_not_allowed", "This path has other methods.", [], { Allow }));
      },
    }),
  );

  allRoutes(new Router(app, deps));
  operationsRoutes(app, deps, metrics);

  app.notFound((c) => answer(c, new Problem(404, "not_found", "There is no such path.")));
  app.onError((error, c) => answer(c, problemOf(error, c, deps)));
  return app;
}

/** The methods of a path without those of a pattern that it meets too, as `/v1/rules/order` does `/v1/rules/{id}`. */
function ofLiteralPath(app: App, path: string, methods: readonly string[]): readonly string[] {
  const literal = app.routes.filter((route) => route.path === path).map((route) => route.method);
  if (literal.length === 0) return methods;
  return methods.filter((method) => literal.includes(method) || (method === "HEAD" && literal.includes("GET")));
}

/** One line per request, with neither query, body nor secret in it. */
function log({ logger }: Deps) {
  return async (c: Context<AppEnv>, next: () => Promise<void>) => {
    const start = performance.now();
    await next();
    const { status } = c.res;
    const route = routePath(c);
    const line = {
      requestId: c.get("requestId"),
      method: c.req.method,
      route,
      status,
      ms: Math.round(performance.now() - start),
    };
    // Probes ask every few seconds; what they are told is logged when it changes.
    if (route === "/ready") logger.debug(line, "request");
    else if (status >= 500) logger.error(line, "request failed");
    else logger.info(line, "request");
  };
}

function problemOf(error: unknown, c: Context<AppEnv>, { logger }: Deps): Problem {
  if (error instanceof Problem) return error;
  const problem = asProblem(error) ?? fromHono(error);
  if (problem !== null && problem.status < 500) return problem;
  // Only what names the place: a database error's detail would repeat the client's data.
  const { name, message, code, stack } = error as Error & { code?: string };
  logger.error({ requestId: c.get("requestId"), name, message, code, stack }, "unexpected error");
  return problem ?? new Problem(500, "internal", "Something went wrong on our side.");
}

function fromHono(error: unknown): Problem | null {
  if (!(error instanceof HTTPException) || error.status >= 500) return null;
  return new Problem(400, "malformed", "The request is not well-formed.");
}

function answer(c: Context<AppEnv>, problem: Problem): Response {
  const body = JSON.stringify(problemBody(problem, c.get("requestId")));
  return c.body(body, problem.status, { ...problem.headers, "Content-Type": "application/problem+json" });
}
