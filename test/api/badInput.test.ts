import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  await admin.make("/v1/customers", { externalId: "C", name: "Globex" });
  await admin.make("/v1/custom_fields", { key: "seats", type: "NUMBER" });
});
afterAll(() => api.close());

/** Everything that a refused request must leave as it was. */
async function stored(): Promise<unknown> {
  const [row] = await api.database.sql`
    select (select count(*) from customers) as customers, (select max(version) from customers) as version,
           (select count(*) from invoices) as invoices, (select count(*) from credits) as credits,
           (select count(*) from changes) as changes, (select count(*) from rules) as rules`;
  return row;
}

const C = "/v1/customers";
const I = "/v1/invoices";
const P = "/v1/payments";
const invoice = { customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 100 };
const payment = { customerId: "external:C", paidAt: "2026-01-01", amount: 100 };

const invalid: [string, string, unknown, string[]][] = [
  ["a wrong type", C, { name: 5 }, ["name"]],
  ["every mistake at once", C, { name: "", country: "usa", creditLimit: -1 }, ["country", "creditLimit", "name"]],
  ["unknown fields", C, { name: "X", shoeSize: 1, hat: 2 }, ["hat", "shoeSize"]],
  ["a body that is a list", C, [], [""]],
  ["a missing body", C, undefined, [""]],
  ["a new customer without a name", C, { externalId: "new" }, ["name"]],
  ["a huge name", C, { name: "x".repeat(501) }, ["name"]],
  ["a country that does not exist", C, { name: "X", country: "QQ" }, ["country"]],
  ["a union for a country", C, { name: "X", country: "EU" }, ["country"]],
  ["a country by a code that is not its own", C, { name: "X", country: "UK" }, ["country"]],
  ["a currency that does not exist", C, { name: "X", currency: "ABC" }, ["currency"]],
  ["an email that is none", C, { name: "X", email: "nobody" }, ["email"]],
  ["an amount beyond 10^13", C, { name: "X", creditLimit: 10_000_000_000_001 }, ["creditLimit"]],
  ["half a cent", C, { name: "X", creditLimit: 0.5 }, ["creditLimit"]],
  ["a year beyond 2999", C, { name: "X", lastReminderAt: "3000-01-01T00:00:00Z" }, ["lastReminderAt"]],
  ["an hour that does not exist", C, { name: "X", lastReminderAt: "2026-01-01T25:00:00Z" }, ["lastReminderAt"]],
  ["an unknown custom field", C, { name: "X", customFields: { age: 1 } }, ["customFields.age"]],
  ["a custom field of another type", C, { name: "X", customFields: { seats: "3" } }, ["customFields.seats"]],
  ["a custom field that is an object", C, { name: "X", customFields: { seats: {} } }, ["customFields.seats"]],
  ["an unknown workflow", C, { name: "X", workflowId: "external:none" }, ["workflowId"]],
  ["the second of two users unknown", C, { name: "X", userIds: ["o@acme.test", "no@acme.test"] }, ["userIds.1"]],
  ["an amount of zero", I, { ...invoice, amount: 0 }, ["amount"]],
  ["a negative amount", P, { ...payment, amount: -5 }, ["amount"]],
  ["an amount beyond every limit", I, { ...invoice, amount: 1e300 }, ["amount", "amount"]],
  ["a day that does not exist", I, { ...invoice, dueAt: "2026-02-30" }, ["dueAt"]],
  ["a year before 1900", I, { ...invoice, issuedAt: "1899-12-31" }, ["issuedAt"]],
  ["an instant where a day belongs", I, { ...invoice, dueAt: "2026-01-01T00:00:00Z" }, ["dueAt"]],
  ["an invoice of nobody", I, { ...invoice, customerId: undefined }, ["customerId"]],
  ["a missing amount and due day", I, { customerId: "external:C", issuedAt: "2026-01-01" }, ["amount", "dueAt"]],
  ["an invoice in another currency", I, { ...invoice, currency: "USD" }, ["currency"]],
  ["paid without a day", I, { ...invoice, state: "paid" }, ["paidAt"]],
  ["an unknown state", I, { ...invoice, state: "lost" }, ["state"]],
  [
    "an allocation to an unknown invoice",
    P,
    { ...payment, allocations: [{ invoiceId: "external:none", amount: 1 }] },
    ["allocations.0.invoiceId"],
  ],
  [
    "an allocation of nothing",
    P,
    { ...payment, allocations: [{ invoiceId: "x", amount: 0 }] },
    ["allocations.0.amount"],
  ],
  ["a rule without anything", "/v1/rules", {}, ["actions", "name", "trigger"]],
  [
    "a rule wrong in each part",
    "/v1/rules",
    {
      name: "",
      trigger: { type: "outstandingThreshold", direction: "up", value: "x" },
      filters: [
        { field: "country", op: "is", values: [] },
        { field: "nothing", op: "isEmpty" },
      ],
      actions: [{ type: "assignWorkflow", workflowId: "external:none" }, { type: "dance" }],
    },
    [
      "actions.0.workflowId",
      "actions.1.type",
      "filters.0.values",
      "filters.1.field",
      "name",
      "trigger.direction",
      "trigger.value",
    ],
  ],
  ["a list of 10,001 items", "/v1/bulk/customers", { items: Array(10_001).fill({}) }, ["items"]],
];

