import { createMailer, type Smtp } from "./email.ts";
import type { Message } from "./message.ts";
import { createOutgoing } from "./outgoing.ts";
import { slackPost } from "./slack.ts";
import { webhookPost } from "./webhook.ts";

export interface SenderSettings {
  /** Whether webhooks may reach loopback and private addresses. */
  allowPrivate: boolean;
  /** Null: mails fail at once. */
  smtp: Smtp | null;
}

/** What carries messages out of this process, by the kind of their channel. */
export interface Senders {
  /** Sends once. Throws a permanent or temporary delivery failure, or Busy where the receiver says for how long. */
  send(message: Message): Promise<void>;
  close(): Promise<void>;
}

export function createSenders({ allowPrivate, smtp }: SenderSettings): Senders {
  const outgoing = createOutgoing({ allowPrivate });
  const mailer = createMailer(smtp);
  return {
    async send(message) {
      switch (message.kind) {
        case "webhook":
          return outgoing.post(webhookPost(message));
        case "slack":
          return outgoing.post(slackPost(message));
        case "email":
          return mailer.send(message);
        case "inApp":
          // Its delivery is the record itself: the recipient's inbox reads it.
          return;
      }
    },
    async close() {
      mailer.close();
      await outgoing.close();
    },
  };
}
