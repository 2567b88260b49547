import type { Sql, Transaction } from "../../db/client.ts";
import { newId } from "../../db/uuid.ts";

/** What a bulk request would store, made beforehand: nothing is checked, looked up or computed while it is timed. */
export interface RawBulk {
  customers(): Promise<void>;
  invoices(): Promise<void>;
  /** Takes its changes off the queue. They lie in a shard that nobody works on, so that no worker takes part. */
  clear(): Promise<void>;
}

const SHARD = 63;

/** The statements of bulk requests, bare: the same rows with facts as long, one transaction and one statement for each step. */
export function rawBulk(sql: Sql, organizationId: string, prefix: string, items: number): RawBulk {
  const ids = Array.from({ length: items }, newId);
  const names = ids.map((_, index) => `${prefix}-${index}`);
  const lines = (outstanding: number) => names.map((name) => JSON.stringify(factsOf(name, outstanding))).join("\n");
  const [created, owing] = [lines(0), lines(14_000)];
  const changeIds = [ids.map(() => newId()), ids.map(() => newId())];
  const invoiceIds = ids.map(() => newId());

  const given = (tx: Transaction, changes: string[], facts: string) => tx`
    select r.id, r.change_id, r.name, nextval('change_seq') as seq, r.facts::jsonb as facts
    from rows from (unnest(${ids}::uuid[]), unnest(${changes}::uuid[]), unnest(${names}::text[]),
                    string_to_table(${facts}, chr(10))) as r(id, change_id, name, facts)`;
  const queued = (tx: Transaction, version: number) => tx`
    insert into change_queue (change_id, seq, organization_id, shard, customer_id, version)
    select change_id, seq, ${organizationId}, ${SHARD}, id, ${version} from given`;

  return {
    customers: async () => {
      await sql.begin(
        (tx) => tx`
          with given as materialized (${given(tx as Transaction, changeIds[0]!, created)}), recorded as (
            insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, after)
            select change_id, seq, ${organizationId}, id, 1, 'created', 'api', 0, change_id, facts from given
          ), queued as (${queued(tx as Transaction, 1)})
          insert into customers (id, organization_id, external_id, name, country, city, currency, version, facts)
          select id, ${organizationId}, name, name, 'FR', 'Paris', 'EUR', 1, facts from given`,
      );
    },
    invoices: async () => {
      await sql.begin(async (tx) => {
        await tx`select id from customers where id = any(${ids}::uuid[]) order by id for no key update`;
        await tx`select id, facts from customers where id = any(${ids}::uuid[])`;
        await tx`
          insert into invoices (id, organization_id, customer_id, external_id, number, issued_at, due_at, amount, currency, state)
          select i.id, ${organizationId}, i.customer_id, i.name, i.name, '2026-01-01', '2026-01-31', 14000, 'EUR', 'open'
          from unnest(${invoiceIds}::uuid[], ${ids}::uuid[], ${names}::text[]) as i(id, customer_id, name)`;
        await tx`select customer_id, sum(amount) as total from invoices where customer_id = any(${ids}::uuid[]) group by 1`;
        await tx`
          with given as materialized (${given(tx as Transaction, changeIds[1]!, owing)}), recorded as (
            insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, before, after)
            select g.change_id, g.seq, ${organizationId}, g.id, 2, 'updated', 'api', 0, g.change_id, c.facts, g.facts
            from given g join customers c on c.id = g.id
          ), queued as (${queued(tx as Transaction, 2)})
          update customers c set outstanding = 14000, overdue = 14000, overdue_since = '2026-01-31', version = 2, facts = g.facts,
            updated_at = now()
          from given g where c.id = g.id`;
      });
    },
    clear: async () => {
      await sql`delete from change_queue where shard = ${SHARD}`;
    },
  };
}

/** Facts as a write records them. */
const factsOf = (name: string, outstanding: number) => ({
  ...{ externalId: name, name, email: null, country: "FR", city: "Paris", language: null, currency: "EUR" },
  ...{ creditLimit: null, parentId: null, createdAt: "2026-11-22T06:44:37.000Z", lastReminderAt: null },
  ...{ customFields: {}, outstanding, due: 0, overdue: outstanding, unapplied: 0 },
  ...{ overdueSince: outstanding === 0 ? null : "2026-01-31", delaySums: null, rating: null, workflow: null },
  ...{ users: [], paymentMethods: [], asOf: "2026-11-22" },
});
