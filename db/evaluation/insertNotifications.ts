import type { Transaction } from "../client.ts";
import { nextDigest } from "../digests.ts";
import type { PlannedNotification } from "./planNotifications.ts";

/** Stores planned messages; those of a digest are gathered until its time. */
export async function insertNotifications(
  tx: Transaction,
  organizationId: string,
  notifications: PlannedNotification[],
): Promise<void> {
  if (notifications.length === 0) return;
  await tx`
    insert into notifications (id, organization_id, run_id, action_index, channel_id, kind, customer_id, recipient, user_id, subject,
                               body, status, digest, due_at)
    select r.id, o.id, r."runId", r."actionIndex", r."channelId", r.kind, r."customerId", r.recipient, r."userId", r.subject, r.body,
           case when r.digest is null then 'planned' else 'gathering' end, r.digest, ${nextDigest(tx, tx`r.digest`, tx`o.time_zone`)}
    from organizations o, jsonb_to_recordset(${tx.json(notifications as never)}) as r(
      id uuid, "runId" uuid, "actionIndex" int, "channelId" uuid, kind text, "customerId" uuid, recipient jsonb, "userId" uuid,
      subject text, body text, digest text)
    where o.id = ${organizationId}`;
}
