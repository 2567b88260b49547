import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../../db/transaction.ts";
import { releaseSlots, writeCustomers } from "../../../db/writes/index.ts";
import type { CustomerInput, WriteItem } from "../../../db/writes/types.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const NOBODY = "0190ffff-0000-7000-8000-000000000000";

async function setUp(): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  await org.field("plan", "SELECT", ["Basic", "Premium"]);
  await org.field("vip", "BOOLEAN");
  await org.field("score", "NUMBER");
  await org.field("renewal", "DATE");
  await org.field("segment", "TEXT");
  return org;
}

const write = (org: TestOrganization, items: WriteItem<CustomerInput>[]) =>
  inTransaction(database.sql, (tx) => writeCustomers(tx, org.context(), items));

const stored = async (org: TestOrganization) =>
  database.sql`
    select external_id as "externalId", name, city, currency, version, custom_fields as "customFields", last_reminder_at as "lastReminderAt"
    from customers where organization_id = ${org.id} order by external_id`;

const changesOf = async (org: TestOrganization) =>
  database.sql`
    select c.kind, c.version, c.before, c.after from changes c where c.organization_id = ${org.id} order by c.seq`;

describe("writing customers", () => {
  it("creates by external id, then updates only the fields given, one change each", async () => {
    const org = await setUp();
    const first = await org.customers([{ externalId: "C", name: "Globex", city: "Paris" }]);
    const second = await org.customers([{ externalId: "C", city: "Lyon" }]);
    expect([...first.results, ...second.results]).toMatchObject([
      { ok: true, status: 201 },
      { ok: true, status: 200 },
    ]);
    expect(await stored(org)).toMatchObject([{ name: "Globex", city: "Lyon", version: 2, currency: "EUR" }]);
    const [created, updated] = await changesOf(org);
    expect(created).toMatchObject({
      kind: "created",
      version: 1,
      before: null,
      after: { city: "Paris", outstanding: 0 },
    });
    expect(updated).toMatchObject({ kind: "updated", version: 2, before: created!.after, after: { city: "Lyon" } });
    expect(first.wake).toEqual({ organizationId: org.id, shards: [0] });
  });

  it("keeps text as given", async () => {
    const org = await setUp();
    await org.customers([{ externalId: " C ", name: "  Globex\t" }]);
    expect(await stored(org)).toMatchObject([{ externalId: " C ", name: "  Globex\t" }]);
  });

  it("creates a customer each time where no external id is given", async () => {
    const org = await setUp();
    const { results } = await org.customers([{ name: "Globex" }, { name: "Globex" }]);
    expect(results.map(({ status }) => status)).toEqual([201, 201]);
    expect(await stored(org)).toHaveLength(2);
  });

  it("updates a target by id or external id, and gives it an external id", async () => {
    const org = await setUp();
    const { results } = await org.customers([{ name: "Globex" }]);
    const id = results[0]?.ok ? results[0].id : "";
    const { results: named } = await write(org, [{ target: id.toUpperCase(), input: { externalId: "C" } }]);
    const { results: moved } = await write(org, [{ target: "external:C", input: { city: "Lyon" } }]);
    expect([...named, ...moved]).toMatchObject([
      { ok: true, status: 200, id },
      { ok: true, status: 200, id },
    ]);
    expect(await stored(org)).toMatchObject([{ externalId: "C", city: "Lyon", version: 3 }]);
  });

  it("applies one external id named several times in order, as one change", async () => {
    const org = await setUp();
    const { results } = await org.customers([
      { externalId: "C", name: "Globex", city: "Paris" },
      { externalId: "D", name: "Other" },
      { externalId: "C", city: "Lyon", customFields: { plan: "Basic" } },
      { externalId: "C", customFields: { vip: true, plan: null } },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 200, 200]);
    expect(await stored(org)).toMatchObject([
      { city: "Lyon", version: 1, customFields: { vip: true } },
      { version: 1 },
    ]);
    expect(await changesOf(org)).toHaveLength(2);
  });

  it("takes the good items of a request and leaves nothing of the bad ones", async () => {
    const org = await setUp();
    const { results } = await org.customers([
      { externalId: "A", name: "A" },
      { externalId: "B", currency: "USD" },
      { externalId: "B", name: "B" },
      { externalId: "A", customFields: { plan: "Gold" }, city: "Paris" },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 422, 201, 422]);
    expect(await stored(org)).toMatchObject([
      { externalId: "A", city: null, version: 1 },
      { externalId: "B", currency: "EUR", version: 1 },
    ]);
  });

  it.each<{ name: string; input: CustomerInput }>([
    { name: "the same values", input: { name: "Globex", city: "Paris", customFields: { plan: "Basic" } } },
    { name: "nothing at all", input: {} },
    { name: "clearing what is empty", input: { email: null, creditLimit: null, customFields: { vip: null } } },
    { name: "lastReminderAt", input: { lastReminderAt: "2026-01-02T03:04:05.000Z" } },
  ])("raises no change for $name", async ({ input }) => {
    const org = await setUp();
    await org.customers([{ externalId: "C", name: "Globex", city: "Paris", customFields: { plan: "Basic" } }]);
    const { results, wake } = await org.customers([{ externalId: "C", ...input }]);
    expect(results).toMatchObject([{ ok: true, status: 200 }]);
    expect(wake.shards).toEqual([]);
    expect(await stored(org)).toMatchObject([{ version: 1, lastReminderAt: input.lastReminderAt ?? null }]);
    expect(await changesOf(org)).toHaveLength(1);
  });

  it("shows a new lastReminderAt with the next change, whose before is still the previous after", async () => {
    const org = await setUp();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.customers([{ externalId: "C", lastReminderAt: "2026-01-02T03:04:05.000Z" }]);
    await org.customers([{ externalId: "C", city: "Paris" }]);
    const [created, updated] = await changesOf(org);
    expect(updated!.before).toEqual(created!.after);
    expect(updated!.after).toMatchObject({ lastReminderAt: "2026-01-02T03:04:05.000Z" });
  });

  it("fixes the currency once money exists", async () => {
    const org = await setUp();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    expect((await org.customers([{ externalId: "C", currency: "USD" }])).results[0]).toMatchObject({ ok: true });
    await org.payments([{ externalId: "P", customerId: "external:C", amount: 1, datedAt: "2026-01-01" }]);
    const { results } = await org.customers([{ externalId: "C", currency: "EUR" }]);
    expect(results).toMatchObject([{ status: 422, code: "currency_fixed", errors: [{ path: "currency" }] }]);
    expect((await org.customers([{ externalId: "C", currency: "USD", city: "X" }])).results[0]).toMatchObject({
      ok: true,
    });
  });
});

