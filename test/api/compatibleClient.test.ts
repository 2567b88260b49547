import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serveTestApi } from "./support/serve.ts";
import { createTestApi, ROOT, type TestApi } from "./support/testApi.ts";

/**
 * A client as an integrator writes one for the public API that this product's users know: two headers, JSON, `external:`
 * ids, envelopes with offset, limit and total, amounts in cents, `message` in errors. It knows the base URL and nothing else of
 * Tripline, and no code of it.
 */
class DunningClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
    private readonly secret: string,
  ) {}

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { "X-Api-Key": this.key, "X-Api-Secret": this.secret, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answered = text === "" ? {} : JSON.parse(text);
    if (!response.ok) throw new Error(`${response.status} ${answered.message}`);
    return answered;
  }

  /** Everything of a list, page by page. */
  async all<T>(path: string, plural: string, limit: number): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      const join = path.includes("?") ? "&" : "?";
      const page = await this.call<Envelope>("GET", `${path}${join}offset=${found.length}&limit=${limit}`);
      found.push(...(page[plural] as T[]));
      if (found.length >= page.total) return found;
    }
  }
}

interface Envelope {
  offset: number;
  limit: number;
  total: number;
  [plural: string]: unknown;
}

interface Customer {
  id: string;
  externalId: string;
  name: string;
  balance: number;
  dunningPlanId: string | null;
  accountManagerId: string | null;
  customFields: Record<string, unknown>;
}

let api: TestApi;
let served: Served;
let client: DunningClient;

beforeAll(async () => {
  api = await createTestApi();
  served = await serveTestApi(api);
  const root = new DunningClient(served.url, ROOT.key, ROOT.secret);
  const { apiKey } = await root.call<{ apiKey: { key: string; secret: string } }>("POST", "/admin/organizations", {
    name: "Acme",
    timeZone: "Europe/Paris",
    currency: "EUR",
    owner: { email: "o@acme.test", name: "O" },
  });
  client = new DunningClient(served.url, apiKey.key, apiKey.secret);
  await client.call("POST", "/v1/custom_fields", {
    key: "plan",
    label: "Plan",
    type: "SELECT",
    options: ["Basic", "Pro"],
  });
  await client.call("POST", "/v1/users", { email: "ann@acme.test", name: "Ann", position: "accountManager" });
});
afterAll(async () => {
  await served?.close();
  await api?.close();
});

test("it pushes customers, invoices and payments by its own ids and reads balances in cents", async () => {
  const customer = await client.call<Customer>("POST", "/v1/customers", { externalId: "C-1", name: "Globex" });
  expect(customer).toMatchObject({ externalId: "C-1", balance: 0 });
  await client.call("POST", "/v1/invoices", {
    ...{ externalId: "I-1", customerId: "external:C-1", number: "2026-0001", amount: 123_456, currency: "EUR" },
    ...{ issuedAt: "2026-01-01", dueAt: "2026-01-31", state: "open" },
  });
  await client.call("POST", "/v1/payments", {
    ...{ externalId: "P-1", customerId: "external:C-1", amount: 23_456, currency: "EUR", paidAt: "2026-02-07" },
    allocations: [{ invoiceId: "external:I-1", amount: 23_456 }],
  });
  await client.call("POST", "/v1/credit_notes", {
    ...{ externalId: "N-1", customerId: customer.id, amount: 10_000, currency: "EUR", issuedAt: "2026-02-08" },
    allocations: [{ invoiceId: "external:I-1", amount: 10_000 }],
  });
  const read = await client.call<Customer>("GET", "/v1/customers/external:C-1");
  expect(read).toMatchObject({ id: customer.id, balance: 90_000, outstanding: 90_000, overdue: 90_000 });
  const list = await client.call<Envelope>("GET", `/v1/customers/${customer.id}/invoices`);
  expect(list).toMatchObject({ offset: 0, limit: 50, total: 1, invoices: [{ externalId: "I-1", open: 90_000 }] });
});

