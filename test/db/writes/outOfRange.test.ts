import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeItems } from "../../../db/jobs/writeItems.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { refusingOutOfRange, TotalOutOfRange, writeAccountOwners, writeCustomers } from "../../../db/writes/index.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { passDays } from "../support/passDays.ts";

let database: TestDatabase;
let org: TestOrganization;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const NAMES = ["usual", "huge", "other"];

/** A customer whose totals were kept until the day turned: what was due is overdue now, and together that is too much. */
beforeEach(async () => {
  org = await createTestOrganization(database.sql);
  await org.customers(NAMES.map((externalId) => ({ externalId, name: externalId })));
  const invoice = (due: number) => ({ customerId: "external:huge", issuedAt: day(-30), dueAt: day(due), amount: 100 });
  await org.invoices([invoice(-5), invoice(0)]);
  await org.payments([{ customerId: "external:huge", amount: 100, datedAt: day(-1) }]);
  // As if there were thousands of documents.
  const of = database.sql`customer_id = (select id from customers where organization_id = ${org.id} and external_id = 'huge')`;
  await database.sql`update invoices set amount = 6000000000000000 where ${of}`;
  await database.sql`update credits set amount = 6000000000000000 where ${of}`;
  await passDays(database.sql, org.id, 1);
});

const moved = NAMES.map((externalId) => ({ input: { externalId, city: "Reno" } }));
const cities = async () => {
  const rows = await database.sql<{ city: string | null }[]>`
    select city from customers where organization_id = ${org.id} order by external_id <> 'usual', external_id <> 'huge'`;
  return rows.map(({ city }) => city);
};

describe("a customer whose totals can no longer be kept", () => {
  it("is refused alone by a request of many, and the others are written", async () => {
    const { results } = await inTransaction(database.sql, (tx) =>
      refusingOutOfRange(tx, org.context(), (inner, context) => writeCustomers(inner, context, moved)),
    );
    expect(results).toMatchObject([{ ok: true }, { ok: false, status: 422, code: "total_out_of_range" }, { ok: true }]);
    expect(await cities()).toEqual(["Reno", null, "Reno"]);
  });

  it("is refused alone by Salesforce's owners", async () => {
    await org.user("ann@acme.test");
    const items = NAMES.map((accountId) => ({ accountId, owners: ["ann@acme.test"] }));
    const { results } = await inTransaction(database.sql, (tx) =>
      refusingOutOfRange(tx, org.context("salesforce"), (inner, context) => writeAccountOwners(inner, context, items)),
    );
    expect(results.map(({ written }) => written?.status)).toEqual([200, 422, 200]);
  });

  it("is the one row of a job that fails, with the reason", async () => {
    const { results } = await inTransaction(database.sql, (tx) => writeItems(tx, org.context("csv"), moved));
    expect(results.map(({ status }) => status)).toEqual(["updated", "failed", "updated"]);
    expect(results[1]?.details).toMatchObject({ code: "total_out_of_range" });
    expect(await cities()).toEqual(["Reno", null, "Reno"]);
  });

  it("is the refusal of a write of its own, which changes nothing", async () => {
    await expect(org.customers([{ externalId: "huge", city: "Reno" }])).rejects.toThrow(TotalOutOfRange);
    expect(await cities()).toEqual([null, null, null]);
  });
});
