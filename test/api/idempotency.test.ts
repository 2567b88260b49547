import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../helpers/poll.ts";
import { type Client, createTestApi, ROOT, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  await admin.make("/v1/customers", { externalId: "C", name: "Globex" });
});
afterAll(() => api.close());

const invoice = { customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 100 };
const keyed = (key: string) => ({ "Idempotency-Key": key });
const invoices = async () => (await admin.get("/v1/invoices?limit=1")).body.total as number;

test("the same key and body answer the first answer again and do nothing", async () => {
  const before = await invoices();
  const first = await admin.post("/v1/invoices", invoice, keyed("a"));
  const wakes = api.wakes.length;
  const again = await admin.post("/v1/invoices", invoice, keyed("a"));
  expect(again.text).toBe(first.text);
  expect(again.status).toBe(201);
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  expect(await invoices()).toBe(before + 1);
  expect(api.wakes).toHaveLength(wakes);
});

test("a replayed customer has its ETag", async () => {
  const body = { name: "Tagged" };
  await admin.post("/v1/customers", body, keyed("etag"));
  const again = await admin.post("/v1/customers", body, keyed("etag"));
  expect(again.headers.get("etag")).toBe('"1"');
});

test("the same key with another body or another source is 422", async () => {
  await admin.post("/v1/customers", { name: "One" }, keyed("b"));
  const other = await admin.post("/v1/customers", { name: "Two" }, keyed("b"));
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  const source = await admin.post("/v1/customers", { name: "One" }, { ...keyed("b"), "X-Source": "manual" });
  expect(source.status).toBe(422);
});

test("a POST that only looks keeps its first answer under the key too", async () => {
  const rule = {
    name: "R",
    trigger: { type: "customerCreated" },
    actions: [{ type: "assignWorkflow", workflowId: null }],
  };
  const first = await admin.post("/v1/rules/preview", { rule }, keyed("look"));
  expect(first.status).toBe(200);
  await admin.make("/v1/customers", { name: "Later" });
  const again = await admin.post("/v1/rules/preview", { rule }, keyed("look"));
  expect(again.text).toBe(first.text);
  expect((await admin.post("/v1/rules/preview", { rule })).body.matching).toBe(first.body.matching + 1);
  const other = await admin.post("/v1/rules/what-if", { rule, days: 7 }, keyed("look"));
  expect(other.status).toBe(200);
  const changed = await admin.post("/v1/rules/what-if", { rule, days: 8 }, keyed("look"));
  expect(changed).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
});

test("a key ends at its path and at the API key that sent it", async () => {
  const other = await admin.withKey({ scope: "admin" });
  const answers = [
    await admin.post("/v1/customers", { name: "One" }, keyed("c")),
    await other.post("/v1/customers", { name: "One" }, keyed("c")),
    await admin.post("/v1/workflows", { name: "One" }, keyed("c")),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(3);
});

test("a refusal is rolled back but for its answer, which is replayed even when it would succeed now", async () => {
  const body = { ...invoice, customerId: "external:late" };
  const first = await admin.post("/v1/invoices", body, keyed("d"));
  expect(first.status).toBe(422);
  await admin.make("/v1/customers", { externalId: "late", name: "Late" });
  const again = await admin.post("/v1/invoices", body, keyed("d"));
  expect(again.text).toBe(first.text);
  expect(again.headers.get("content-type")).toBe("application/problem+json");
});

test("what the document already refuses may be put right under the same key", async () => {
  expect((await admin.post("/v1/customers", { name: 5 }, keyed("e"))).status).toBe(422);
  expect((await admin.post("/v1/customers", { name: "Right" }, keyed("e"))).status).toBe(201);
});

test("an answer that held a secret is not kept: 409, and no second key is made", async () => {
  const body = { name: "Secret", scope: "read" };
  const first = await admin.post("/v1/api_keys", body, keyed("f"));
  expect(first.status).toBe(201);
  const again = await admin.post("/v1/api_keys", body, keyed("f"));
  expect(again).toMatchObject({ status: 409, body: { code: "idempotency_secret" } });
  const kept = await api.database.sql`select body from idempotency_keys where key like '%api_keys%'`;
  expect(kept).toMatchObject([{ body: null }]);
});

test("an organization is made once under one key", async () => {
  const body = { name: "Twice", owner: { email: "t@t.test", name: "T" } };
  const send = () => api.send(ROOT, "POST", "/admin/organizations", { body, headers: keyed("g") });
  expect((await send()).status).toBe(201);
  expect((await send()).status).toBe(409);
  const rows = await api.database.sql`select id from organizations where name = 'Twice'`;
  expect(rows).toHaveLength(1);
});

describe("many requests with one key at once", () => {
  test("do the work once; the others get its answer or 409", async () => {
    const before = await invoices();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => admin.post("/v1/invoices", invoice, keyed("h"))),
    );
    expect(await invoices()).toBe(before + 1);
    const done = answers.filter((answer) => answer.status === 201);
    expect(new Set(done.map((answer) => answer.body.id)).size).toBe(1);
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
  });

  test("answer 409 while the first is held up", async () => {
    const { sql } = api.database;
    const blocker = await sql.reserve();
    try {
      await blocker`begin`;
      await blocker`select id from customers where external_id = 'C' for update`;
      const first = admin.post("/v1/invoices", invoice, keyed("i"));
      const held = () => sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await eventually(async () => (await held()).length > 0, { message: "the first at the customer's lock" });
      const second = await admin.post("/v1/invoices", invoice, keyed("i"));
      expect(second).toMatchObject({ status: 409, body: { code: "idempotency_in_progress" } });
      await blocker`rollback`;
      expect((await first).status).toBe(201);
    } finally {
      blocker.release();
    }
  });
});

test.each(["", "x".repeat(256), "ü"])("the key %j is refused", async (key) => {
  const answer = await admin.post("/v1/customers", { name: "X" }, keyed(key));
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "Idempotency-Key" }] } });
});

test("a key is forgotten after 24 hours", async () => {
  const first = await admin.post("/v1/customers", { name: "Old" }, keyed("j"));
  await api.database.sql`update idempotency_keys set created_at = now() - interval '25 hours' where key like '% j'`;
  const again = await admin.post("/v1/customers", { name: "New" }, keyed("j"));
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(first.body.id);
});
