import type { CustomFieldValue, Facts, Rating, Slot, Source } from "../rules/facts.ts";
import type { Queryable, Transaction } from "./client.ts";
import { belongsTo } from "./references.ts";

/** Who set a slot last. `version` is the change it was written for: a late effect of an older change must not overwrite it. */
export interface SlotOwner {
  source: Source;
  ruleId?: string;
  ruleName?: string;
  ruleVersion?: number;
  /** The run that set it. */
  runId?: string;
  userId?: string;
  keyId?: string;
  at: string;
  version: number;
}
/** Slots without an owner are absent. */
export type Assignments = Partial<Record<Slot, SlotOwner>>;

/** A customer as stored, money in minor units. */
export interface CustomerRow {
  id: string;
  externalId: string | null;
  name: string | null;
  email: string | null;
  country: string | null;
  city: string | null;
  language: string | null;
  currency: string;
  creditLimit: number | null;
  parentId: string | null;
  lastReminderAt: string | null;
  customFields: Record<string, CustomFieldValue>;
  workflowId: string | null;
  userIds: string[];
  paymentMethodIds: string[];
  assignments: Assignments;
  excludedAt: string | null;
  outstanding: number;
  due: number;
  overdue: number;
  unapplied: number;
  overdueSince: string | null;
  delayAmountDays: string | null;
  delayAmount: string | null;
  rating: Rating | null;
  version: number;
  facts: Facts | null;
  createdAt: string;
}

/** Locks these customers in id order and reads them; rows of another organization or unknown ids are left out. */
export async function lockCustomers(tx: Transaction, organizationId: string, ids: string[]): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  // A statement of its own: what is summed afterwards must be read by a snapshot younger than the lock. `no key`, because rows
  // that refer to a customer are inserted beside it, in no order: with `for update`, evaluations and bulk writes deadlocked.
  // Both are sent in one round trip; the connection runs the second once the first has its locks. A statement that is only
  // awaited is sent a moment later, which would be after the reading.
  const locked = tx`
    select id from customers t where id = any(${ids}::uuid[]) and ${belongsTo(tx, organizationId)}
    order by id for no key update`.execute();
  const [rows] = await Promise.all([readCustomers(tx, organizationId, ids), locked]);
  return rows;
}

/** Reads these customers in id order as they stand; rows of another organization or unknown ids are left out. */
export async function readCustomers(sql: Queryable, organizationId: string, ids: string[]): Promise<CustomerRow[]> {
  return sql<CustomerRow[]>`
    select id, external_id as "externalId", name, email, country, city, language, currency, credit_limit as "creditLimit",
           parent_id as "parentId", last_reminder_at as "lastReminderAt", custom_fields as "customFields",
           workflow_id as "workflowId", user_ids as "userIds", payment_method_ids as "paymentMethodIds", assignments,
           excluded_at as "excludedAt", outstanding, due, overdue, unapplied, overdue_since as "overdueSince",
           delay_amount_days as "delayAmountDays", delay_amount as "delayAmount", rating, version, facts,
           created_at as "createdAt"
    from customers t where id = any(${ids}::uuid[]) and ${belongsTo(sql, organizationId)} order by id`;
}

/** The facts that rules see of a stored customer on the organization's day `today`. */
export function factsOf(row: CustomerRow, today: string): Facts {
  return {
    externalId: row.externalId,
    name: row.name,
    email: row.email,
    country: row.country,
    city: row.city,
    language: row.language,
    currency: row.currency,
    creditLimit: row.creditLimit,
    parentId: row.parentId,
    createdAt: row.createdAt,
    lastReminderAt: row.lastReminderAt,
    customFields: row.customFields,
    outstanding: row.outstanding,
    due: row.due,
    overdue: row.overdue,
    unapplied: row.unapplied,
    overdueSince: row.overdueSince,
    delaySums: row.delayAmountDays !== null && row.delayAmount !== null ? [row.delayAmountDays, row.delayAmount] : null,
    rating: row.rating,
    workflow: row.workflowId,
    users: row.userIds,
    paymentMethods: row.paymentMethodIds,
    asOf: today,
  };
}
