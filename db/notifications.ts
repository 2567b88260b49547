import type { Sql } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { type Listed, listPage, type Page } from "./lists.ts";
import { isUuid } from "./uuid.ts";

export type NotificationStatus = "planned" | "held" | "running" | "sent" | "failed" | "cancelled";

/** One message to one recipient; its id is the idempotency key that every attempt carries. */
export interface Notification {
  id: string;
  runId: string;
  ruleId: string;
  channelId: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  customerId: string;
  recipient: { userId?: string; email?: string };
  subject: string;
  body: string;
  status: NotificationStatus;
  attempts: number;
  error: string | null;
  createdAt: string;
  sentAt: string | null;
  readAt: string | null;
}

export interface NotificationQuery {
  page: Page;
  descending: boolean;
  /** Only the in-app messages to this user. */
  inboxOf?: string | undefined;
  /** In-app messages to others are left out: an inbox is each user's own. */
  readableBy?: string | undefined;
  customerId?: string | undefined;
  runId?: string | undefined;
  status?: NotificationStatus | undefined;
}

/** What was sent to whom about the customers in scope, oldest first unless told. */
export function listNotifications(
  sql: Sql,
  scope: CustomerScope,
  query: NotificationQuery,
): Promise<Listed<Notification>> {
  const { page, descending, inboxOf, readableBy, customerId, runId, status } = query;
  return listPage(sql, {
    columns: sql`
      t.id, t.run_id as "runId", r.rule_id as "ruleId", t.channel_id as "channelId", t.kind, t.customer_id as "customerId",
      t.recipient, t.subject, t.body, t.status, t.attempts, t.error, t.created_at as "createdAt", t.sent_at as "sentAt",
      t.read_at as "readAt"`,
    from: sql`notifications t join rule_runs r on r.id = t.run_id join customers c on c.id = t.customer_id`,
    where: [
      ...visible(sql, scope),
      sql`t.organization_id = ${scope.organizationId}`,
      ...(inboxOf === undefined ? [] : [sql`t.kind = 'inApp' and t.user_id = ${inboxOf} and t.status = 'sent'`]),
      ...(readableBy === undefined ? [] : [sql`t.kind <> 'inApp' or t.user_id = ${readableBy}`]),
      ...(customerId === undefined ? [] : [sql`t.customer_id = ${customerId}`]),
      ...(runId === undefined ? [] : [sql`t.run_id = ${isUuid(runId) ? runId : null}`]),
      ...(status === undefined ? [] : [sql`t.status = ${status}`]),
    ],
    order: descending ? sql`t.id desc` : sql`t.id`,
    page,
    updatedColumn: sql`coalesce(t.sent_at, t.created_at)`,
  });
}