test.each(invalid)("%s is 422 with its path, and changes nothing", async (_, path, body, paths) => {
  const before = await stored();
  const answer = await admin.post(path, body);
  expect(answer.status).toBe(422);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ type: "about:blank", title: "Unprocessable Entity", status: 422 });
  expect(answer.body.requestId).toBe(answer.headers.get("x-request-id"));
  const told = answer.body.errors.map((mistake: { path: string }) => mistake.path).sort();
  expect(told).toEqual(paths);
  expect(await stored()).toEqual(before);
});

const bytes = (...parts: (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part)])));
const streamOf = (size: number) =>
  new ReadableStream({
    start(controller) {
      for (let sent = 0; sent < size; sent += 65_536) controller.enqueue(new Uint8Array(65_536).fill(32));
      controller.close();
    },
  });

interface Malformed {
  name: string;
  path?: string;
  raw: string | Uint8Array | ReadableStream;
  headers?: Record<string, string>;
  status: number;
  code: string;
}
const malformed: Malformed[] = [
  { name: "broken JSON", raw: '{"name": ', status: 400, code: "malformed" },
  { name: "JSON with a raw NUL", raw: '{"name": "a\0b"}', status: 400, code: "malformed" },
  { name: "JSON with an escaped NUL", raw: '{"name": "a\\u0000b"}', status: 400, code: "malformed" },
  { name: "half a surrogate pair", raw: '{"name": "\\ud83d"}', status: 400, code: "malformed" },
  { name: "half a surrogate pair in a key", raw: '{"\\udc00": 1}', status: 400, code: "malformed" },
  { name: "bytes that are not UTF-8", raw: bytes('{"name": "', 0xff, 0xfe, '"}'), status: 400, code: "malformed" },
  { name: "the key __proto__", raw: '{"name": "x", "__proto__": {"a": 1}}', status: 400, code: "malformed" },
  { name: "deep nesting", raw: `${"[".repeat(100_000)}${"]".repeat(100_000)}`, status: 400, code: "malformed" },
  { name: "deep nesting in a rule", path: "/v1/rules", raw: deepRule(50_000), status: 400, code: "malformed" },
  { name: "65 levels", raw: `{"name":${"[".repeat(64)}${"]".repeat(64)}}`, status: 400, code: "malformed" },
  { name: "64 levels", raw: `{"name":${"[".repeat(63)}${"]".repeat(63)}}`, status: 422, code: "invalid" },
  { name: "65 levels after a text", raw: `{"a\\"":"\\\\","b":${"[".repeat(64)}`, status: 400, code: "malformed" },
  {
    name: "many levels of unclosed lists in a bulk",
    path: "/v1/bulk/customers",
    raw: "[".repeat(10_000_000),
    status: 400,
    code: "malformed",
  },
  {
    name: "a body of a form",
    raw: "name=x",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    name: "another charset",
    raw: "{}",
    headers: { "Content-Type": "application/json; charset=utf-16" },
    status: 415,
    code: "unsupported_media_type",
  },
  { name: "no content type", raw: "{}", headers: { "Content-Type": "" }, status: 415, code: "unsupported_media_type" },
  { name: "a body over 1 MiB", raw: " ".repeat(1024 * 1024 + 1), status: 413, code: "too_large" },
  { name: "a stream over 1 MiB without a length", raw: streamOf(1024 * 1024 + 65_536), status: 413, code: "too_large" },
  { name: "a false length", raw: "{}", headers: { "Content-Length": "99999999999" }, status: 413, code: "too_large" },
  {
    name: "a bulk over 32 MiB",
    path: "/v1/bulk/customers",
    raw: streamOf(33 * 1024 * 1024),
    status: 413,
    code: "too_large",
  },
];

function deepRule(depth: number): string {
  return `{"name":"x","trigger":{"type":"customerCreated"},"actions":[],"filters":${'[{"anyOf":'.repeat(depth)}[]${"}]".repeat(depth)}}`;
}

test.each(malformed)(
  "$name is $status $code, and changes nothing",
  async ({ path = C, raw, headers, status, code }) => {
    const before = await stored();
    const answer = await admin.send("POST", path, { raw, ...(headers ? { headers } : {}) });
    expect(answer.body).toMatchObject({ status, code });
    expect(await stored()).toEqual(before);
  },
);

