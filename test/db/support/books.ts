import type { Sql } from "../../../db/client.ts";
import type { Facts } from "../../../rules/facts.ts";

/** What a customer's documents come to, added up here in plain TypeScript with bigints; days and amounts as stored. */
export interface Books {
  outstanding: number;
  due: number;
  overdue: number;
  unapplied: number;
  overdueSince: string | null;
  delaySums: [string, string] | null;
  rating: string | null;
}

interface Invoice {
  id: string;
  customerId: string;
  dueAt: string;
  amount: number;
  state: string;
  allocated: number;
  settledAt: string | null;
}

interface Credit {
  id: string;
  customerId: string;
  kind: string;
  amount: number;
  datedAt: string;
  allocated: number;
}

interface Allocation {
  creditId: string;
  invoiceId: string;
  customerId: string;
  amount: number;
}

interface Documents {
  invoices: Invoice[];
  credits: Credit[];
  allocations: Allocation[];
}

type DelayMode = "paidOnly" | "paidAndOverdue";

interface StoredCustomer extends Books {
  id: string;
  version: number;
  facts: Facts;
}

/**
 * Everything that is wrong with the stored numbers of an organization's customers, as sentences: allocations against their
 * documents, states and settling days against allocations, balances against documents, changes against each other.
 */
export async function mistakesInBooks(sql: Sql, organizationId: string, delayMode: DelayMode): Promise<string[]> {
  const documents = await readDocuments(sql, organizationId);
  const mistakes = [...documentMistakes(documents)];
  for (const customer of await readCustomers(sql, organizationId)) {
    const own = documentsOf(documents, customer.id);
    const { id, version, facts, ...stored } = customer;
    const expected = booksOf(own, delayMode, facts.asOf);
    mistakes.push(...differences(`customer ${id}`, expected, stored));
    mistakes.push(...differences(`facts of ${id}`, expected, booksIn(facts)));
    if (stored.outstanding !== stored.due + stored.overdue - stored.unapplied)
      mistakes.push(`customer ${id}: outstanding is not due + overdue − unapplied`);
    mistakes.push(...(await changeMistakes(sql, id, version, facts)));
  }
  return mistakes;
}

/** Adds the documents of one customer up, as of the day `today`. */
export function booksOf({ invoices, credits }: Documents, delayMode: DelayMode, today: string): Books {
  const counting = invoices.filter(({ state }) => state !== "draft" && state !== "void");
  const open = (invoice: Invoice) => invoice.amount - invoice.allocated;
  const late = counting.filter(({ dueAt }) => dueAt < today);
  const overdueDays = late.filter((invoice) => open(invoice) > 0).map(({ dueAt }) => dueAt);
  const delays = counting.flatMap((invoice) => {
    const until = countsUntil(invoice, delayMode, today);
    return until === null ? [] : [{ amount: BigInt(invoice.amount), days: BigInt(daysFrom(invoice.dueAt, until)) }];
  });
  const amountDays = delays.reduce((sum, { amount, days }) => sum + amount * days, 0n);
  const amount = delays.reduce((sum, delay) => sum + delay.amount, 0n);
  return {
    outstanding: total(counting.map((one) => one.amount)) - total(credits.map((one) => one.amount)),
    due: total(counting.filter(({ dueAt }) => dueAt >= today).map(open)),
    overdue: total(late.map(open)),
    unapplied: total(credits.map((credit) => credit.amount - credit.allocated)),
    overdueSince: overdueDays.sort()[0] ?? null,
    delaySums: delays.length === 0 ? null : [String(amountDays), String(amount)],
    rating: delays.length === 0 ? null : letter(amountDays, amount),
  };
}

/** Until which day an invoice's delay runs; null where it does not count. */
function countsUntil(invoice: Invoice, delayMode: DelayMode, today: string): string | null {
  if (invoice.state === "paid") return invoice.settledAt;
  if (delayMode === "paidOnly") return null;
  if (invoice.state === "disputed") return invoice.settledAt ?? today;
  return invoice.dueAt < today && invoice.allocated < invoice.amount ? today : null;
}

function letter(amountDays: bigint, amount: bigint): string {
  const brackets = [
    ["A", 30n],
    ["B", 60n],
    ["C", 90n],
  ] as const;
  return brackets.find(([, days]) => amountDays <= days * amount)?.[0] ?? "D";
}

