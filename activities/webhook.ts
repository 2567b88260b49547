import { createHmac } from "node:crypto";
import type { Message } from "./message.ts";
import type { OutgoingPost } from "./outgoing.ts";

/** A message as a signed webhook. Its id is the same in every attempt, so that a receiver can drop a repeat. */
export function webhookPost(message: Message): OutgoingPost {
  const { id, subject, body, recipient, about, gathered, createdAt, url, attempts } = message;
  const payload = {
    id,
    type: gathered === null ? "notification" : "digest",
    subject,
    body,
    recipient,
    ...(about === null ? {} : originOf(about)),
    ...(gathered === null
      ? {}
      : {
          notifications: gathered.map((one) => ({
            ...{ id: one.id, subject: one.subject, body: one.body },
            ...{ ...originOf(one), createdAt: one.createdAt },
          })),
        }),
    createdAt,
  };
  const text = JSON.stringify(payload);
  return { url, headers: headersOf(message, text), body: text, attempts };
}

function originOf({ rule, customer, run }: Pick<NonNullable<Message["about"]>, "rule" | "customer" | "run">) {
  return { rule, customer, runId: run.id, changeId: run.changeId };
}

function headersOf({ id, secret }: Message, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret ?? "")
    .update(`${timestamp}.${body}`)
    .digest("hex");
  return {
    "Idempotency-Key": id,
    "X-Tripline-Timestamp": timestamp,
    ...(secret ? { "X-Tripline-Signature": signature } : {}),
  };
}
