import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentedRoutes } from "./support/documented.ts";
import { CALLERS, type CallerName, MAKERS, TABLE } from "./support/permissionTable.ts";
import { type Client, createTestApi, ROOT, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let root: Client;
let stranger: Client;
const callers = {} as Record<CallerName, Client>;
const ids: Record<string, string> = {};
let made = 0;

beforeAll(async () => {
  api = await createTestApi();
  root = await api.organization();
  stranger = await api.organization({ name: "Stranger", owner: { email: "s@stranger.test", name: "S" } });
  const userKey = async (email: string, fields: object) => {
    const user = await root.make("/v1/users", { email, name: email, ...fields });
    return root.withKey({ userId: user.id });
  };
  callers.adminKey = root;
  callers.writeKey = await root.withKey({ scope: "write" });
  callers.readKey = await root.withKey({ scope: "read" });
  callers.owner = await root.withKey({ userId: "o@acme.test" });
  callers.admin = await userKey("admin@acme.test", { role: "admin" });
  callers.financeUser = await userKey("fin@acme.test", { position: "financeUser" });
  callers.accountManager = await userKey("am@acme.test", { position: "accountManager" });
  for (const noun of Object.keys(MAKERS)) await make(noun);
  for (const status of ["awaitingApproval", "completed"]) {
    await api.database.sql`update backfills set status = ${status} where id = ${ids[status]!}`;
  }
  ids.change = (await root.get("/v1/changes")).body.changes[0].id;
  ids.failedChange = await failChange();
  ids.run = await makeRun();
  ids.activeRule = (await root.make(...MAKERS.rule!)).id;
  await root.make(`/v1/rules/${ids.activeRule}/activate`, {});
  const [done] = await api.database.sql<{ id: string }[]>`
    insert into backfills (id, organization_id, status, rules, dry_run, notifications, irreversible, source, actor)
    values (gen_random_uuid(), ${root.organizationId}, 'completed', '[]', false, false, false, 'api', ${api.database.sql.json({ keyId: ids.key! })}) returning id`;
  ids.appliedBackfill = done!.id;
  for (const [name, status, action] of [
    ["openRun", "waiting", "waiting"],
    ["cancelledRun", "cancelled", "cancelled"],
    ["failedRun", "failed", "failed"],
    ["doneRun", "applied", "applied"],
  ] as const) {
    ids[name] = await makeRun(ids.activeRule, status, [{ type: "excludeCustomer", status: action }]);
  }
});
afterAll(() => api.close());

async function make(noun: string): Promise<void> {
  const [path, body] = MAKERS[noun]!;
  ids[noun] = (await root.make(path, filled(body))).id;
}

/** A change whose evaluation failed: the latest one. */
async function failChange(): Promise<string> {
  const [row] = await api.database.sql<{ id: string }[]>`
    with failed as (
      delete from change_queue where organization_id = ${root.organizationId} and seq = (
        select max(seq) from change_queue where organization_id = ${root.organizationId}) returning *)
    insert into evaluations (change_id, organization_id, customer_id, outcome, error)
    select change_id, organization_id, customer_id, 'failed', 'no room' from failed returning change_id as id`;
  return row!.id;
}

async function makeRun(ruleId = ids.rule!, status = "applied", actions: object[] = []): Promise<string> {
  const { sql } = api.database;
  const [row] = await sql<{ id: string }[]>`
    insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, kind, status, actions)
    select gen_random_uuid(), organization_id, ${ruleId}, 1, customer_id, id, root_id, 'backfill', ${status}, ${sql.json(actions as never)}
    from changes where id = ${ids.change!} returning id`;
  return row!.id;
}

/** The same with ids and new texts in place of what stands for them. */
function filled<T>(value: T): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value).replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "unique") return `x${++made}`;
    return ids[name] ?? `no ${name}`;
  });
  return JSON.parse(text);
}

async function send(by: Client, method: string, path: string, body: unknown) {
  if (path.endsWith("/order")) {
    const { rules } = (await root.get("/v1/rules?limit=500")).body;
    return by.send(method, path, { body: { ruleIds: rules.map((listed: { id: string }) => listed.id) } });
  }
  if (typeof body === "string") {
    return by.send(method, path, { raw: body, headers: { "Content-Type": "text/csv" } });
  }
  return by.send(method, filled(path), body === undefined ? {} : { body: filled(body) });
}

test("the table names every route that needs an organization's key", () => {
  const named = new Set(TABLE.map(([method, path]) => `${method} ${path.replace(/\{\w+\}/g, "{id}")}`));
  const documented = documentedRoutes(api.app)
    .filter((route) => route.path.startsWith("/v1/"))
    .map((route) => `${route.method.toUpperCase()} ${route.path}`);
  expect(documented.filter((route) => !named.has(route))).toEqual([]);
});