function* documentMistakes({ invoices, credits, allocations }: Documents): Generator<string> {
  const creditById = new Map(credits.map((credit) => [credit.id, credit]));
  for (const invoice of invoices) {
    const own = allocations.filter(({ invoiceId }) => invoiceId === invoice.id);
    const sum = total(own.map(({ amount }) => amount));
    if (sum !== invoice.allocated) yield `invoice ${invoice.id}: allocated ${invoice.allocated}, allocations ${sum}`;
    const isOut = invoice.state === "draft" || invoice.state === "void";
    if (isOut && sum > 0) yield `invoice ${invoice.id} is ${invoice.state} and has allocations`;
    const paying = own.map((one) => ({ ...one, credit: creditById.get(one.creditId)! }));
    if (paying.some(({ credit }) => credit.customerId !== invoice.customerId))
      yield `invoice ${invoice.id}: paid by another customer`;
    const settling = paying.filter(({ credit }) => credit.kind !== "refund");
    const isSettled = total(settling.map(({ amount }) => amount)) === invoice.amount;
    const days = settling.map(({ credit }) => credit.datedAt).sort();
    const settledAt = isSettled ? days.at(-1)! : null;
    if (settledAt !== invoice.settledAt)
      yield `invoice ${invoice.id}: settled ${invoice.settledAt}, should be ${settledAt}`;
    const follows = isSettled ? "paid" : "open";
    if (["open", "paid"].includes(invoice.state) && invoice.state !== follows)
      yield `invoice ${invoice.id}: ${invoice.state}, should be ${follows}`;
  }
  for (const credit of credits) {
    const sum = total(allocations.filter(({ creditId }) => creditId === credit.id).map(({ amount }) => amount));
    if (sum !== credit.allocated) yield `credit ${credit.id}: allocated ${credit.allocated}, allocations ${sum}`;
    if (sum > credit.amount) yield `credit ${credit.id}: more allocated than its amount`;
  }
}

/** A customer's changes: versions without a gap, each `before` the previous `after`, the last `after` what is stored. */
async function changeMistakes(sql: Sql, customerId: string, version: number, facts: Facts): Promise<string[]> {
  const changes = await sql<{ version: number; before: Facts | null; after: Facts }[]>`
    select version, before, after from changes where customer_id = ${customerId} order by version`;
  const mistakes: string[] = [];
  changes.forEach((change, index) => {
    if (change.version !== index + 1)
      mistakes.push(`customer ${customerId}: version ${change.version} at ${index + 1}`);
    const expected = index === 0 ? null : changes[index - 1]!.after;
    if (JSON.stringify(change.before) !== JSON.stringify(expected))
      mistakes.push(`customer ${customerId}: before of version ${change.version} is not the previous after`);
  });
  if (changes.length !== version)
    mistakes.push(`customer ${customerId}: version ${version}, ${changes.length} changes`);
  if (JSON.stringify(changes.at(-1)?.after) !== JSON.stringify(facts))
    mistakes.push(`customer ${customerId}: its facts are not those of its last change`);
  return mistakes;
}

function differences(what: string, expected: Books, actual: Books): string[] {
  return (Object.keys(expected) as (keyof Books)[]).flatMap((key) => {
    const [wanted, found] = [JSON.stringify(expected[key]), JSON.stringify(actual[key])];
    return wanted === found ? [] : [`${what}: ${key} is ${found}, should be ${wanted}`];
  });
}

function booksIn({ outstanding, due, overdue, unapplied, overdueSince, delaySums, rating }: Facts): Books {
  return { outstanding, due, overdue, unapplied, overdueSince, delaySums, rating };
}

async function readDocuments(sql: Sql, organizationId: string): Promise<Documents> {
  return {
    invoices: await sql<Invoice[]>`
      select id, customer_id as "customerId", due_at as "dueAt", amount, state, allocated, settled_at as "settledAt"
      from invoices where organization_id = ${organizationId}`,
    credits: await sql<Credit[]>`
      select id, customer_id as "customerId", kind, amount, dated_at as "datedAt", allocated
      from credits where organization_id = ${organizationId}`,
    allocations: await sql<Allocation[]>`
      select a.credit_id as "creditId", a.invoice_id as "invoiceId", a.customer_id as "customerId", a.amount
      from allocations a join invoices i on i.id = a.invoice_id where i.organization_id = ${organizationId}`,
  };
}

async function readCustomers(sql: Sql, organizationId: string): Promise<StoredCustomer[]> {
  const rows = await sql<(StoredCustomer & { amountDays: string | null; amount: string | null })[]>`
    select id, version, facts, outstanding, due, overdue, unapplied, overdue_since as "overdueSince", rating,
           delay_amount_days as "amountDays", delay_amount as amount
    from customers where organization_id = ${organizationId}`;
  return rows.map(({ amountDays, amount, ...row }) => ({
    ...row,
    delaySums: amountDays === null || amount === null ? null : [amountDays, amount],
  }));
}

function documentsOf({ invoices, credits, allocations }: Documents, customerId: string): Documents {
  const own = <T extends { customerId: string }>(all: T[]) => all.filter((one) => one.customerId === customerId);
  return { invoices: own(invoices), credits: own(credits), allocations: own(allocations) };
}

function total(amounts: number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

function daysFrom(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}
