import type { Sql } from "../../db/client.ts";
import { newId } from "../../db/uuid.ts";
import type { ApiClient } from "../../test/helpers/apiClient.ts";
import { median } from "../measure.ts";

const ITEMS = 10_000;
const ROUNDS = 3;

export interface Bulk {
  perSecond: number;
  rawPerSecond: number;
  ratio: number;
}

/** Bulk requests of 10,000 items over HTTP beside raw statements that store the same rows, in turns. Items per second. */
export async function measureBulk(
  sql: Sql,
  api: ApiClient,
  organizationId: string,
): Promise<{ customers: Bulk; invoices: Bulk }> {
  const customers: [number, number][] = [];
  const invoices: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const names = Array.from({ length: ITEMS }, (_, index) => `B-${round}-${index}`);
    const people = names.map((name) => ({ externalId: name, name, country: "FR", city: "Paris" }));
    const debts = names.map((name) => ({
      ...{ externalId: `I-${name}`, customerId: `external:${name}`, amount: 14_000, currency: "EUR" },
      ...{ number: name, issuedAt: "2026-01-01", dueAt: "2026-01-31", state: "open" },
    }));
    customers.push([
      await timed(() => raw(sql, organizationId, `R-${round}`, false)),
      await timed(() => send(api, "customers", people)),
    ]);
    invoices.push([
      await timed(() => raw(sql, organizationId, `Q-${round}`, true)),
      await timed(() => send(api, "invoices", debts)),
    ]);
  }
  return { customers: summary(customers), invoices: summary(invoices) };
}

async function send(api: ApiClient, noun: string, items: object[]): Promise<void> {
  const { results } = await api.post<{ results: { status: number }[] }>(`/v1/bulk/${noun}`, { items });
  const refused = results.find((result) => result.status !== 201);
  if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
}

/** The rows of a bulk request, with nothing checked or computed: things, customers moved, changes and queue, in one transaction. */
async function raw(sql: Sql, organizationId: string, prefix: string, withInvoices: boolean): Promise<void> {
  const ids = Array.from({ length: ITEMS }, newId);
  const facts = {
    name: prefix,
    country: "FR",
    city: "Paris",
    customFields: {},
    users: [],
    paymentMethods: [],
    outstanding: 0,
  };
  const rows = ids.map((id, index) => ({
    id,
    changeId: newId(),
    invoiceId: newId(),
    externalId: `${prefix}-${index}`,
    facts,
  }));
  await sql.begin(async (tx) => {
    const shape = tx`jsonb_to_recordset(${tx.json(rows as never)}) as r(id uuid, "changeId" uuid, "invoiceId" uuid, "externalId" text, facts jsonb)`;
    await tx`
      insert into customers (id, organization_id, external_id, name, country, city, currency, version, facts)
      select id, ${organizationId}, "externalId", "externalId", 'FR', 'Paris', 'EUR', 1, facts from ${shape}`;
    if (withInvoices) {
      await tx`select id from customers where id = any(${ids}::uuid[]) order by id for update`;
      await tx`
        insert into invoices (id, organization_id, customer_id, external_id, number, issued_at, due_at, amount, currency, state)
        select "invoiceId", ${organizationId}, id, "externalId", "externalId", '2026-01-01', '2026-01-31', 14000, 'EUR', 'open' from ${shape}`;
      await tx`
        update customers c set outstanding = s.total, version = version + 1
        from (select customer_id, sum(amount) as total from invoices where customer_id = any(${ids}::uuid[]) group by 1) s
        where c.id = s.customer_id`;
    }
    await tx`
      insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, after)
      select "changeId", nextval('change_seq'), ${organizationId}, id, 1, 'created', 'api', 0, "changeId", facts from ${shape}`;
    // Not queued for evaluation but counted as evaluated, so that the worker takes no part in the measurement.
    await tx`
      insert into change_queue (change_id, seq, organization_id, shard, customer_id, version)
      select "changeId", 0, ${organizationId}, 63, id, 1 from ${shape}`;
    await tx`insert into customer_tracking (customer_id, organization_id, version, outstanding) select id, ${organizationId}, 1, 0 from ${shape}`;
  });
  await sql`delete from change_queue where shard = 63`;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return ITEMS / ((performance.now() - start) / 1_000);
}

function summary(pairs: [raw: number, ours: number][]): Bulk {
  const rawPerSecond = median(pairs.map(([rate]) => rate));
  const perSecond = median(pairs.map(([, rate]) => rate));
  return { perSecond, rawPerSecond, ratio: perSecond / rawPerSecond };
}
