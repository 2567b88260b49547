import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { connect } from "../../db/client.ts";
import { freePort } from "../helpers/ports.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi({ RATE_LIMIT_PER_MINUTE: 0 });
  admin = await api.organization();
});
afterAll(() => api.close());

test("health, readiness and metrics need no key", async () => {
  expect((await api.send(null, "GET", "/health")).body).toEqual({ status: "ok" });
  expect((await api.send(null, "GET", "/ready")).body).toEqual({ status: "ready", postgres: true, temporal: true });
  const { text } = await api.send(null, "GET", "/metrics");
  expect(text).toContain("process_cpu_seconds_total");
});

test("readiness is 503 and says what cannot be reached", async () => {
  api.temporal.ready = false;
  const logged = api.logged.length;
  const answer = await api.send(null, "GET", "/ready");
  for (let polls = 0; polls < 3; polls++) await api.send(null, "GET", "/ready");
  expect(answer).toMatchObject({ status: 503, body: { code: "not_ready", message: "Temporal cannot be reached." } });
  api.temporal.ready = true;
  await api.send(null, "GET", "/ready");
  const lines = api.logged.slice(logged).map((line) => JSON.parse(line));
  // Probes come every few seconds: only what changes is worth a line above debug.
  expect(lines.filter(({ level }) => level > 20)).toMatchObject([
    { msg: "readiness changed", state: "Temporal cannot be reached." },
    { msg: "readiness changed", state: "ready" },
  ]);
  expect(lines.filter(({ stack }) => stack !== undefined)).toEqual([]);
});

test("the page of the API and all that it loads come from here, so that it works without internet", async () => {
  const page = await api.send(null, "GET", "/docs");
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  expect(loaded.length).toBeGreaterThan(3);
  for (const path of loaded) {
    expect(path).toMatch(/^\/docs\//);
    expect((await api.send(null, "GET", path)).status).toBe(200);
  }
});

test("metrics count requests by route and what waits", async () => {
  await admin.make("/v1/customers", { name: "Globex" });
  await admin.get("/v1/customers/external:none");
  await admin.send("PUT", "/v1/rules/order", { body: { ruleIds: [] } });
  await api.send(null, "GET", "/nowhere");
  await api.database.sql`
    insert into evaluations (change_id, organization_id, customer_id, outcome, evaluated_at)
    select id, organization_id, customer_id, 'failed', now() - interval '23 hours' from changes`;
  const { text } = await api.send(null, "GET", "/metrics");
  expect(text).toMatch(/tripline_http_requests_total\{method="GET",route="\/v1\/customers\/:id",status="404"\} 1/);
  expect(text).toMatch(/tripline_http_requests_total\{method="PUT",route="\/v1\/rules\/order",status="\d+"\} 1/);
  expect(text).toMatch(/tripline_http_requests_total\{method="GET",route="\/\*",status="404"\} 1/);
  expect(text).toMatch(/tripline_changes_failed 1/);
  expect(text).toMatch(/tripline_changes_unevaluated\{lane="live"\} 1/);
  expect(text).toMatch(/tripline_organizations_waiting 1/);
  expect(text).toMatch(/tripline_database_up 1/);
});

describe("request ids", () => {
  test.each([
    ["a sane one is taken", "client-id_1.2:3", true],
    ["one with spaces is replaced", "a b", false],
    ["a long one is replaced", "x".repeat(129), false],
  ])("%s", async (_, given, taken) => {
    const answer = await admin.send("GET", "/v1/organization", { headers: { "X-Request-Id": given } });
    const told = answer.headers.get("x-request-id");
    expect(told === given).toBe(taken);
    expect(told).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  });
});

describe("the rate limit", () => {
  test("holds per key, tells what is left, and says when to come back", async () => {
    const { id: _, ...key } = await admin.make("/v1/api_keys", { name: "Slow", scope: "read", requestsPerMinute: 3 });
    const answers = [];
    for (let sent = 0; sent < 4; sent++) answers.push(await api.send(key, "GET", "/v1/organization"));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => answer.headers.get("ratelimit-remaining"))).toEqual(["2", "1", "0", "0"]);
    const refused = answers[3]!;
    expect(refused.headers.get("ratelimit-limit")).toBe("3");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(20);
    expect(refused.body.code).toBe("rate_limited");
    expect((await admin.get("/v1/organization")).status).toBe(200);
  });

  test("is the installation's where the key has none of its own; wrong secrets use up nothing", async () => {
    const limited = await createTestApi({ RATE_LIMIT_PER_MINUTE: 2 });
    try {
      const client = await limited.organization();
      const wrong = { key: client.keys.key, secret: "wrong" };
      for (let sent = 0; sent < 5; sent++) await limited.send(wrong, "GET", "/v1/organization");
      const statuses = [];
      for (let sent = 0; sent < 3; sent++) statuses.push((await client.get("/v1/organization")).status);
      expect(statuses).toEqual([200, 200, 429]);
    } finally {
      await limited.close();
    }
  });
});

test("a defect answers 500 and tells nothing but the request's id", async () => {
  await api.database.sql`alter table payment_methods rename to gone`;
  const answer = await admin.get("/v1/payment_methods");
  await api.database.sql`alter table gone rename to payment_methods`;
  expect(answer.status).toBe(500);
  expect(answer.body).toMatchObject({ code: "internal", message: "Something went wrong on our side." });
  expect(answer.text).not.toContain("payment_methods");
  expect(api.logged.join("")).toContain(answer.body.requestId);
});

test("a database that cannot be reached answers 503 with Retry-After, and health and metrics still serve", async () => {
  const sql = connect(`postgres://nobody@127.0.0.1:${await freePort()}/none`, { max: 1 });
  const app = createApp({
    ...{ sql, config: api.config, logger: pino({ level: "silent" }), wake: () => undefined },
    temporal: { trackerState: async () => null, ratingSchedule: async () => null, ready: async () => true },
  });
  const headers = { "X-Api-Key": "k", "X-Api-Secret": "s" };
  const answer = await app.request("/v1/customers", { headers });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toMatchObject({ code: "unavailable" });
  expect((await app.request("/ready")).status).toBe(503);
  expect((await app.request("/health")).status).toBe(200);
  expect(await (await app.request("/metrics")).text()).toContain("tripline_database_up 0");
  await sql.end({ timeout: 1 });
});
