import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../../db/transaction.ts";
import { deleteCredit, writeCredits, writeInvoices } from "../../../db/writes/index.ts";
import type { CreditKind, InvoiceInput } from "../../../db/writes/types.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { mistakesInBooks } from "../support/books.ts";

const HISTORIES = 60;
const CUSTOMERS = 2;
const INVOICES = 4;
const CREDITS = 3;
const KINDS: CreditKind[] = ["payment", "creditNote", "refund"];

interface InvoiceStep {
  type: "invoice";
  number: number;
  amount?: number;
  due?: number;
  state?: NonNullable<InvoiceInput["state"]>;
  paid?: number;
}
interface CreditStep {
  type: "credit";
  kind: CreditKind;
  /** A credit of its own, or the payment that an invoice implied. */
  number: number | { implied: number };
  amount?: number;
  dated?: number;
  allocations?: { invoice: number; amount: number }[];
}
interface DeleteStep {
  type: "delete";
  kind: CreditKind;
  number: number | { implied: number };
}
type Step = InvoiceStep | CreditStep | DeleteStep;

const invoiceNumber = fc.nat({ max: INVOICES - 1 });
// Few and round, so that documents meet each other exactly; and some whose sums of amount × days pass 2^53.
const amount = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(100, 200, 300, 500) },
  { weight: 1, arbitrary: fc.constantFrom(1, 999, 9_999_999_999_999) },
);
/** Days from today. */
const day = fc.constantFrom(-200, -95, -61, -31, -30, -1, 0, 1, 20);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const someCredit = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: CREDITS - 1 }) },
  { weight: 1, arbitrary: fc.record({ implied: invoiceNumber }) },
);

const invoiceStep = fc.record({
  type: fc.constant("invoice" as const),
  number: invoiceNumber,
  amount: maybe(amount),
  due: maybe(day),
  state: maybe(fc.constantFrom("draft", "open", "paid", "paid", "void", "disputed")),
  paid: maybe(day),
});
const creditStep = fc.record({
  type: fc.constant("credit" as const),
  kind: fc.constantFrom("payment" as const, "payment" as const, ...KINDS),
  number: someCredit,
  amount: maybe(amount),
  dated: maybe(day),
  allocations: maybe(fc.array(fc.record({ invoice: invoiceNumber, amount }), { maxLength: 3 })),
});
const deleteStep = fc.record({
  type: fc.constant("delete" as const),
  kind: fc.constantFrom(...KINDS),
  number: someCredit,
});
const history = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: invoiceStep },
    { weight: 4, arbitrary: creditStep },
    { weight: 1, arbitrary: deleteStep },
  ) as fc.Arbitrary<Step>,
  { minLength: 8, maxLength: 30, size: "max" },
);

