import { activityInfo } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { beginDelivery, finishDelivery, noteFailedAttempt, putBack } from "../db/deliveries.ts";
import type { DeliveryInput } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import { permanentDelivery, temporaryDelivery } from "./failures.ts";
import { type SendingRoom, waitForRoom } from "./sendingRoom.ts";

/**
 * Delivers one notification when there is room for its request. One that is turned away has not been attempted: it comes back
 * soon, and leaves the turn to others in between.
 */
export async function deliverNotification(
  context: ActivityContext,
  room: SendingRoom,
  input: DeliveryInput,
): Promise<void> {
  const { organizationId, notificationId, channelId = organizationId, kind } = input;
  if (kind === "inApp") return deliver(context, organizationId, notificationId);
  const leave = room.enter(organizationId, channelId);
  if (leave === null) {
    throw temporaryDelivery("too many requests to the receiver are under way", waitForRoom(activityInfo().attempt));
  }
  try {
    await deliver(context, organizationId, notificationId);
  } finally {
    leave();
  }
}

/**
 * Delivers one notification and records it. Sent at least once, always under the same key: an attempt that died between the
 * receiver's answer and our record is made again. A rule that was deactivated meanwhile does not act.
 */
async function deliver(
  { sql, webhooks }: ActivityContext,
  organizationId: string,
  notificationId: string,
): Promise<void> {
  const delivery = await beginDelivery(sql, organizationId, notificationId);
  if (!delivery) throw permanentDelivery("the notification no longer exists");
  // Ended by an attempt whose answer was lost.
  if (delivery.status !== "running") return;
  if (delivery.rulesStopped) return putBack(sql, notificationId);
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
