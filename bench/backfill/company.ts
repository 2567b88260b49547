import type { Sql } from "../../db/client.ts";

const BATCH = 50_000;

/** Makes customers as the API would have written them, with their changes evaluated; every second one is in France. */
export async function companyOf(sql: Sql, organizationId: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    await sql.begin(async (tx) => {
      await tx`
        create temporary table made on commit drop as
        select n, f.id, f.change_id, jsonb_build_object('externalId', 'C-' || n, 'name', 'Customer ' || n, 'email', null,
            'country', f.country, 'city', 'Paris', 'language', null, 'currency', 'EUR', 'creditLimit', 500000, 'parentId', null,
            'createdAt', '2026-01-01T00:00:00.000Z', 'lastReminderAt', null, 'customFields', '{}'::jsonb, 'outstanding', 0,
            'due', 0, 'overdue', 0, 'unapplied', 0, 'overdueSince', null, 'delaySums', null, 'rating', null, 'workflow', null,
            'users', '[]'::jsonb, 'paymentMethods', '[]'::jsonb, 'asOf', current_date) as facts, f.country
        from generate_series(${from}::int, ${Math.min(count, from + BATCH) - 1}::int) n
        cross join lateral (select uuidv7() as id, uuidv7() as change_id, case when n % 2 = 0 then 'FR' else 'US' end as country) f`;
      await tx`
        insert into customers (id, organization_id, external_id, name, country, city, currency, credit_limit, version, facts, created_at)
        select id, ${organizationId}::uuid, 'C-' || n, 'Customer ' || n, country, 'Paris', 'EUR', 500000, 1, facts, '2026-01-01' from made`;
      await tx`
        insert into changes (id, seq, organization_id, customer_id, version, kind, source, ruleset_number, root_id, after)
        select change_id, nextval('change_seq'), ${organizationId}::uuid, id, 1, 'created', 'api', 0, change_id, facts from made`;
      await tx`
        insert into customer_tracking (customer_id, organization_id, version, outstanding)
        select id, ${organizationId}::uuid, 1, 0 from made`;
    });
  }
  await sql`vacuum (analyze) customers, changes, customer_tracking`;
}
