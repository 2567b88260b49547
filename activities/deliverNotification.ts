import { ApplicationFailure } from "@temporalio/common";
import { beginDelivery, finishDelivery, noteFailedAttempt } from "../db/deliveries.ts";
import type { ActivityContext } from "./context.ts";
import { permanentDelivery } from "./failures.ts";

/**
 * Delivers one notification and records it. Sent at least once, always under the same key: an attempt that died between the
 * receiver's answer and our record is made again. A rule that was deactivated meanwhile does not act.
 */
export async function deliverNotification(
  { sql, webhooks }: ActivityContext,
  { organizationId, notificationId }: { organizationId: string; notificationId: string },
): Promise<void> {
  const delivery = await beginDelivery(sql, organizationId, notificationId);
  if (!delivery) throw permanentDelivery("the notification no longer exists");
  // Ended by an attempt whose answer was lost.
  if (delivery.status !== "running") return;
  if (delivery.ruleStatus !== "active" && delivery.ruleStatus !== "paused") {
    await finishDelivery(sql, notificationId, "cancelled", null);
    return;
  }
  try {
    switch (delivery.kind) {
      case "webhook":
        await webhooks.send(delivery);
        break;
      case "inApp":
        // Its delivery is the record itself: the recipient's inbox reads it.
        break;
      default:
        throw permanentDelivery(`channels of kind ${delivery.kind} are not carried out by this build`);
    }
  } catch (error) {
    if (error instanceof ApplicationFailure) await noteFailedAttempt(sql, notificationId, error.message);
    throw error;
  }
  await finishDelivery(sql, notificationId, "sent", null);
}
