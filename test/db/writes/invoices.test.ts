import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { mistakesInBooks } from "../support/books.ts";
import * as ledger from "../support/ledgerSteps.ts";
import { creditNote, impliedBy, invoice, LATER, on, payment, refund, remove } from "../support/ledgerSteps.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Case {
  name: string;
  steps: ledger.LedgerStep[];
  state: Partial<ledger.LedgerState>;
}

const nothing = { outstanding: 0, due: 0, overdue: 0, unapplied: 0 };

const cases: Case[] = [
  {
    name: "an open invoice past its due day is overdue",
    steps: [invoice("I")],
    state: {
      invoices: { I: ["open", 0, null] },
      balance: { ...nothing, outstanding: 1_000, overdue: 1_000 },
    },
  },
  {
    name: "an open invoice not yet past its due day is due",
    steps: [invoice("I", { dueAt: LATER })],
    state: { balance: { ...nothing, outstanding: 1_000, due: 1_000 } },
  },
  {
    name: "a draft does not count",
    steps: [invoice("I", { state: "draft" })],
    state: { invoices: { I: ["draft", 0, null] }, balance: nothing },
  },
  {
    name: "a draft that is opened counts",
    steps: [invoice("I", { state: "draft" }), invoice("I", { state: "open" })],
    state: { balance: { ...nothing, outstanding: 1_000, overdue: 1_000 } },
  },
  {
    name: "posted as paid, it implies its payment on that day",
    steps: [invoice("I", { state: "paid", paidAt: "2020-02-07" })],
    state: {
      invoices: { I: ["paid", 1_000, "2020-02-07"] },
      credits: { "implied:I": [1_000, 1_000] },
      balance: nothing,
    },
  },
  {
    name: "set to paid later, it implies the payment of what is open",
    steps: [
      invoice("I"),
      payment("P", { amount: 400, ...on({ I: 400 }) }),
      invoice("I", { state: "paid", paidAt: "2020-03-01" }),
    ],
    state: {
      invoices: { I: ["paid", 1_000, "2020-03-01"] },
      credits: { P: [400, 400], "implied:I": [600, 600] },
    },
  },
  {
    name: "posted as paid twice, it implies one payment",
    steps: [
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
    ],
    state: { credits: { "implied:I": [1_000, 1_000] }, balance: nothing },
  },
  {
    name: "posted as paid again with another day, its payment moves to that day",
    steps: [
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
      invoice("I", { state: "paid", paidAt: "2020-02-09" }),
    ],
    state: { invoices: { I: ["paid", 1_000, "2020-02-09"] }, credits: { "implied:I": [1_000, 1_000] } },
  },
  {
    name: "posted as paid again with another day, its payment moves to that day (by paidAt alone)",
    steps: [invoice("I", { state: "paid", paidAt: "2020-02-07" }), invoice("I", { paidAt: "2020-02-09" })],
    state: { invoices: { I: ["paid", 1_000, "2020-02-09"] }, credits: { "implied:I": [1_000, 1_000] } },
  },
  {
    name: "raised while posted as paid, its implied payment grows",
    steps: [
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
      invoice("I", { amount: 1_500, state: "paid", paidAt: "2020-02-07" }),
    ],
    state: { invoices: { I: ["paid", 1_500, "2020-02-07"] }, credits: { "implied:I": [1_500, 1_500] } },
  },
  {
    name: "raised after it was paid, it is open for the rest",
    steps: [invoice("I", { state: "paid", paidAt: "2020-02-07" }), invoice("I", { amount: 1_500 })],
    state: {
      invoices: { I: ["open", 1_000, null] },
      balance: { ...nothing, outstanding: 500, overdue: 500 },
    },
  },
  {
    name: "opened again, it gives its implied payment back",
    steps: [invoice("I", { state: "paid", paidAt: "2020-02-07" }), invoice("I", { state: "open" })],
    state: {
      invoices: { I: ["open", 0, null] },
      credits: {},
      balance: { ...nothing, outstanding: 1_000, overdue: 1_000 },
    },
  },
  {
    name: "posted as open while a payment covers it, it stays paid, for the state follows the allocations",
    steps: [invoice("I"), payment("P", on({ I: 1_000 })), invoice("I", { state: "open" })],
    state: { invoices: { I: ["paid", 1_000, "2020-02-07"] }, balance: nothing },
  },
  {
    name: "voided, it frees its allocations to unapplied",
    steps: [invoice("I"), payment("P", { amount: 700, ...on({ I: 700 }) }), invoice("I", { state: "void" })],
    state: {
      invoices: { I: ["void", 0, null] },
      credits: { P: [700, 0] },
      balance: { ...nothing, outstanding: -700, unapplied: 700 },
    },
  },
  {
    name: "made a draft again, it frees its allocations too",
    steps: [invoice("I"), payment("P", { amount: 700, ...on({ I: 700 }) }), invoice("I", { state: "draft" })],
    state: { credits: { P: [700, 0] }, balance: { ...nothing, outstanding: -700, unapplied: 700 } },
  },
  {
    name: "lowered, it frees allocations from the latest document first",
    steps: [
      invoice("I"),
      payment("early", { amount: 400, datedAt: "2020-02-01", ...on({ I: 400 }) }),
      payment("late", { amount: 300, datedAt: "2020-02-03", ...on({ I: 300 }) }),
      creditNote("middle", { amount: 300, datedAt: "2020-02-02", ...on({ I: 300 }) }),
      invoice("I", { amount: 600 }),
    ],
    state: {
      invoices: { I: ["paid", 600, "2020-02-02"] },
      credits: { early: [400, 400], middle: [300, 200], late: [300, 0] },
      balance: { ...nothing, outstanding: -400, unapplied: 400 },
    },
  },
  {
    name: "lowered to no less than what is allocated, it frees nothing and is paid",
    steps: [invoice("I"), payment("P", { amount: 700, ...on({ I: 700 }) }), invoice("I", { amount: 700 })],
    state: { invoices: { I: ["paid", 700, "2020-02-07"] }, credits: { P: [700, 700] }, balance: nothing },
  },
  {
    name: "settled by payments and credit notes together, it is paid on the day of the last",
    steps: [
      invoice("I"),
      creditNote("N", { amount: 300, datedAt: "2020-02-20", ...on({ I: 300 }) }),
      payment("P", { amount: 700, ...on({ I: 700 }) }),
    ],
    state: { invoices: { I: ["paid", 1_000, "2020-02-20"] } },
  },
  {
    name: "covered by a refund, it is not fully paid",
    steps: [invoice("I"), refund("R", on({ I: 1_000 }))],
    state: { invoices: { I: ["open", 1_000, null] }, balance: nothing },
  },
  {
    name: "disputed, it counts, and stays disputed even when covered",
    steps: [invoice("I", { state: "disputed" }), payment("P", on({ I: 1_000 }))],
    state: { invoices: { I: ["disputed", 1_000, "2020-02-07"] }, balance: nothing },
  },
  {
    name: "disputed and covered, it is paid once it is set so",
    steps: [invoice("I", { state: "disputed" }), payment("P", on({ I: 1_000 })), invoice("I", { state: "paid" })],
    state: { invoices: { I: ["paid", 1_000, "2020-02-07"] } },
  },
  {
    name: "disputed and unpaid, it is overdue like any other",
    steps: [invoice("I", { state: "disputed" })],
    state: { balance: { ...nothing, outstanding: 1_000, overdue: 1_000 } },
  },
  {
    name: "opened again, it takes back its implied payment from another invoice as well",
    steps: [
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
      invoice("I", { state: "void" }),
      invoice("J"),
      impliedBy("I", on({ J: 1_000 })),
      invoice("I", { state: "open" }),
    ],
    state: {
      invoices: { I: ["open", 0, null], J: ["open", 0, null] },
      credits: {},
      balance: { ...nothing, outstanding: 2_000, overdue: 2_000 },
    },
  },
  {
    name: "posted as paid on another day, it moves the settling day of what its implied payment pays besides",
    steps: [
      invoice("I", { state: "paid", paidAt: "2020-02-07" }),
      invoice("I", { amount: 600 }),
      invoice("J", { amount: 400 }),
      impliedBy("I", on({ I: 600, J: 400 })),
      invoice("I", { state: "paid", paidAt: "2020-03-07" }),
    ],
    state: { invoices: { I: ["paid", 600, "2020-03-07"], J: ["paid", 400, "2020-03-07"] } },
  },
  {
    name: "its payment deleted, it is open again",
    steps: [invoice("I"), payment("P", on({ I: 1_000 })), remove("P")],
    state: {
      invoices: { I: ["open", 0, null] },
      credits: {},
      balance: { ...nothing, outstanding: 1_000, overdue: 1_000 },
    },
  },
];

