import type { Sql } from "../../db/client.ts";
import type { Facts } from "../../rules/facts.ts";

/** A table with the columns of customers that rules can name and none of its constraints, so that odd facts fit in. */
export async function createCustomersTable(sql: Sql): Promise<void> {
  await sql.unsafe(`create table customers (
    place int, name text, external_id text, email text, country text, city text, language text, currency text, rating text,
    workflow_id uuid, user_ids uuid[], payment_method_ids uuid[],
    outstanding bigint, due bigint, overdue bigint, unapplied bigint, credit_limit bigint, overdue_since date,
    delay_amount_days numeric, delay_amount numeric, created_at timestamptz, last_reminder_at timestamptz, custom_fields jsonb)`);
}

/** Puts these facts, in order, in place of whatever the table held. */
export async function insertFacts(sql: Sql, all: readonly Facts[]): Promise<void> {
  await sql`truncate customers`;
  for (const [place, row] of all.entries()) {
    const [amountDays, amount] = row.delaySums ?? [null, null];
    await sql`insert into customers values (
      ${place}, ${row.name}, ${row.externalId}, ${row.email}, ${row.country}, ${row.city}, ${row.language}, ${row.currency}, ${row.rating},
      ${row.workflow}, ${row.users}::uuid[], ${row.paymentMethods}::uuid[],
      ${row.outstanding}, ${row.due}, ${row.overdue}, ${row.unapplied}, ${row.creditLimit}, ${row.overdueSince},
      ${amountDays}, ${amount}, ${row.createdAt}, ${row.lastReminderAt}, ${sql.json(row.customFields)})`;
  }
}
