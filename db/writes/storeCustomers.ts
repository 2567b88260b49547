import type { Queryable, Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { asCreatedMeanwhile, CreatedMeanwhile } from "./createdMeanwhile.ts";
import type { WriteScope } from "./scope.ts";

/** Inserts new customers in external-id order, so that racing writers wait for instead of deadlocking each other. */
export async function insertCustomers(tx: Transaction, scope: WriteScope, rows: CustomerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ordered = [...rows].sort((a, b) => compare(a.externalId ?? a.id, b.externalId ?? b.id));
  const result = await tx`
    insert into customers (id, organization_id, external_id, name, email, country, city, language, currency, credit_limit, parent_id,
      last_reminder_at, custom_fields, workflow_id, user_ids, payment_method_ids, assignments, version, facts, created_at, updated_at)
    select id, ${scope.organizationId}, "externalId", name, email, country, city, language, currency, "creditLimit", "parentId",
      "lastReminderAt", "customFields", "workflowId", "userIds", "paymentMethodIds", assignments, version, facts, "createdAt", "createdAt"
    from jsonb_to_recordset(${tx.json(ordered as never)}) as r(
      id uuid, "externalId" text, name text, email text, country text, city text, language text, currency char(3),
      "creditLimit" bigint, "parentId" uuid, "lastReminderAt" timestamptz, "customFields" jsonb, "workflowId" uuid, "userIds" uuid[],
      "paymentMethodIds" uuid[], assignments jsonb, version int, facts jsonb, "createdAt" timestamptz)
    on conflict (organization_id, external_id) do nothing`;
  if (result.count !== rows.length) throw new CreatedMeanwhile("another write created one of these customers");
}

/** Stores locked customers as they stand in memory. */
export async function updateCustomers(sql: Queryable, rows: CustomerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update customers c set
      external_id = r."externalId", name = r.name, email = r.email, country = r.country, city = r.city, language = r.language,
      currency = r.currency, credit_limit = r."creditLimit", parent_id = r."parentId", last_reminder_at = r."lastReminderAt",
      custom_fields = r."customFields", workflow_id = r."workflowId", user_ids = r."userIds", payment_method_ids = r."paymentMethodIds",
      assignments = r.assignments, excluded_at = r."excludedAt", outstanding = r.outstanding, due = r.due, overdue = r.overdue, unapplied = r.unapplied,
      overdue_since = r."overdueSince", delay_amount_days = r."delayAmountDays", delay_amount = r."delayAmount", rating = r.rating,
      version = r.version, facts = r.facts, updated_at = now()
    from jsonb_to_recordset(${sql.json(rows as never)}) as r(
      id uuid, "externalId" text, name text, email text, country text, city text, language text, currency char(3),
      "creditLimit" bigint, "parentId" uuid, "lastReminderAt" timestamptz, "customFields" jsonb, "workflowId" uuid, "userIds" uuid[],
      "paymentMethodIds" uuid[], assignments jsonb, "excludedAt" timestamptz, outstanding bigint, due bigint, overdue bigint, unapplied bigint,
      "overdueSince" date, "delayAmountDays" numeric, "delayAmount" numeric, rating char(1), version int, facts jsonb)
    where c.id = r.id`.catch(asCreatedMeanwhile);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
