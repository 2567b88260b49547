import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

/** Texts that end a literal, a comment, a pattern, a template or a path wherever one is glued together instead of bound. */
const HOSTILE = [
  "'; drop table customers; --",
  "') or ('1'='1",
  '"; select pg_sleep(30); --',
  "\\'; truncate changes; --",
  "$1 $$ %_\\ /* */ ::uuid",
  "{{ 'x' | append: y }}{% raw %}",
  "../../etc/passwd\r\nX-Injected: 1",
  "\u202e\u0007\uffff👩‍👩‍👧",
];

let api: TestApi;
let admin: Client;
/** Takes what may exclude customers or delete things. */
let victim: Client;
beforeAll(async () => {
  api = await createTestApi();
  [admin, victim] = [await api.organization(), await api.organization({ name: "Victim" })];
  for (const one of [admin, victim]) await one.make("/v1/customers", { externalId: "C-1", name: "Globex" });
});
afterAll(() => api.close());

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string; example?: unknown; properties?: object } }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { example?: unknown }> };
}

async function operations() {
  const { paths, components } = (await api.send(null, "GET", "/openapi.json")).body as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const content = Object.entries(operation.requestBody?.content ?? {})[0];
      const schema = content?.[1].schema;
      const named = schema?.$ref === undefined ? schema : components.schemas[schema.$ref.split("/").at(-1)!];
      const example: unknown = content?.[0] === "application/json" ? named?.example : undefined;
      const query = (operation.parameters ?? []).flatMap((one) => (one.in === "query" ? [one.name] : []));
      return { path, method: method.toUpperCase(), query, example };
    }),
  );
}

/** The example with this text in place of one of its texts, for each of them. */
function* spoiled(value: unknown, text: string): Generator<unknown> {
  if (typeof value === "string") yield text;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const one of spoiled(item, text)) yield value.with(index, one);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      for (const one of spoiled(inner, text)) yield { ...value, [key]: one };
      if (text.length < 200) yield { ...value, [text]: inner };
    }
  }
}

async function tables(): Promise<unknown> {
  return await api.database.sql`
    select table_name from information_schema.tables where table_schema = 'public' order by table_name`;
}

test("SQL in every text of every body is data: never a 5xx, never an undocumented answer", async () => {
  const before = await tables();
  let sent = 0;
  for (const { path, method, example } of await operations()) {
    for (const text of HOSTILE) {
      for (const body of spoiled(example, text)) {
        const answer = await victim.send(method, path.replace("{id}", "external:C-1"), { body });
        expect(answer.status, `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`).toBeLessThan(500);
        sent += 1;
      }
    }
  }
  expect(sent).toBeGreaterThan(1_000);
  expect(await tables()).toEqual(before);
});

test("SQL in every path and query parameter is data", async () => {
  for (const { path, method, query } of await operations()) {
    for (const text of HOSTILE) {
      const escaped = encodeURIComponent(text);
      if (path.includes("{id}")) {
        for (const id of [escaped, `external:${escaped}`]) {
          const answer = await victim.send(method, path.replace("{id}", id), {});
          expect(answer.status, `${method} ${path} ${text}: ${answer.text}`).toBeLessThan(500);
        }
      }
      for (const name of method === "GET" ? query : []) {
        const answer = await victim.get(`${path.replace("{id}", "external:C-1")}?${name}=${escaped}`);
        expect(answer.status, `${path} ${name}=${text}: ${answer.text}`).toBeLessThan(500);
      }
    }
  }
});

test.each(HOSTILE)("the text %j is kept as given and found again", async (text) => {
  const fields = { name: text, externalId: text, city: text, language: text.slice(0, 35) };
  const made = await admin.make("/v1/customers", fields);
  expect(made).toMatchObject(fields);
  expect((await admin.get(`/v1/customers/external:${encodeURIComponent(text)}`)).body).toMatchObject({ id: made.id });
  const filter = JSON.stringify([{ field: "city", op: "is", values: [text] }]);
  for (const query of [`name=${encodeURIComponent(text)}`, `filter=${encodeURIComponent(filter)}`]) {
    const { body } = await admin.get(`/v1/customers?${query}`);
    expect(body.customers, query).toMatchObject([{ id: made.id }]);
  }
});

