import type { Queryable, Sql, Transaction } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { type Fragment, type Listed, listPage, type Page } from "./lists.ts";
import { isUuid } from "./uuid.ts";

/** `gathering`: for its digest. */
export type NotificationStatus = "gathering" | "planned" | "held" | "running" | "sent" | "failed" | "cancelled";

/** One message to one recipient; its id is the idempotency key that every attempt carries. */
export interface Notification {
  id: string;
  /** Run, rule and customer are null for a digest, which tells of several. */
  runId: string | null;
  ruleId: string | null;
  /** Null for an alert. */
  channelId: string | null;
  kind: "webhook" | "slack" | "email" | "inApp";
  customerId: string | null;
  recipient: { userId?: string; email?: string };
  subject: string;
  body: string;
  status: NotificationStatus;
  attempts: number;
  error: string | null;
  /** A message of ours to owners and admins. */
  alert: "ruleTripped" | null;
  digest: "hourly" | "daily" | null;
  /** The message that carries it. */
  digestId: string | null;
  /** Not before then. */
  dueAt: string | null;
  createdAt: string;
  sentAt: string | null;
  readAt: string | null;
}

export interface NotificationQuery {
  page: Page;
  descending: boolean;
  /** Only the in-app messages to this user, about whichever customer, and digests as the one message that they are. */
  inboxOf?: string | undefined;
  /** Only what was not marked as read. */
  unread?: boolean | undefined;
  /** In-app messages to others are left out: an inbox is each user's own. */
  readableBy?: string | undefined;
  customerId?: string | undefined;
  runId?: string | undefined;
  status?: NotificationStatus | undefined;
}

const columns = (sql: Queryable): Fragment => sql`
  t.id, t.run_id as "runId", r.rule_id as "ruleId", t.channel_id as "channelId", t.kind, t.customer_id as "customerId",
  t.recipient, t.subject, t.body, t.status, t.attempts, t.error, t.alert, t.digest, t.digest_id as "digestId", t.due_at as "dueAt",
  t.created_at as "createdAt", t.sent_at as "sentAt", t.read_at as "readAt"`;

/**
 * What was sent to whom about the customers in scope, oldest first unless told. What a digest gathers is listed message by message;
 * the digest itself is in inboxes only.
 */
export function listNotifications(
  sql: Sql,
  scope: CustomerScope,
  query: NotificationQuery,
): Promise<Listed<Notification>> {
  const { page, descending, inboxOf, unread, readableBy, customerId, runId, status } = query;
  return listPage(sql, {
    columns: columns(sql),
    from: sql`notifications t left join rule_runs r on r.id = t.run_id left join customers c on c.id = t.customer_id`,
    where: [
      sql`t.organization_id = ${scope.organizationId}`,
      ...(inboxOf === undefined
        ? [sql`t.run_id is not null`, ...visible(sql, scope)]
        : [sql`t.digest_id is null`, inInboxOf(sql, inboxOf)]),
      ...(unread === true ? [sql`t.read_at is null`] : []),
      ...(readableBy === undefined ? [] : [sql`t.kind <> 'inApp' or t.user_id = ${readableBy}`]),
      ...(customerId === undefined ? [] : [sql`t.customer_id = ${customerId}`]),
      ...(runId === undefined ? [] : [sql`t.run_id = ${isUuid(runId) ? runId : null}`]),
      ...(status === undefined ? [] : [sql`t.status = ${status}`]),
    ],
    order: descending ? sql`t.id desc` : sql`t.id`,
    page,
    updatedColumn: sql`greatest(t.created_at, t.claimed_at, t.sent_at, t.read_at)`,
  });
}

const inInboxOf = (sql: Queryable, userId: string): Fragment =>
  sql`t.kind = 'inApp' and t.user_id = ${userId} and t.status = 'sent'`;

/** Marks a message of a user's own inbox as read, and answers it; null when there is none. A second time changes nothing. */
export async function markRead(
  tx: Transaction,
  organizationId: string,
  userId: string,
  id: string,
): Promise<Notification | null> {
  if (!isUuid(id)) return null;
  await tx`
    update notifications t set read_at = now()
    where t.id = ${id} and t.organization_id = ${organizationId} and t.read_at is null and ${inInboxOf(tx, userId)}`;
  const [row] = await tx<Notification[]>`
    select ${columns(tx)} from notifications t left join rule_runs r on r.id = t.run_id
    where t.id = ${id} and t.organization_id = ${organizationId} and ${inInboxOf(tx, userId)}`;
  return row ?? null;
}
