import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createCompany, serialize } from "../../examples/generator/company.ts";
import { addDays, FIRST_DAY, LAST_DAY } from "../../examples/generator/days.ts";
import { openParts, sum } from "./ledger.ts";

const company = createCompany();
const { customers, invoices, payments } = company;
const customerOf = new Map(customers.map((customer) => [`external:${customer.externalId}`, customer]));
const invoiceOf = new Map(invoices.map((invoice) => [`external:${invoice.externalId}`, invoice]));

describe("the sample company", () => {
  test.each(Object.entries(company))("writes %s.json as it is committed, byte by byte", async (name, records) => {
    const committed = await readFile(new URL(`../../examples/company/${name}.json`, import.meta.url), "utf8");
    expect(serialize(records)).toBe(committed);
  });

  test("has 12 users, 500 customers and about 5,000 invoices and payments", () => {
    expect(company.users).toHaveLength(12);
    expect(customers).toHaveLength(500);
    expect(invoices.length + payments.length).toBeGreaterThan(4_500);
    expect(invoices.length + payments.length).toBeLessThan(5_500);
  });

  test("names everything once", () => {
    for (const ids of [customers, invoices, payments].map((records) => records.map(({ externalId }) => externalId))) {
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(new Set(customers.map(({ name }) => name)).size).toBe(customers.length);
    expect(new Set(company.users.map(({ email }) => email)).size).toBe(company.users.length);
  });

  test("spreads over countries, currencies, plans and segments", () => {
    const values = (read: (customer: (typeof customers)[number]) => unknown) => new Set(customers.map(read));
    expect(values(({ country }) => country).size).toBe(11);
    expect([...values(({ currency }) => currency)].sort()).toEqual(["CAD", "CHF", "EUR", "GBP", "SEK", "USD"]);
    expect(values(({ customFields }) => customFields.plan)).toEqual(new Set(["Basic", "Business", "Premium"]));
    expect(values(({ customFields }) => customFields.segment)).toEqual(
      new Set([undefined, "B2B", "B2C", "B2B, B2C", "b2b"]),
    );
  });
});

describe("its money", () => {
  test("belongs to a customer and is in that customer's currency", () => {
    for (const record of [...invoices, ...payments]) {
      expect(customerOf.get(record.customerId)?.currency, record.externalId).toBe(record.currency);
    }
  });

  test("lies within the year, invoices due after they are issued, payments not before their invoices", () => {
    for (const { issuedAt, dueAt, paidAt } of invoices) {
      expect(issuedAt >= FIRST_DAY && issuedAt <= LAST_DAY).toBe(true);
      expect(dueAt > issuedAt && dueAt <= addDays(issuedAt, 60)).toBe(true);
      if (paidAt !== undefined) expect(paidAt >= issuedAt && paidAt <= LAST_DAY).toBe(true);
    }
    for (const { paidAt, allocations, externalId } of payments) {
      expect(paidAt <= LAST_DAY, externalId).toBe(true);
      for (const { invoiceId } of allocations) expect(invoiceOf.get(invoiceId)!.issuedAt <= paidAt).toBe(true);
    }
  });

  test("allocates to open invoices of the same customer, never over the payment or over the open part", () => {
    const open = new Map(invoices.map((invoice) => [`external:${invoice.externalId}`, invoice.amount]));
    for (const { externalId, customerId, amount, allocations } of payments) {
      expect(sum(allocations.map((allocation) => allocation.amount)), externalId).toBeLessThanOrEqual(amount);
      for (const allocation of allocations) {
        const invoice = invoiceOf.get(allocation.invoiceId);
        expect(invoice?.customerId, externalId).toBe(customerId);
        expect(invoice?.state, externalId).toBe("open");
        const rest = open.get(allocation.invoiceId)! - allocation.amount;
        expect(rest, externalId).toBeGreaterThanOrEqual(0);
        open.set(allocation.invoiceId, rest);
      }
    }
  });

  test("reconciles: what is open less what is unapplied is what was billed less what was paid", () => {
    for (const customer of customers) {
      const { open, unapplied, billed, paid } = openParts(company, customer.externalId);
      expect(open - unapplied, customer.externalId).toBe(billed - paid);
    }
  });

  test("shows every way to pay: early, late, in part, for several invoices, for none, too much, disputed, one void", () => {
    const delays = payments.flatMap(({ paidAt, allocations }) =>
      allocations.map(({ invoiceId }) => Date.parse(paidAt) - Date.parse(invoiceOf.get(invoiceId)!.dueAt)),
    );
    const inState = (state: string) => invoices.filter((invoice) => invoice.state === state).length;
    const allocated = (payment: (typeof payments)[number]) => sum(payment.allocations.map(({ amount }) => amount));
    const isPartial = ({ invoiceId, amount }: { invoiceId: string; amount: number }) =>
      amount < invoiceOf.get(invoiceId)!.amount;
    const counts = {
      early: delays.filter((delay) => delay < 0).length,
      late: delays.filter((delay) => delay > 30 * 86_400_000).length,
      partial: payments.filter(({ allocations }) => allocations.some(isPartial)).length,
      forSeveral: payments.filter(({ allocations }) => allocations.length > 1).length,
      forNone: payments.filter(({ allocations }) => allocations.length === 0).length,
      tooMuch: payments.filter((payment) => allocated(payment) > 0 && allocated(payment) < payment.amount).length,
      paidWithoutPayment: inState("paid"),
      disputed: inState("disputed"),
      draft: inState("draft"),
    };
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(0);
    expect(inState("void")).toBe(1);
  });
});