/** Histories in which a payment that an invoice implied pays another invoice by the time the first one moves again. */
const PITFALLS: Step[][] = [
  [
    { type: "invoice", number: 0, amount: 300, state: "paid", paid: -5 },
    { type: "invoice", number: 0, state: "void" },
    { type: "invoice", number: 2, amount: 300 },
    { type: "credit", kind: "payment", number: { implied: 0 }, allocations: [{ invoice: 2, amount: 300 }] },
    { type: "invoice", number: 0, state: "open" },
  ],
  [
    { type: "invoice", number: 0, amount: 300, state: "paid", paid: -5 },
    { type: "invoice", number: 0, amount: 200 },
    { type: "invoice", number: 2, amount: 100 },
    {
      ...{ type: "credit", kind: "payment", number: { implied: 0 } },
      allocations: [
        { invoice: 0, amount: 200 },
        { invoice: 2, amount: 100 },
      ],
    },
    { type: "invoice", number: 0, state: "paid", paid: 20 },
  ],
];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** Plays one history in an organization of its own; answers how many of its writes were taken. */
async function play(org: TestOrganization, steps: Step[]): Promise<number> {
  const { sql } = database;
  const [row] = await sql<{ today: string }[]>`select (now() at time zone 'UTC')::date as today`;
  const dayAt = (offset: number) =>
    new Date(Date.parse(`${row!.today}T00:00:00Z`) + offset * 86_400_000).toISOString().slice(0, 10);
  await org.customers(
    Array.from({ length: CUSTOMERS }, (_, index) => ({ externalId: `C${index}`, name: `C${index}` })),
  );
  const [implied, taken] = [new Map<number, string>(), { count: 0 }];
  const isNew = new Set<string>();

  for (const step of steps) {
    const results = await inTransaction(sql, async (tx) => {
      if (step.type === "invoice") return (await writeInvoices(tx, org.context(), [invoiceItem(step)])).results;
      const target = targetOf(step.kind, step.number);
      if (target === undefined) return [];
      if (step.type === "delete") return (await deleteCredit(tx, org.context(), step.kind, target)).results;
      return (await writeCredits(tx, org.context(), step.kind, [creditItem(step, target)])).results;
    });
    taken.count += results.filter(({ ok }) => ok).length;
    if (step.type === "invoice" && results[0]?.ok) await noteImplied(step.number, results[0].id);
  }
  return taken.count;

  function invoiceItem({ number, amount, due, state, paid }: InvoiceStep) {
    const externalId = `I${number}`;
    const first = !isNew.has(externalId);
    isNew.add(externalId);
    return {
      input: {
        externalId,
        customerId: `external:C${number % CUSTOMERS}`,
        issuedAt: dayAt(-250),
        ...(first || due !== undefined ? { dueAt: dayAt(due ?? -10) } : {}),
        ...(first || amount !== undefined ? { amount: amount ?? 300 } : {}),
        ...(state === undefined ? {} : { state }),
        ...(paid === undefined ? {} : { paidAt: dayAt(paid) }),
      },
    };
  }

  function creditItem({ number, amount, dated, allocations, kind }: CreditStep, target: string) {
    const isOwn = typeof number === "number";
    const first = isOwn && !isNew.has(`${kind}${number}`);
    if (isOwn) isNew.add(`${kind}${number}`);
    return {
      ...(isOwn ? {} : { target }),
      input: {
        ...(isOwn ? { externalId: `${number}`, customerId: `external:C${number % CUSTOMERS}` } : {}),
        ...(first || amount !== undefined ? { amount: amount ?? 300 } : {}),
        ...(first || dated !== undefined ? { datedAt: dayAt(dated ?? -5) } : {}),
        ...(allocations === undefined
          ? {}
          : { allocations: allocations.map((one) => ({ invoiceId: `external:I${one.invoice}`, amount: one.amount })) }),
      },
    };
  }

  function targetOf(kind: CreditKind, number: CreditStep["number"]): string | undefined {
    if (typeof number === "number") return `external:${number}`;
    return kind === "payment" ? implied.get(number.implied) : undefined;
  }

  async function noteImplied(number: number, invoiceId: string): Promise<void> {
    const [credit] = await sql<{ id: string }[]>`select id from credits where implied_by_invoice_id = ${invoiceId}`;
    if (credit) implied.set(number, credit.id);
  }
}

describe.each(["paidOnly", "paidAndOverdue"] as const)("any history of documents, delay mode %s", (delayMode) => {
  it("leaves every number as adding the documents up from scratch gives it", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const org = await createTestOrganization(database.sql);
        await database.sql`update organizations set delay_mode = ${delayMode} where id = ${org.id}`;
        taken += await play(org, steps);
        expect(await mistakesInBooks(database.sql, org.id, delayMode)).toEqual([]);
      }),
      { numRuns: HISTORIES / 2, examples: PITFALLS.map((steps): [Step[]] => [steps]) },
    );
    // Histories that are mostly refused would prove nothing.
    expect(taken).toBeGreaterThan(HISTORIES * 3);
  });
});
