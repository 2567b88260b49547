import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const PATH = "/v1/organization";

test("settings not sent stay, and limits and retention are kept field by field", async () => {
  const admin = await api.organization();
  const first = { name: "Renamed", timeZone: "Europe/Paris", locale: "fr-CA", currency: "CAD" };
  expect((await admin.patch(PATH, first)).body).toMatchObject({ ...first, delayMode: "paidOnly" });
  await admin.patch(PATH, { limits: { backfillApprovalAbove: 5 }, retention: { changesDays: 400 } });
  const { body } = await admin.patch(PATH, { retention: { runsDays: 30 } });
  expect(body).toMatchObject({
    ...first,
    limits: { backfillApprovalAbove: 5 },
    retention: { changesDays: 400, runsDays: 30 },
  });
  expect((await admin.get(PATH)).body).toEqual(body);
});

test.each([
  [{ timeZone: "+02:00" }, "timeZone"],
  [{ timeZone: "-0500" }, "timeZone"],
  [{ timeZone: "GMT+2" }, "timeZone"],
  [{ timeZone: "Europe/Atlantis" }, "timeZone"],
  [{ timeZone: "" }, "timeZone"],
  [{ name: " " }, "name"],
  [{ currency: "eur" }, "currency"],
  [{ locale: "français" }, "locale"],
  [{ delayMode: "all" }, "delayMode"],
  [{ limits: { backfillApprovalAbove: -1 } }, "limits.backfillApprovalAbove"],
  [{ limits: { other: 1 } }, "limits.other"],
  [{ retention: { runsDays: 0 } }, "retention.runsDays"],
  [{ id: "x" }, "id"],
])("%j is refused at %s", async (body, path) => {
  const admin = await api.organization();
  const answer = await admin.patch(PATH, body);
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
});

describe("switching the delay mode", () => {
  const DAY_MS = 86_400_000;
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

  test("recomputes every customer it moves, with one change each in the second lane", async () => {
    const admin = await api.organization();
    await admin.make("/v1/bulk/customers", {
      items: ["paid", "late", "disputed", "empty"].map((externalId) => ({ externalId, name: externalId })),
    });
    const invoice = (externalId: string, amount: number, fields: object) => ({
      ...{ customerId: `external:${externalId}`, amount, issuedAt: day(200) },
      ...fields,
    });
    await admin.make("/v1/bulk/invoices", {
      items: [
        invoice("paid", 100, { dueAt: day(100), state: "paid", paidAt: day(90) }),
        invoice("late", 100, { dueAt: day(100), state: "paid", paidAt: day(90) }),
        invoice("late", 300, { dueAt: day(50) }),
        invoice("disputed", 100, { dueAt: day(95), state: "disputed" }),
      ],
    });
    const look = async () => {
      const { customers } = (await admin.get("/v1/customers?sort=externalId")).body;
      type Row = { externalId: string; averagePaymentDelay: number; rating: string; version: number };
      return Object.fromEntries(
        customers.map((row: Row) => [row.externalId, [row.averagePaymentDelay, row.rating, row.version]]),
      );
    };
    expect(await look()).toEqual({
      disputed: [null, null, 2],
      empty: [null, null, 1],
      late: [10, "A", 2],
      paid: [10, "A", 2],
    });
    const wakes = api.wakes.length;
    expect((await admin.patch(PATH, { delayMode: "paidAndOverdue" })).body.delayMode).toBe("paidAndOverdue");
    expect(await look()).toEqual({
      disputed: [95, "D", 3],
      empty: [null, null, 1],
      late: [40, "B", 3],
      paid: [10, "A", 2],
    });
    expect(api.wakes.slice(wakes)).toEqual([{ organizationId: admin.organizationId, shards: [0] }]);
    const lanes = await api.database.sql`
      select q.lane, q.version from change_queue q
      where q.organization_id = ${admin.organizationId} and q.version = 3`;
    expect(lanes).toMatchObject([
      { lane: 1, version: 3 },
      { lane: 1, version: 3 },
    ]);
    const { changes } = (await admin.get("/v1/changes?customerId=external:late&order=desc&limit=1")).body;
    expect(changes[0]).toMatchObject({ before: { rating: "A" }, after: { rating: "B" }, source: "api" });

    await admin.patch(PATH, { delayMode: "paidAndOverdue", name: "Again" });
    expect((await look()).late).toEqual([40, "B", 3]);
    await admin.patch(PATH, { delayMode: "paidOnly" });
    expect(await look()).toMatchObject({ disputed: [null, null, 4], late: [10, "A", 4], paid: [10, "A", 2] });
  });

  test("goes through more customers than one page", async () => {
    const admin = await api.organization();
    const items = Array.from({ length: 4_100 }, (_, index) => ({ externalId: `M-${index}`, name: "M" }));
    await admin.make("/v1/bulk/customers", { items });
    await admin.make("/v1/bulk/invoices", {
      items: items.map(({ externalId }) => ({
        ...{ customerId: `external:${externalId}`, amount: 5, issuedAt: day(40), dueAt: day(35) },
      })),
    });
    await admin.patch(PATH, { delayMode: "paidAndOverdue" });
    const [row] = await api.database.sql<{ rated: number; changes: number }[]>`
      select (select count(*) from customers where organization_id = ${admin.organizationId} and rating = 'B') as rated,
             (select count(*) from changes where organization_id = ${admin.organizationId} and version = 3) as changes`;
    expect(row).toEqual({ rated: 4_100, changes: 4_100 });
  });

  test("is right for writes that run at the same time", async () => {
    const admin = await api.organization();
    const items = Array.from({ length: 20 }, (_, index) => ({ externalId: `R-${index}`, name: "R" }));
    await admin.make("/v1/bulk/customers", { items });
    const writes = items.map(({ externalId }) =>
      admin.make("/v1/invoices", {
        ...{ customerId: `external:${externalId}`, amount: 5, issuedAt: day(40), dueAt: day(35) },
      }),
    );
    await Promise.all([...writes, admin.patch(PATH, { delayMode: "paidAndOverdue" })]);
    const { customers } = (await admin.get("/v1/customers")).body;
    expect(customers.map((row: { averagePaymentDelay: number }) => row.averagePaymentDelay)).toEqual(
      items.map(() => 35),
    );
  });
});