test("brackets in texts and beside each other are no nesting", async () => {
  const name = `\\"${"[{".repeat(100)}`;
  const items = Array.from({ length: 100 }, () => ({ name, customFields: {} }));
  const { body } = await admin.post("/v1/bulk/customers", { items });
  expect(new Set(body.results.map((result: { status: number }) => result.status))).toEqual(new Set([201]));
});

test("of very many mistakes the first hundred are told, and how many more there are", async () => {
  const fields = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field${index}`, 1]));
  const single = await admin.post(C, { name: "X", ...fields });
  expect(single).toMatchObject({ status: 422, body: { message: "The request has 50000 mistakes." } });
  const bulk = await admin.post("/v1/bulk/customers", { items: [{ name: "X", ...fields }] });
  for (const { errors } of [single.body, bulk.body.results[0]]) {
    expect(errors).toHaveLength(101);
    expect(errors[0]).toEqual({ path: "field0", message: "Unknown field" });
    expect(errors[100]).toEqual({ path: "", message: "and 49900 more mistakes", code: "more" });
  }
});

test("mistakes of shape and mistakes in what is referred to are told together", async () => {
  const wrong = {
    foo: 1,
    country: "usa",
    customFields: { zz: 1, seats: "3" },
    accountManagerId: "no@acme.test",
    dunningPlanId: "external:no",
  };
  const paths = ["accountManagerId", "country", "customFields.seats", "customFields.zz", "dunningPlanId", "foo"];
  const told = ({ errors }: { errors: { path: string }[] }) => errors.map(({ path }) => path).sort();
  expect(told((await admin.post(C, wrong)).body)).toEqual(paths);
  expect(told((await admin.patch(`${C}/external:C`, wrong)).body)).toEqual(paths);
  const items = [{ name: "X", foo: 1 }, wrong, { name: "Sound" }, 5];
  const { results } = (await admin.post("/v1/bulk/customers", { items })).body;
  expect(results.map(({ status }: { status: number }) => status)).toEqual([422, 422, 201, 422]);
  expect(results.filter((_: unknown, index: number) => index !== 2).map(told)).toEqual([["foo"], paths, [""]]);
});

test("a bulk of more than 1 MiB is taken", async () => {
  const items = Array.from({ length: 3_000 }, (_, index) => ({ name: "n".repeat(400), externalId: `B-${index}` }));
  const { status, body } = await admin.post("/v1/bulk/customers", { items });
  expect(status).toBe(200);
  expect(body.results).toHaveLength(3_000);
  expect(new Set(body.results.map((result: { status: number }) => result.status))).toEqual(new Set([201]));
});

describe("addresses", () => {
  test.each([
    ["GET", "/v1/nothing", 404, "not_found"],
    ["GET", "/", 404, "not_found"],
    ["GET", "/v1/customers/external:none", 404, "not_found"],
    ["GET", "/v1/customers/not-an-id", 404, "not_found"],
    ["GET", "/v1/rules/external:x", 404, "not_found"],
    ["GET", "/v1/changes/00000000-0000-0000-0000-000000000000", 404, "not_found"],
    ["GET", "/v1/customers/external:a%00b", 400, "malformed"],
    ["GET", "/v1/customers?name=%00", 400, "malformed"],
    ["GET", `/v1/customers/${"x".repeat(600)}`, 422, "invalid"],
    ["GET", "/v1/runs?status=lost", 422, "invalid"],
    ["GET", "/v1/runs?ruleId=not-an-id", 200, undefined],
    ["DELETE", "/v1/organization", 405, "method_not_allowed"],
    ["POST", "/v1/customers/external:C", 405, "method_not_allowed"],
    ["OPTIONS", "/v1/customers", 405, "method_not_allowed"],
  ])("%s %s is %i", async (method, path, status, code) => {
    const answer = await admin.send(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  test("405 names the methods that are allowed", async () => {
    const answer = await admin.send("DELETE", "/v1/invoices/external:I");
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "PATCH", "PUT"]);
  });
});

test("no secret, body or query is logged, and answers repeat neither", async () => {
  api.logged.length = 0;
  const secret = "s3cr3t-of-a-channel";
  const channel = { name: "Hook", kind: "webhook", url: "https://hooks.acme.test/", secret };
  const made = await admin.make("/v1/channels", channel);
  await admin.post("/v1/channels", { ...channel, kind: "nothing" });
  await api.send({ key: admin.keys.key, secret: "wrong-secret" }, "GET", "/v1/customers?name=Hidden");
  const log = api.logged.join("");
  expect(log).toContain("/v1/channels");
  for (const hidden of [secret, admin.keys.secret, "wrong-secret", "Hidden"]) expect(log).not.toContain(hidden);
  expect(JSON.stringify(made)).not.toContain(secret);
});