test("it pushes the same customer again without making a second one", async () => {
  const first = await client.call<Customer>("POST", "/v1/customers", { externalId: "C-2", name: "Initech" });
  const again = await client.call<Customer>("POST", "/v1/customers", { externalId: "C-2", name: "Initech Ltd" });
  expect(again).toMatchObject({ id: first.id, name: "Initech Ltd" });
});

test.each(["PATCH", "PUT"])(
  "it assigns an account manager and sets custom fields by %s, and nothing else moves",
  async (method) => {
    await client.call("POST", "/v1/customers", { externalId: `C-${method}`, name: "Hooli", city: "Lyon" });
    const users = await client.all<{ id: string; email: string }>("/v1/users", "users", 1);
    const ann = users.find(({ email }) => email === "ann@acme.test")!;
    const changed = await client.call<Customer>(method, `/v1/customers/external:C-${method}`, {
      accountManagerId: ann.id,
      customFields: { plan: "Pro" },
    });
    expect(changed).toMatchObject({
      accountManagerId: ann.id,
      customFields: { plan: "Pro" },
      name: "Hooli",
      city: "Lyon",
    });
    const byEmail = await client.call<Customer>(method, `/v1/customers/external:C-${method}`, {
      accountManagerId: "ann@acme.test",
    });
    expect(byEmail.accountManagerId).toBe(ann.id);
  },
);

test("it reads dunning plans and puts a customer on one", async () => {
  const plan = await client.call<{ id: string }>("POST", "/v1/dunning_plans", { name: "Gentle" });
  const { dunningPlans } = await client.call<{ dunningPlans: object[] }>("GET", "/v1/dunning_plans");
  expect(dunningPlans).toContainEqual(expect.objectContaining({ id: plan.id, name: "Gentle" }));
  const customer = await client.call<Customer>("POST", "/v1/customers", { name: "Umbrella", dunningPlanId: plan.id });
  expect(customer.dunningPlanId).toBe(plan.id);
  const cleared = await client.call<Customer>("PATCH", `/v1/customers/${customer.id}`, { dunningPlanId: null });
  expect(cleared.dunningPlanId).toBeNull();
});

test("it lists customers by part of their name, page by page, each once", async () => {
  const items = Array.from({ length: 23 }, (_, index) => ({ externalId: `S-${index}`, name: `Stark Nr. ${index}` }));
  await client.call("POST", "/v1/bulk/customers", { items });
  const found = await client.all<Customer>("/v1/customers?name=sTARK", "customers", 5);
  expect(found.map(({ externalId }) => externalId).sort()).toEqual(items.map(({ externalId }) => externalId).sort());
  const page = await client.call<Envelope>("GET", "/v1/customers?name=stark&offset=20&limit=10");
  expect(page).toMatchObject({ offset: 20, limit: 10, total: 23 });
  expect(page.customers).toHaveLength(3);
});

describe("what goes wrong is told by status and message", () => {
  test.each([
    ["an unknown customer", "GET", "/v1/customers/external:nobody", undefined, /^404 There is no such customer/],
    ["a missing name", "POST", "/v1/customers", { externalId: "new" }, /^422 name: /],
    ["an unknown field", "POST", "/v1/customers", { name: "X", colour: 1 }, /^422 colour: Unknown field/],
    ["an unknown plan", "POST", "/v1/customers", { name: "X", dunningPlanId: "external:x" }, /^422 dunningPlanId: /],
    ["too large a page", "GET", "/v1/customers?limit=501", undefined, /^422 limit: /],
    [
      "an amount that is no whole number of cents",
      "POST",
      "/v1/invoices",
      { customerId: "external:C-1", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 12.5 },
      /^422 amount: /,
    ],
  ])("%s", async (_, method, path, body, message) => {
    await expect(client.call(method, path, body)).rejects.toThrow(message);
  });

  test("a wrong secret", async () => {
    const wrong = new DunningClient(served.url, "tk_unknown", "ts_wrong");
    await expect(wrong.call("GET", "/v1/customers")).rejects.toThrow(/^401 /);
  });
});
