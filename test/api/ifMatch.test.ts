import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

const rule = {
  name: "Rule",
  trigger: { type: "customerCreated" },
  actions: [{ type: "assignWorkflow", workflowId: null }],
};

/** Every write that takes If-Match, on a thing of its own; POST of customers by the external id of a standing one. */
const CUSTOMER_WRITES: readonly [method: string, path: string, body?: unknown][] = [
  ["POST", "/v1/customers", { externalId: "{external}", city: "Rome" }],
  ["PATCH", "/v1/customers/{id}", { city: "Rome" }],
  ["PUT", "/v1/customers/{id}", { city: "Rome" }],
  ["POST", "/v1/customers/{id}/release", { slots: ["workflow"] }],
  ["POST", "/v1/customers/{id}/exclude"],
];
const RULE_WRITES: readonly [method: string, path: string, body?: unknown][] = [
  ["PATCH", "/v1/rules/{id}", { name: "Other" }],
  ["PUT", "/v1/rules/{id}", { name: "Other" }],
  ["POST", "/v1/rules/{id}/duplicate"],
  ["POST", "/v1/rules/{id}/activate", {}],
  ["POST", "/v1/rules/{id}/pause"],
  ["POST", "/v1/rules/{id}/resume"],
  ["POST", "/v1/rules/{id}/deactivate"],
  ["DELETE", "/v1/rules/{id}"],
];

async function send(
  [method, path, body]: (typeof RULE_WRITES)[number],
  names: Record<string, string>,
  version: number,
) {
  const filled = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replace(/\{(\w+)\}/g, (_, name: string) => names[name]!));
  const headers = { "If-Match": `"${version}"` };
  return admin.send(method, filled(path), body === undefined ? { headers } : { body: filled(body), headers });
}

test.each(CUSTOMER_WRITES)(
  "%s %s on a stale version is 412 and changes nothing, on the present one it is done",
  async (...write) => {
    const externalId = `${write[0]} ${write[1]}`;
    const made = await admin.make("/v1/customers", { externalId, name: "Globex", workflowId: null });
    const names = { id: made.id, external: externalId };
    const stale = await send(write, names, made.version + 1);
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
    expect((await admin.get(`/v1/customers/${made.id}`)).body).toEqual(made);
    const { status, body, headers } = await send(write, names, made.version);
    expect({ status, version: body.version }).toEqual({ status: 200, version: made.version + 1 });
    expect(headers.get("etag")).toBe(`"${made.version + 1}"`);
  },
);

test("every write to a rule on a stale version is 412 and changes nothing, on the present one it is done", async () => {
  const { id } = await admin.make("/v1/rules", rule);
  for (const write of RULE_WRITES) {
    const before = await admin.get(`/v1/rules/${id}`);
    const stale = await send(write, { id }, before.body.version + 1);
    expect(stale, write.join(" ")).toMatchObject({ status: 412, body: { code: "stale_version" } });
    expect((await admin.get(`/v1/rules/${id}`)).body).toEqual(before.body);
    expect((await send(write, { id }, before.body.version)).status, write.join(" ")).toBeLessThan(300);
  }
});

test("the document tells of If-Match where it is compared, and nowhere else", async () => {
  type Operations = Record<string, { parameters?: { name: string }[] }>;
  const { paths } = (await api.send(null, "GET", "/openapi.json")).body as { paths: Record<string, Operations> };
  const told = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === "If-Match"))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  expect(told.sort()).toEqual([...CUSTOMER_WRITES, ...RULE_WRITES].map(([method, path]) => `${method} ${path}`).sort());
});
