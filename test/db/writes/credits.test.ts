import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { mistakesInBooks } from "../support/books.ts";
import * as ledger from "../support/ledgerSteps.ts";
import { creditNote, invoice, on, payment, refund, remove } from "../support/ledgerSteps.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const nothing = { outstanding: 0, due: 0, overdue: 0, unapplied: 0 };

interface Case {
  name: string;
  steps: ledger.LedgerStep[];
  state: Partial<ledger.LedgerState>;
}

const cases: Case[] = [
  {
    name: "without allocations it is unapplied, and outstanding falls all the same",
    steps: [invoice("I"), payment("P", { amount: 400 })],
    state: { balance: { ...nothing, outstanding: 600, overdue: 1_000, unapplied: 400 } },
  },
  {
    name: "what its allocations leave is unapplied",
    steps: [invoice("I"), payment("P", { amount: 1_500, ...on({ I: 1_000 }) })],
    state: { credits: { P: [1_500, 1_000] }, balance: { ...nothing, outstanding: -500, unapplied: 500 } },
  },
  {
    name: "allocations replace the standing ones",
    steps: [invoice("I"), invoice("J"), payment("P", on({ I: 1_000 })), payment("P", on({ J: 600 }))],
    state: {
      invoices: { I: ["open", 0, null], J: ["open", 600, null] },
      credits: { P: [1_000, 600] },
      balance: { outstanding: 1_000, due: 0, overdue: 1_400, unapplied: 400 },
    },
  },
  {
    name: "an empty list of allocations frees them all",
    steps: [invoice("I"), payment("P", on({ I: 1_000 })), payment("P", { allocations: [] })],
    state: {
      invoices: { I: ["open", 0, null] },
      balance: { outstanding: 0, due: 0, overdue: 1_000, unapplied: 1_000 },
    },
  },
  {
    name: "without the field, the allocations stay",
    steps: [invoice("I"), payment("P", on({ I: 1_000 })), payment("P", { datedAt: "2020-02-20" })],
    state: { invoices: { I: ["paid", 1_000, "2020-02-20"] } },
  },
  {
    name: "may take again what it holds of an invoice",
    steps: [invoice("I"), payment("P", on({ I: 1_000 })), payment("P", on({ I: 1_000 }))],
    state: { invoices: { I: ["paid", 1_000, "2020-02-07"] } },
  },
  {
    name: "named twice, an invoice gets the sum",
    steps: [
      invoice("I"),
      payment("P", { allocations: [...on({ I: 300 }).allocations, ...on({ I: 200 }).allocations] }),
    ],
    state: { invoices: { I: ["open", 500, null] }, credits: { P: [1_000, 500] } },
  },
  {
    name: "deleted, it frees its allocations",
    steps: [invoice("I"), payment("P", { amount: 1_200, ...on({ I: 1_000 }) }), remove("P")],
    state: { invoices: { I: ["open", 0, null] }, balance: { ...nothing, outstanding: 1_000, overdue: 1_000 } },
  },
  {
    name: "of each kind, it lowers what is outstanding",
    steps: [
      invoice("I"),
      payment("X", { amount: 100 }),
      creditNote("X", { amount: 200 }),
      refund("X", { amount: 300 }),
    ],
    state: { balance: { outstanding: 400, due: 0, overdue: 1_000, unapplied: 600 } },
  },
];

describe("a payment, credit note or refund", () => {
  it.each(cases)("$name", async ({ steps, state }) => {
    const org = await createTestOrganization(database.sql);
    const results = await ledger.playSteps(database.sql, org, steps);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(await ledger.readLedger(database.sql, org.id)).toMatchObject(state);
    expect(await mistakesInBooks(database.sql, org.id, "paidOnly")).toEqual([]);
  });
});

interface Refusal {
  name: string;
  before: ledger.LedgerStep[];
  step: ledger.LedgerStep;
  refusal: { status: number; code?: string; paths?: string[] };
}

const refusals: Refusal[] = [
  {
    name: "more than the invoice's open part",
    before: [invoice("I"), payment("P", { amount: 400, ...on({ I: 400 }) })],
    step: payment("Q", on({ I: 601 })),
    refusal: { status: 422, code: "invalid", paths: ["allocations.0.amount"] },
  },
  {
    name: "more than its own amount",
    before: [invoice("I"), invoice("J")],
    step: payment("P", { amount: 1_500, ...on({ I: 1_000, J: 501 }) }),
    refusal: { status: 422, paths: ["allocations"] },
  },
  {
    name: "an amount below what it allocates",
    before: [invoice("I"), payment("P", on({ I: 1_000 }))],
    step: payment("P", { amount: 999 }),
    refusal: { status: 422, paths: ["amount"] },
  },
  {
    name: "an unknown invoice",
    before: [invoice("I")],
    step: payment("P", on({ I: 100, X: 100 })),
    refusal: { status: 422, paths: ["allocations.1.invoiceId"] },
  },
  {
    name: "another customer's invoice",
    before: [invoice("I", { customerId: "external:D" })],
    step: payment("P", on({ I: 100 })),
    refusal: { status: 422, paths: ["allocations.0.invoiceId"] },
  },
  ...(["draft", "void"] as const).map((state) => ({
    name: `an invoice that is ${state}`,
    before: [invoice("I", { state })],
    step: payment("P", on({ I: 100 })),
    refusal: { status: 422, paths: ["allocations.0.invoiceId"] },
  })),
  {
    name: "another currency than the customer's",
    before: [],
    step: payment("P", { currency: "USD" }),
    refusal: { status: 422, code: "currency_mismatch", paths: ["currency"] },
  },
  {
    name: "another customer, once it has one",
    before: [payment("P")],
    step: payment("P", { customerId: "external:D" }),
    refusal: { status: 422, paths: ["customerId"] },
  },
  {
    name: "deleting what is not there",
    before: [],
    step: remove("P"),
    refusal: { status: 404, code: "not_found" },
  },
  {
    name: "deleting a payment as a refund",
    before: [payment("P")],
    step: remove("P", "refund"),
    refusal: { status: 404, code: "not_found" },
  },
];

describe("a payment, credit note or refund is refused", () => {
  it.each(refusals)("$name", async ({ before, step, refusal: { paths, ...refusal } }) => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "D", name: "Other" }]);
    const taken = await ledger.playSteps(database.sql, org, before);
    expect(taken.filter(({ ok }) => !ok)).toEqual([]);
    const standing = await ledger.readLedger(database.sql, org.id);
    const [result] = await ledger.playSteps(database.sql, org, [step]);
    expect(result).toMatchObject({ ok: false, ...refusal });
    if (paths) expect(result).toMatchObject({ errors: paths.map((path) => ({ path })) });
    expect(await ledger.readLedger(database.sql, org.id)).toEqual(standing);
  });

  it("when its customer is excluded", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await database.sql`update customers set excluded_at = now() where organization_id = ${org.id}`;
    const { results } = await org.payments([{ customerId: "external:C", amount: 1, datedAt: "2020-01-01" }]);
    expect(results).toMatchObject([{ ok: false, status: 409, code: "customer_excluded" }]);
  });
});
