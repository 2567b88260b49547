import { z } from "zod";
import { anything } from "./answers.ts";
import { counted, style, write } from "./page.ts";
import type { Receiver } from "./receiver.ts";
import type { Session } from "./session.ts";

const message = z.looseObject({
  runId: z.string(),
  kind: z.string(),
  status: z.string(),
  subject: z.string(),
  body: z.string(),
  recipient: z.looseObject({ userId: z.string().nullish(), email: z.string().nullish() }),
  error: z.string().nullish(),
});
export type Message = z.infer<typeof message>;

const notificationsAnswer = z.looseObject({ total: anything, notifications: z.array(message) });

/** Every message that the rules of this organization have sent, or try to send. */
export async function readMessages(session: Session): Promise<Message[]> {
  return (await session.client.get("/v1/notifications?limit=500", notificationsAnswer)).notifications;
}

/** A message in a few words: "in-app to Farah Benali: sent". */
export function describeMessage(session: Session, { kind, recipient, status, error }: Message): string {
  return `${kind === "inApp" ? "in-app" : kind} to ${recipientOf(session, recipient)}: ${status}${error ? ` (${error})` : ""}`;
}

/** Prints every message with its text, and what the webhook receiver made of its own. */
export function reportMessages(session: Session, messages: Message[], receiver: Receiver | undefined): void {
  for (const message of messages) {
    const { subject, body } = message;
    write(`${style.strong(subject)}  ${style.quiet(describeMessage(session, message))}`, "   ", "   ");
    write(body, "     ", undefined, style.quiet);
  }
  if (receiver !== undefined) reportReceiver(receiver);
}

function recipientOf(session: Session, { userId, email }: Message["recipient"]): string {
  return (userId && session.names.get(userId)) || email || "nobody";
}

function reportReceiver({ deliveries }: Receiver): void {
  const genuine = deliveries.filter(({ isGenuine }) => isGenuine).length;
  const forged = deliveries.length - genuine;
  write(
    `The demo's own receiver took ${counted(genuine, "webhook")} after checking the HMAC-SHA256 signature, and refused ${forged}. It stops with the demo: webhooks that this organization sends later are retried for 24 h.`,
  );
}
