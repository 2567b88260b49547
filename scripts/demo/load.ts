import { z } from "zod";
import type { Company } from "../../examples/schema.ts";
import { anything, bulkAnswer, named } from "./answers.ts";
import type { SendOptions } from "./client.ts";
import { DemoError } from "./errors.ts";
import { withProgress } from "./progress.ts";
import type { Session } from "./session.ts";

const MISTAKES_SHOWN = 5;
const LONGEST_PAGE = 500;

/** Users, custom fields, collection workflows and payment methods; what the organization already has is left as it is. */
export async function loadSettings(session: Session, company: Company): Promise<void> {
  const users = await ensure(session, "users", company.users, (user) => user.email.toLowerCase());
  for (const { email, name } of company.users) define(users, email.toLowerCase(), (id) => session.names.set(id, name));
  await ensure(session, "custom_fields", company.customFields, (field) => field.key);
  const workflows = await ensure(session, "workflows", company.workflows, (workflow) => workflow.name);
  for (const { name } of company.workflows) {
    define(workflows, name, (id) => {
      session.symbols.define("workflow", name, id);
      session.names.set(id, name);
    });
  }
  const methods = await ensure(session, "payment_methods", company.paymentMethods, (method) => method.name);
  for (const { name } of company.paymentMethods) {
    define(methods, name, (id) => session.symbols.define("paymentMethod", name, id));
  }
}

/**
 * Customers as a CSV import would bring them: source `csv`, so that rules may change their assignments. Written with the key's own
 * source `api` they would keep them, because the API outranks rules.
 */
export async function loadCustomers(session: Session, company: Company): Promise<void> {
  const { customers } = company;
  await withProgress("customers", customers.length, () => bulk(session, "customers", customers, { source: "csv" }));
}

/** The year of money, month by month: its invoices, then the payments that came in. */
export async function loadHistory(session: Session, { invoices, payments }: Company): Promise<void> {
  const days = [...invoices.map(({ issuedAt }) => issuedAt), ...payments.map(({ paidAt }) => paidAt)];
  const months = [...new Set(days.map(monthOf))].sort();
  await withProgress("money", invoices.length + payments.length, async (update) => {
    let done = 0;
    for (const month of months) {
      const issued = invoices.filter(({ issuedAt }) => monthOf(issuedAt) === month);
      const paid = payments.filter(({ paidAt }) => monthOf(paidAt) === month);
      await bulk(session, "invoices", issued, { step: month });
      await bulk(session, "payments", paid, { step: month });
      done += issued.length + paid.length;
      update(done);
    }
  });
}

const monthOf = (day: string) => day.slice(0, 7);

/** Creates the records whose key is not there yet; answers all ids by key. */
async function ensure<T extends object>(
  session: Session,
  noun: "users" | "custom_fields" | "workflows" | "payment_methods",
  records: T[],
  keyOf: (record: T) => string,
): Promise<Map<string, string>> {
  const ids = await existing(session, noun);
  for (const record of records) {
    const key = keyOf(record);
    if (ids.has(key)) continue;
    const options = { idempotencyKey: session.idempotencyKey(`${noun}-${key}`) };
    const { id } = await session.client.send("POST", `/v1/${noun}`, record, named, options);
    ids.set(key, id);
  }
  return ids;
}

const listed = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  key: z.string().optional(),
});

async function existing(session: Session, noun: string): Promise<Map<string, string>> {
  const answer = await session.client.get(`/v1/${noun}?limit=${LONGEST_PAGE}`, z.record(z.string(), anything));
  const plural = noun.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const things = z.array(listed).parse(answer[plural]);
  return new Map(things.map(({ id, email, key, name }) => [email?.toLowerCase() ?? key ?? name ?? id, id]));
}

function define(ids: Map<string, string>, key: string, use: (id: string) => void): void {
  const id = ids.get(key);
  if (id === undefined) throw new DemoError(`${key} was not created.`);
  use(id);
}

async function bulk(
  session: Session,
  noun: "customers" | "invoices" | "payments",
  items: readonly object[],
  { step = "all", source }: { step?: string; source?: SendOptions["source"] } = {},
): Promise<void> {
  if (items.length === 0) return;
  const body = { items: session.symbols.resolve(items) };
  const { results } = await session.client.send("POST", `/v1/bulk/${noun}`, body, bulkAnswer, {
    idempotencyKey: session.idempotencyKey(`${noun}-${step}`),
    ...(source === undefined ? {} : { source }),
  });
  const refused = results.filter(({ status }) => status >= 400);
  if (refused.length === 0) return;
  const shown = refused.slice(0, MISTAKES_SHOWN).map(({ index, status, message, errors }) => {
    const why = errors.map((mistake) => `${mistake.path}: ${mistake.message}`).join("; ") || message;
    return `\n  ${JSON.stringify(items[index])}\n    ${status} ${why}`;
  });
  throw new DemoError(`${refused.length} of ${items.length} ${noun} were refused:${shown.join("")}`);
}