describe("an invoice", () => {
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
  before?: ledger.LedgerStep[];
  step: ledger.LedgerStep;
  refusal: { status: number; code: string; paths: string[] };
}

const invalid = (...paths: string[]) => ({ status: 422, code: "invalid", paths });

const refusals: Refusal[] = [
  { name: "of an unknown customer", step: invoice("I", { customerId: "external:X" }), refusal: invalid("customerId") },
  {
    name: "paid without its day",
    step: invoice("I", { state: "paid" }),
    refusal: invalid("paidAt"),
  },
  {
    name: "in another currency",
    step: invoice("I", { currency: "USD" }),
    refusal: { status: 422, code: "currency_mismatch", paths: ["currency"] },
  },
  {
    name: "moved to another customer",
    before: [invoice("I")],
    step: invoice("I", { customerId: "external:D" }),
    refusal: invalid("customerId"),
  },
];

describe("an invoice is refused", () => {
  it.each(refusals)("$name", async ({ before = [], step, refusal }) => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "D", name: "Other" }]);
    await ledger.playSteps(database.sql, org, before);
    const standing = await ledger.readLedger(database.sql, org.id);
    const [result] = await ledger.playSteps(database.sql, org, [step]);
    expect(result).toMatchObject({ ok: false, status: refusal.status, code: refusal.code });
    expect(result).toMatchObject({ errors: refusal.paths.map((path) => ({ path })) });
    expect(await ledger.readLedger(database.sql, org.id)).toEqual(standing);
  });

  it("with every mistake at once, and takes the others of the same request", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "C", name: "Globex" }]);
    const { results } = await org.invoices([
      { externalId: "A", customerId: "external:C", issuedAt: "2020-01-01", dueAt: "2020-01-31", amount: 100 },
      { externalId: "B", customerId: "external:C" },
      { externalId: "A", amount: 250 },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 422, 200]);
    expect(results[1]).toMatchObject({ errors: [{ path: "issuedAt" }, { path: "dueAt" }, { path: "amount" }] });
    expect((await ledger.readLedger(database.sql, org.id)).balance).toMatchObject({ outstanding: 250 });
    const changes = await database.sql`select version from changes where organization_id = ${org.id} order by version`;
    expect(changes.map(({ version }) => version)).toEqual([1, 2]);
  });
});