describe("strings of 10 MB", () => {
  const huge = "x".repeat(10 * 1024 * 1024);

  test("are too large in a single write", async () => {
    const answer = await admin.post("/v1/customers", { name: huge });
    expect(answer).toMatchObject({ status: 413, body: { code: "too_large" } });
  });

  test("are refused alone in a bulk, which saves its other items", async () => {
    const items = [{ name: huge }, { name: "Fine" }, { name: "Y", [huge.slice(0, 1_000_000)]: 1 }];
    const { status, body, text } = await admin.post("/v1/bulk/customers", { items });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([{ status: 422, errors: [{ path: "name" }] }, { status: 201 }, { status: 422 }]);
    expect(text.length).toBeLessThan(2_100_000);
  });

  test("are refused in custom fields and rules with their path", async () => {
    await admin.make("/v1/custom_fields", { key: "memo", type: "TEXT" });
    const almost = "x".repeat(900_000);
    const field = await admin.post("/v1/customers", { name: "X", customFields: { memo: almost } });
    expect(field).toMatchObject({ status: 422, body: { errors: [{ path: "customFields.memo" }] } });
    const rule = await admin.post("/v1/rules", {
      name: "R",
      trigger: { type: "customerCreated" },
      filters: [{ field: "country", op: "is", values: [almost] }],
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    expect(rule).toMatchObject({ status: 422, body: { errors: [{ path: "filters.0.values.0" }] } });
  });
});

test("ids of another organization in a body are unknown, and nothing of theirs is touched", async () => {
  const stranger = await api.organization({ name: "Stranger" });
  const theirs = await stranger.make("/v1/customers", { name: "Theirs", externalId: "T" });
  const invoice = await stranger.make("/v1/invoices", {
    ...{ customerId: theirs.id, issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 100 },
  });
  const [workflow, method, user] = await Promise.all([
    stranger.make("/v1/workflows", { name: "W" }),
    stranger.make("/v1/payment_methods", { name: "M", kind: "card" }),
    stranger.make("/v1/users", { email: "s@s.test", name: "S" }),
  ]);
  const due = { issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 100 };
  const paid = { paidAt: "2026-01-01", amount: 100 };
  const rule = (action: object) => ({ name: "R", trigger: { type: "customerCreated" }, actions: [action] });
  const cases: [string, object, string][] = [
    ["/v1/customers", { name: "X", workflowId: workflow.id }, "workflowId"],
    ["/v1/customers", { name: "X", userIds: [user.id] }, "userIds.0"],
    ["/v1/customers", { name: "X", userIds: ["s@s.test"] }, "userIds.0"],
    ["/v1/customers", { name: "X", paymentMethodIds: [method.id] }, "paymentMethodIds.0"],
    ["/v1/customers", { name: "X", parentId: theirs.id }, "parentId"],
    ["/v1/invoices", { customerId: theirs.id, ...due }, "customerId"],
    ["/v1/invoices", { customerId: "external:T", ...due }, "customerId"],
    ["/v1/payments", { customerId: theirs.id, ...paid }, "customerId"],
    [
      "/v1/payments",
      { customerId: "external:C-1", ...paid, allocations: [{ invoiceId: invoice.id, amount: 1 }] },
      "allocations.0.invoiceId",
    ],
    ["/v1/contacts", { customerId: theirs.id, name: "X" }, "customerId"],
    ["/v1/api_keys", { name: "K", userId: user.id }, "userId"],
    ["/v1/rules", rule({ type: "assignWorkflow", workflowId: workflow.id }), "actions.0.workflowId"],
    ["/v1/rules", rule({ type: "assignUsers", userIds: [user.id] }), "actions.0.userIds.0"],
    [
      "/v1/views",
      { name: "V", filters: [{ field: "workflow", op: "is", values: [workflow.id] }] },
      "filters.0.values.0",
    ],
    ["/v1/customers/external:C-1/timeline", { text: "x", mentions: [user.id] }, "mentions.0"],
  ];
  for (const [path, body, at] of cases) {
    const answer = await admin.post(path, body);
    expect(answer.status, `${path} ${JSON.stringify(body)}`).toBe(422);
    expect(answer.body.errors, path).toMatchObject([{ path: at }]);
  }
  for (const path of [`/v1/invoices?customerId=${theirs.id}`, `/v1/changes?customerId=${theirs.id}`]) {
    expect((await admin.get(path)).body.total).toBe(0);
  }
  expect((await stranger.get(`/v1/customers/${theirs.id}`)).body).toMatchObject({ version: 2, outstanding: 100 });
});

test("a request id that is no plain word is replaced, so that none can forge headers or log lines", async () => {
  for (const given of ["a b", 'x"y', "x".repeat(129), "é"]) {
    const answer = await admin.send("GET", "/v1/organization", { headers: { "X-Request-Id": given } });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
  const kept = await admin.send("GET", "/v1/organization", { headers: { "X-Request-Id": "trace:1.2-3" } });
  expect(kept.headers.get("x-request-id")).toBe("trace:1.2-3");
});
