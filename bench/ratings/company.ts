import type { Queryable, Sql } from "../../db/client.ts";
import type { Fragment } from "../../db/lists.ts";

/** Part of the customers who move in the night: half become overdue, half pass 30 days. */
export const MOVING = 0.02;
const BATCH = 50_000;

/**
 * Makes customers with two invoices each, as the API would have written them yesterday: one paid, one open. Of a hundred
 * customers one has an invoice that was due yesterday, one has one that is 30 days overdue today, thirty are overdue otherwise,
 * and the others are due later.
 */
export async function companyOf(sql: Sql, organizationId: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    await sql.begin(async (tx) => {
      await tx`
        create temporary table made on commit drop as
        select n, ${idOf(tx, 0)} as id, d.due, d.due < current_date - 1 as late
        from generate_series(${from}::int, ${Math.min(count, from + BATCH) - 1}::int) n
        cross join lateral (
          select current_date + case when n % 100 = 0 then -1 when n % 100 = 1 then -30
                                     when n % 100 < 32 then -40 - n % 400 else n % 60 end as due) d`;
      await tx`
        insert into customers (id, organization_id, external_id, name, country, city, currency, credit_limit, outstanding, due, overdue,
          overdue_since, delay_amount_days, delay_amount, rating, version, facts, created_at)
        select id, ${organizationId}::uuid, 'C-' || n, 'Customer ' || n, 'FR', 'Paris', 'EUR', 500000, 10000,
          case when late then 0 else 10000 end, case when late then 10000 else 0 end, case when late then due end, 250000, 10000, 'A', 1,
          jsonb_build_object('externalId', 'C-' || n, 'name', 'Customer ' || n, 'email', null, 'country', 'FR', 'city', 'Paris',
            'language', null, 'currency', 'EUR', 'creditLimit', 500000, 'parentId', null, 'createdAt', '2026-01-01T00:00:00.000Z',
            'lastReminderAt', null, 'customFields', '{}'::jsonb, 'outstanding', 10000, 'due', case when late then 0 else 10000 end,
            'overdue', case when late then 10000 else 0 end, 'unapplied', 0, 'overdueSince', case when late then due end,
            'delaySums', '["250000", "10000"]'::jsonb, 'rating', 'A', 'workflow', null, 'users', '[]'::jsonb,
            'paymentMethods', '[]'::jsonb, 'asOf', current_date - 1), '2026-01-01'
        from made`;
      await tx`
        insert into customer_tracking (customer_id, organization_id, version, outstanding, average_payment_delay, rating)
        select id, ${organizationId}::uuid, 1, 10000, 25, 'A' from made`;
      await tx`
        insert into invoices (id, organization_id, customer_id, external_id, issued_at, due_at, amount, currency, state, paid_at, allocated, settled_at)
        select ${idOf(tx, 1)}, ${organizationId}::uuid, id, 'O-' || n, due - 30, due, 10000, 'EUR', 'open', null::date, 0, null::date from made
        union all
        select ${idOf(tx, 2)}, ${organizationId}::uuid, id, 'P-' || n, current_date - 200, current_date - 170, 10000, 'EUR', 'paid',
               current_date - 145, 10000, current_date - 145 from made`;
      await tx`
        with paid as (
          insert into credits (id, organization_id, customer_id, kind, external_id, amount, currency, dated_at, allocated)
          select ${idOf(tx, 3)}, ${organizationId}::uuid, id, 'payment', 'P-' || n, 10000, 'EUR', current_date - 145, 10000 from made
          returning id, external_id)
        insert into allocations (credit_id, invoice_id, customer_id, amount)
        select p.id, i.id, i.customer_id, 10000
        from paid p join invoices i on i.organization_id = ${organizationId} and i.external_id = p.external_id`;
    });
  }
  await sql`update organizations set ratings_as_of = current_date - 1 where id = ${organizationId}`;
  await sql`vacuum (analyze) customers, invoices, credits, customer_tracking`;
}

/** An id for row `n` of a table: in the order of making, as ours are. Random ones make the indexes several times as slow to fill. */
function idOf(sql: Queryable, table: number): Fragment {
  return sql`(${`0190000${table}-0000-7000-8000-`}::text || lpad(to_hex(n), 12, '0'))::uuid`;
}
