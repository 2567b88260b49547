import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rebuildTracking } from "../../db/rebuild/rebuildTracking.ts";
import { NOTHING_REBUILT } from "../../db/rebuild/types.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const NAMES = ["A", "B", "C", "D", "E"];

/** Five customers with three evaluated changes each, one of them with money that is paid late. */
async function evaluated(): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  await org.customers(NAMES.map((externalId) => ({ externalId, name: externalId })));
  await org.evaluateAll();
  for (const city of ["Paris", "Oslo"]) {
    await org.customers(NAMES.map((externalId) => ({ externalId, city })));
    await org.evaluateAll();
  }
  await org.invoices([
    { customerId: "external:A", externalId: "I", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 22_500 },
    { customerId: "external:A", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 },
  ]);
  await org.payments([
    {
      ...{ customerId: "external:A", amount: 10_000, datedAt: "2026-02-07" },
      allocations: [{ invoiceId: "external:I", amount: 10_000 }],
    },
    {
      ...{ customerId: "external:A", amount: 12_500, datedAt: "2026-03-27" },
      allocations: [{ invoiceId: "external:I", amount: 12_500 }],
    },
  ]);
  await org.evaluateAll();
  return org;
}

const tracking = (org: TestOrganization) => database.sql`
  select customer_id, version, outstanding, average_payment_delay, rating from customer_tracking
  where organization_id = ${org.id} order by 1`;
const queue = (org: TestOrganization) => database.sql`
  select change_id, seq, shard, customer_id, version from change_queue where organization_id = ${org.id} order by seq`;
const ids = (org: TestOrganization, ...names: string[]) => database.sql`
  select id from customers where organization_id = ${org.id} and external_id = any(${names})`;
const rebuild = (org: TestOrganization, options = {}) => rebuildTracking(database.sql, org.id, { page: 2, ...options });

describe("rebuilding the tracking", () => {
  it("changes nothing where nothing is wrong, changes that wait included", async () => {
    const org = await evaluated();
    await org.customers(
      [
        { externalId: "B", city: "Rome" },
        { externalId: "F", name: "F" },
      ],
      "csv",
    );
    const before = [await tracking(org), await queue(org)];
    expect(await rebuild(org)).toEqual({ ...NOTHING_REBUILT, customers: 6 });
    expect([await tracking(org), await queue(org)]).toEqual(before);
  });

  it("puts back the very rows that evaluation wrote", async () => {
    const org = await evaluated();
    const before = await tracking(org);
    expect(before).toContainEqual(expect.objectContaining({ outstanding: 700, rating: "B" }));
    await database.sql`delete from customer_tracking where organization_id = ${org.id} and customer_id in (${ids(org, "A", "B")})`;
    await database.sql`
      update customer_tracking set version = 1, outstanding = 5, rating = 'D' where customer_id in (${ids(org, "C")})`;
    await database.sql`
      update customer_tracking set average_payment_delay = 2 where customer_id in (${ids(org, "D")})`;
    expect(await rebuild(org, { dryRun: true })).toMatchObject({ customers: 5, missing: 2, wrong: 2 });
    expect(await tracking(org)).not.toEqual(before);
    expect(await rebuild(org)).toMatchObject({ customers: 5, missing: 2, wrong: 2 });
    expect(await tracking(org)).toEqual(before);
    expect(await rebuild(org)).toEqual({ ...NOTHING_REBUILT, customers: 5 });
  });

  it("lets changes be evaluated that nobody would have taken", async () => {
    const org = await evaluated();
    const [first] = await database.sql`
      select count(*)::int as count from evaluations where organization_id = ${org.id}`;
    await database.sql`delete from customer_tracking where organization_id = ${org.id}`;
    await org.customers(NAMES.map((externalId) => ({ externalId, city: "Rome" })));
    expect(await org.evaluateAll()).toBe(0);
    await database.sql`delete from change_queue where customer_id in (${ids(org, "B")})`;
    expect(await rebuild(org)).toMatchObject({ missing: 5, queued: 1 });
    expect(await org.evaluateAll()).toBe(5);
    const [last] = await database.sql`
      select count(*)::int as count from evaluations where organization_id = ${org.id}`;
    expect(last!.count).toBe(first!.count + 5);
    expect(await rebuild(org)).toEqual({ ...NOTHING_REBUILT, customers: 5 });
  });

  it("queues all that follows the last evaluated change, in one lane and in order", async () => {
    const org = await evaluated();
    await org.customers([{ externalId: "B", city: "Rome" }], "csv");
    await org.customers([{ externalId: "B", country: "IT" }], "csv");
    await database.sql`
      delete from change_queue where change_id in (
        select change_id from change_queue where organization_id = ${org.id} order by seq limit 1)`;
    expect(await rebuild(org)).toMatchObject({ queued: 1, missing: 0, wrong: 0 });
    const rows = await database.sql`
      select lane, version from change_queue where organization_id = ${org.id} order by seq`;
    expect(rows).toEqual([
      { lane: 0, version: 4 },
      { lane: 0, version: 5 },
    ]);
    expect(await org.evaluateAll()).toBe(2);
  });

  it("evaluates nothing twice that is still queued although it is evaluated, or whose change is gone", async () => {
    const org = await evaluated();
    await database.sql`
      insert into change_queue (change_id, seq, organization_id, shard, customer_id, version)
      select id, seq, organization_id, 0, customer_id, version from changes where organization_id = ${org.id} and version = 2`;
    await database.sql`
      insert into change_queue (change_id, seq, organization_id, shard, customer_id, version)
      select gen_random_uuid(), 0, ${org.id}, 0, id, 9 from customers where organization_id = ${org.id} limit 1`;
    expect(await rebuild(org)).toEqual({ ...NOTHING_REBUILT, customers: 5, unqueued: 6 });
    expect(await queue(org)).toEqual([]);
  });

  it("records what was passed over as failed, so that it is seen", async () => {
    const org = await evaluated();
    const lost = database.sql`select id from changes where version = 2 and customer_id in (${ids(org, "B")})`;
    await database.sql`delete from evaluations where change_id in (${lost})`;
    expect(await rebuild(org)).toEqual({ ...NOTHING_REBUILT, customers: 5, lost: 1 });
    const [row] = await database.sql`select outcome, error from evaluations where change_id in (${lost})`;
    expect(row).toEqual({ outcome: "failed", error: "Its evaluation is missing, while later changes are evaluated." });
  });

  it("forgets values of customers of whom nothing is evaluated, and touches no other organization", async () => {
    const [org, other] = [await evaluated(), await evaluated()];
    await database.sql`delete from customer_tracking where organization_id = ${other.id}`;
    await org.customers([{ externalId: "F", name: "F" }]);
    await database.sql`
      insert into customer_tracking (customer_id, organization_id, version, outstanding)
      select id, ${org.id}, 3, 100 from customers where id in (${ids(org, "F")})`;
    expect(await rebuild(org)).toMatchObject({ missing: 0, wrong: 1 });
    expect(await tracking(other)).toEqual([]);
    expect(await org.evaluateAll()).toBe(1);
  });
});