describe.each(TABLE)("%s %s %j", (method, path, body, allowed, hiddenFrom = []) => {
  /** Nothing else can be tried on what this leaves behind. */
  const isFinal =
    method === "DELETE" || path.endsWith("/exclude") || JSON.stringify(body)?.includes("accountManagerId");
  const noun = /\{(\w+)\}/.exec(path)?.[1];

  test(`is for ${allowed.length === CALLERS.length ? "everybody" : allowed.join(", ") || "none of them"}`, async () => {
    for (const name of CALLERS) {
      if (isFinal) await make(noun!);
      const answer = await send(callers[name], method, path, body);
      const right = allowed.includes(name);
      if (hiddenFrom.includes(name)) {
        expect(answer.status, name).toBe(404);
        continue;
      }
      expect(answer.status === 403, `${name}: ${answer.status} ${answer.text}`).toBe(!right);
      if (right) expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(300);
    }
    if (isFinal) await make(noun!);
  });

  test("finds nothing of this organization by another's key, and nothing at all without a right one", async () => {
    const answer = await send(stranger, method, path, body);
    if (noun !== undefined) expect(answer.status).toBe(404);
    else for (const id of Object.values(ids)) expect(answer.text).not.toContain(id);
    const none = await api.send(null, method, filled(path));
    const wrong = await api.send({ key: root.keys.key, secret: "wrong" }, method, filled(path));
    expect([none.status, wrong.status]).toEqual([401, 401]);
  });
});

describe("an account manager", () => {
  test("sees only the customers assigned to them, everywhere, and in every total", async () => {
    const hidden = await root.make("/v1/customers", { name: "Hidden", externalId: "hidden" });
    const { customerId: _, ...invoice } = MAKERS.invoice![1] as Record<string, unknown>;
    await root.make("/v1/invoices", { ...invoice, customerId: hidden.id });
    const manager = callers.accountManager;
    for (const plural of ["customers", "invoices", "payments", "changes", "runs", "notifications"]) {
      const { body } = await manager.get(`/v1/${plural}?limit=500`);
      expect(body.total, plural).toBe(body[plural].length);
      expect(JSON.stringify(body)).not.toContain(hidden.id);
      const own = await manager.get(`/v1/${plural}?limit=500&customerId=${hidden.id}`);
      if (plural !== "customers") expect(own.body.total, plural).toBe(0);
    }
    for (const path of ["", "/invoices", "/timeline", "/evaluations", "/runs", "/tracking"]) {
      expect((await manager.get(`/v1/customers/external:hidden${path}`)).status, path).toBe(404);
    }
    const [change] = (await root.get(`/v1/changes?customerId=${hidden.id}`)).body.changes;
    expect((await manager.get(`/v1/changes/${change.id}`)).status).toBe(404);
    expect((await manager.get(`/v1/changes/${change.id}/explain`)).status).toBe(404);
    expect((await manager.post(`/v1/customers/${hidden.id}/timeline`, { text: "x" })).status).toBe(404);
  });
});

test("an item of a bulk that sets assignments is refused alone where the caller may not", async () => {
  const items = [{ name: "One" }, { name: "Two", userIds: [] }];
  const { body } = await callers.financeUser.post("/v1/bulk/customers", { items });
  expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 403]);
});

describe("X-Source", () => {
  test.each([
    ["adminKey", 200],
    ["owner", 200],
    ["writeKey", 403],
    ["readKey", 403],
    ["financeUser", 403],
  ] as const)("manual by %s is %i", async (name, status) => {
    const answer = await callers[name].send("GET", "/v1/organization", { headers: { "X-Source": "manual" } });
    expect(answer.status).toBe(status);
  });

  test("is the source of the change, and an unknown one is refused", async () => {
    const made = await root.post("/v1/customers", { name: "By hand" }, { "X-Source": "csv" });
    const { body } = await root.get(`/v1/changes?customerId=${made.body.id}`);
    expect(body.changes[0].source).toBe("csv");
    const wrong = await root.post("/v1/customers", { name: "By rule" }, { "X-Source": "rule" });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "X-Source" }] } });
  });
});

test("a revoked key and a changed role bite at once", async () => {
  const made = await root.make("/v1/api_keys", { name: "Short", scope: "read" });
  expect((await api.send(made, "GET", "/v1/organization")).status).toBe(200);
  await root.send("DELETE", `/v1/api_keys/${made.id}`);
  expect((await api.send(made, "GET", "/v1/organization")).status).toBe(401);

  const user = await root.make("/v1/users", { email: "rise@acme.test", name: "Rise", position: "financeUser" });
  const riser = await root.withKey({ userId: user.id });
  expect((await riser.post("/v1/workflows", { name: "No" })).status).toBe(403);
  await root.patch(`/v1/users/${user.id}`, { role: "admin" });
  expect((await riser.post("/v1/workflows", { name: "Yes" })).status).toBe(201);
});

test("the root key opens /admin alone, and no other key does", async () => {
  const body = { name: "N", owner: { email: "n@n.test", name: "N" } };
  expect((await root.post("/admin/organizations", body)).status).toBe(401);
  expect((await api.send({ ...ROOT, secret: "x" }, "POST", "/admin/organizations", { body })).status).toBe(401);
  expect((await api.send(ROOT, "GET", "/v1/customers")).status).toBe(401);
  const made = await api.send(ROOT, "POST", "/admin/organizations", { body });
  expect(made.body).toMatchObject({
    timeZone: "UTC",
    currency: "EUR",
    owner: { role: "owner" },
    apiKey: { scope: "admin" },
  });
});
