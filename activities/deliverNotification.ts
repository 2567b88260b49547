import { activityInfo } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { holdChannel, waitForTurn } from "../db/channelPace.ts";
import { putBack } from "../db/claims.ts";
import { beginDelivery, type Delivery, finishDelivery, noteFailedAttempt } from "../db/deliveries.ts";
import { keepDigestText, openDigest } from "../db/digests.ts";
import { isInForce } from "../rules/inForce.ts";
import type { DeliveryInput } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";
import { Busy, permanentDelivery, temporaryDelivery } from "./failures.ts";
import { digestText, type Message } from "./message.ts";
import { type SendingRoom, waitForRoom } from "./sendingRoom.ts";

/**
 * Delivers one notification when there is room for its request and its channel's pace allows it. One that is turned away has not
 * been attempted: it comes back at its turn, and leaves the place to others in between.
 */
export async function deliverNotification(
  context: ActivityContext,
  room: SendingRoom,
  input: DeliveryInput,
): Promise<void> {
  const { organizationId, notificationId, channelId = organizationId, kind } = input;
  if (kind === "inApp") return deliver(context, organizationId, notificationId);
  const leave = room.enter(organizationId, channelId, kind);
  if (leave === null) {
    throw temporaryDelivery("too many requests to the receiver are under way", waitForRoom(activityInfo().attempt));
  }
  try {
    const wait = await waitForTurn(context.sql, organizationId, notificationId);
    if (wait > 0) throw temporaryDelivery("the channel takes no more messages for now", wait);
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
  { sql, senders }: ActivityContext,
  organizationId: string,
  notificationId: string,
): Promise<void> {
  const temporalWorkflowId = activityInfo().workflowExecution?.workflowId;
  const delivery = await beginDelivery(sql, organizationId, notificationId, temporalWorkflowId);
  if (!delivery) throw permanentDelivery("the notification no longer exists");
  // Ended by an attempt whose answer was lost, or held since: what goes on with it claims it anew.
  if (delivery.status !== "running" || !delivery.isOurs) return;
  if (delivery.rulesStopped) return putBack(sql, notificationId);
  const message = await messageOf(sql, delivery);
  if (message === null) return finishDelivery(sql, notificationId, "cancelled", null);
  try {
    await senders.send(message);
  } catch (error) {
    const failure = error instanceof Busy ? temporaryDelivery(error.message, error.waitMs) : error;
    if (error instanceof Busy) await holdChannel(sql, delivery.channelId, error.waitMs);
    if (failure instanceof ApplicationFailure) await noteFailedAttempt(sql, notificationId, failure.message);
    throw failure;
  }
  await finishDelivery(sql, notificationId, "sent", null);
}

/** What is to be sent; null where nothing may be any more. */
async function messageOf(sql: ActivityContext["sql"], delivery: Delivery): Promise<Message | null> {
  if (delivery.about !== null) {
    return isInForce(delivery.about.ruleStatus) ? { ...delivery, gathered: null } : null;
  }
  const gathered = await openDigest(sql, delivery.id);
  if (gathered.length === 0) return null;
  const { subject, body } = digestText(delivery.kind, gathered);
  await keepDigestText(sql, delivery.id, subject, body);
  return { ...delivery, subject, body, gathered };
}
