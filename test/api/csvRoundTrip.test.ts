import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finish, upload } from "./support/jobs.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let client: Client;
const workflows: string[] = [];
const methods: string[] = [];
const users: string[] = [];
beforeAll(async () => {
  api = await createTestApi();
  client = await api.organization();
  for (const name of ["Standard", "Twice", "Twice", "=1+1", " spaces "]) {
    workflows.push((await client.make("/v1/workflows", { name })).id);
  }
  for (const name of ["Card", "a;b", "Twice", "Twice", "-", "external:x"]) {
    methods.push((await client.make("/v1/payment_methods", { name, kind: "x" })).id);
  }
  for (const email of ["ann@acme.test", "+bob@acme.test", "a;b@acme.test"]) {
    const user = { email, name: "U", role: "member", position: "accountManager" };
    users.push((await client.make("/v1/users", user)).id);
  }
  const fields = [
    { key: "note", label: "name", type: "TEXT" },
    { key: "memo", label: '=Memo;,"', type: "TEXT" },
    { key: "plan", label: "Twice", type: "SELECT", options: ["Basic", "-Premium", "'"] },
    { key: "vip", label: "Twice", type: "BOOLEAN" },
    { key: "score", label: "Score", type: "NUMBER" },
    { key: "since", label: "Since", type: "DATE" },
  ];
  for (const field of fields) await client.make("/v1/custom_fields", field);
});
afterAll(() => api.close());

const text = fc.string({
  unit: fc.constantFrom("=", "-", "'", '"', ";", ",", "\n", "\r", "\t", " ", "a", "é", "😀"),
  maxLength: 6,
});
const name = text.filter((value) => value.trim() !== "");
const customer = fc.record(
  {
    name,
    externalId: fc.uuid().map((id) => `=${id};`),
    email: fc.constantFrom("a@b.test", "'=x@b.test", null),
    city: fc.option(text),
    language: fc.constantFrom("de", "", null),
    country: fc.constantFrom("FR", null),
    currency: fc.constantFrom("USD", "JPY"),
    creditLimit: fc.option(fc.nat(10_000)),
    lastReminderAt: fc.constantFrom("2026-01-31T08:00:00.123Z", null),
    workflowId: fc.option(fc.nat().map((n) => workflows[n % workflows.length]!)),
    userIds: fc.uniqueArray(fc.nat(2)).map((list) => list.map((n) => users[n]!)),
    paymentMethodIds: fc.uniqueArray(fc.nat(5)).map((list) => list.map((n) => methods[n]!)),
    customFields: fc.record(
      {
        note: text,
        memo: text,
        plan: fc.constantFrom("Basic", "-Premium", "'"),
        vip: fc.boolean(),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        since: fc.constantFrom("1999-12-31"),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["name"] },
);

const changes = async () =>
  (await api.database.sql<{ count: number }[]>`select count(*)::int as count from changes`)[0]!.count;

test("an export that is imported again changes nothing, whatever customers hold", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(customer, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(",", ";"),
      async (items, delimiter) => {
        const { results } = await client.make("/v1/bulk/customers", { items });
        expect(results.filter(({ status }: { status: number }) => status > 201)).toEqual([]);
        const before = await changes();
        const file = await client.get(`/v1/exports/customers?delimiter=${encodeURIComponent(delimiter)}&bom=true`);
        const job = await finish(api, client, (await upload(client, file.text)).body.id);
        const { total, unchanged, overruled } = job.progress;
        expect(job.results.filter(({ status }: { status: string }) => status !== "unchanged")).toEqual([]);
        expect([unchanged, overruled]).toEqual([total, 0]);
        expect(await changes()).toBe(before);
      },
    ),
    { numRuns: 15 },
  );
});

test("an edited export changes what was edited and nothing else", async () => {
  const { id } = await client.make("/v1/customers", {
    externalId: "E-1",
    name: "Edited",
    city: "Oslo",
    creditLimit: 5,
  });
  const file = await client.get("/v1/exports/customers?name=Edited&columns=id,name,city,creditLimit,outstanding");
  const edited = file.text.replace("Oslo", "'=Bergen").replace(",5,", ",,");
  const job = await finish(api, client, (await upload(client, edited)).body.id);
  expect(job).toMatchObject({ progress: { updated: 1, total: 1 }, ignoredColumns: ["outstanding"] });
  expect((await client.get(`/v1/customers/${id}`)).body).toMatchObject({
    ...{ name: "Edited", city: "=Bergen", creditLimit: null, externalId: "E-1", version: 2 },
  });
});