interface Refusal {
  name: string;
  input: CustomerInput;
  paths: string[];
}

const refusals: Refusal[] = [
  { name: "an unknown workflow", input: { workflowId: NOBODY }, paths: ["workflowId"] },
  {
    name: "unknown users",
    input: { userIds: ["ann@acme.test", "nobody@acme.test", NOBODY] },
    paths: ["userIds.1", "userIds.2"],
  },
  { name: "an unknown payment method", input: { paymentMethodIds: ["external:X"] }, paths: ["paymentMethodIds.0"] },
  { name: "an unknown parent", input: { parentId: "external:X" }, paths: ["parentId"] },
  { name: "itself as parent", input: { parentId: "external:C" }, paths: ["parentId"] },
  { name: "an unknown custom field", input: { customFields: { nope: "x" } }, paths: ["customFields.nope"] },
  {
    name: "values of the wrong type, all at once",
    input: { customFields: { plan: "Gold", vip: "true", score: "1", renewal: "soon", segment: 1 }, workflowId: NOBODY },
    paths: [
      "customFields.plan",
      "customFields.vip",
      "customFields.score",
      "customFields.renewal",
      "customFields.segment",
      "workflowId",
    ],
  },
];

describe("a customer is refused", () => {
  it.each(refusals)("with $name, by its path", async ({ input, paths }) => {
    const org = await setUp();
    await org.user("ann@acme.test");
    await org.customers([{ externalId: "C", name: "Globex" }]);
    const { results } = await org.customers([{ externalId: "C", city: "Paris", ...input }]);
    expect(results).toMatchObject([{ ok: false, status: 422, errors: paths.map((path) => ({ path })) }]);
    expect(await stored(org)).toMatchObject([{ city: null, version: 1 }]);
  });

  it("new without a name", async () => {
    const org = await setUp();
    const { results } = await org.customers([{ externalId: "C" }]);
    expect(results).toMatchObject([{ status: 422, errors: [{ path: "name" }] }]);
    expect(await stored(org)).toEqual([]);
  });

  it("on a stale version, with the present one named", async () => {
    const org = await setUp();
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.customers([{ externalId: "C", city: "Paris" }]);
    const patch = (expectedVersion: number) =>
      write(org, [{ target: "external:C", expectedVersion, input: { city: "Lyon" } }]);
    expect((await patch(1)).results).toMatchObject([
      { status: 412, code: "stale_version", message: expect.stringMatching("version 2") },
    ]);
    expect((await patch(2)).results).toMatchObject([{ ok: true }]);
  });

  it("with an external id that another has", async () => {
    const org = await setUp();
    await org.customers([
      { externalId: "C", name: "C" },
      { externalId: "D", name: "D" },
    ]);
    const { results } = await write(org, [{ target: "external:C", input: { externalId: "D" } }]);
    expect(results).toMatchObject([{ status: 409, code: "external_id_taken" }]);
  });

  it("once it is excluded, by every kind of write", async () => {
    const org = await setUp();
    await org.customers([{ externalId: "C", name: "C", workflowId: await org.workflow("W") }]);
    await database.sql`update customers set excluded_at = now() where organization_id = ${org.id}`;
    const imported = await org.customers([{ externalId: "C", name: "again" }]);
    const invoiced = await org.invoices([
      { customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 1 },
    ]);
    const released = await inTransaction(database.sql, (tx) =>
      releaseSlots(tx, org.context(), "external:C", ["workflow"]),
    );
    for (const { results } of [imported, invoiced, released])
      expect(results).toMatchObject([{ ok: false, status: 409, code: "customer_excluded" }]);
  });

  it("under the id of another organization", async () => {
    const [org, other] = [await setUp(), await setUp()];
    const { results } = await other.customers([{ externalId: "C", name: "theirs" }]);
    const id = results[0]?.ok ? results[0].id : "";
    const patched = await write(org, [{ target: id, input: { name: "ours" } }]);
    expect(patched.results).toMatchObject([{ status: 404, code: "not_found" }]);
    const invoiced = await org.invoices([{ customerId: id, issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 1 }]);
    expect(invoiced.results).toMatchObject([{ status: 422, errors: [{ path: "customerId" }] }]);
    expect(await stored(other)).toMatchObject([{ name: "theirs" }]);
  });
});
