import { createTransport } from "nodemailer";
import { permanentDelivery, temporaryDelivery, waitAfter } from "./failures.ts";
import { type Message, oneLine } from "./message.ts";

const TIMEOUT_MS = 10_000;

/** Mails that one process hands to the server at the same time; none waits behind others while its time runs. */
export const MAILS_AT_ONCE = 10;

/** Where mail goes out; `from` is an address or `Name <address>`. */
export interface Smtp {
  url: string;
  from: string;
}

/** Sends mail by SMTP; without a server every message fails at once, and says why. */
export function createMailer(smtp: Smtp | null) {
  const transport = smtp && transportTo(smtp.url);
  const host = smtp && /@([^\s@<>]+)>?\s*$/.exec(smtp.from)?.[1];

  return {
    /** Hands one message to the server. Throws a permanent or temporary delivery failure. */
    async send({ id, recipient, subject, body, attempts }: Message): Promise<void> {
      if (!smtp || !transport) throw permanentDelivery("no mail can be sent: the worker has no SMTP_URL");
      const { email } = recipient;
      if (!isAddress(email)) throw permanentDelivery(`${JSON.stringify(email)} is no email address`);
      try {
        await transport.sendMail({
          // The same at every attempt, so that a repeat can be told.
          messageId: `<${id}@${host ?? "tripline"}>`,
          from: smtp.from,
          to: { name: "", address: email },
          subject: oneLine(subject) || "Notification",
          text: body,
          // Nobody's absence note answers it (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated" },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch (error) {
        throw failureOf(error as SmtpError, attempts);
      }
    },
    close: () => transport?.close(),
  };
}

export type Mailer = ReturnType<typeof createMailer>;

function transportTo(url: string) {
  return createTransport({
    url,
    pool: true,
    maxConnections: MAILS_AT_ONCE,
    ...{
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
    },
  });
}

/** One plain address: what names several, or carries more than an address, is refused. */
function isAddress(text: string): boolean {
  return text.length <= 320 && /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u.test(text);
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

/** What the server says of this one message or recipient; what it says of us (its password, its TLS) can be mended and is tried again. */
const OF_THE_MESSAGE = new Set(["EENVELOPE", "EMESSAGE"]);

function failureOf({ code, responseCode, response, message }: SmtpError, attempts: number): Error {
  if (code !== undefined && OF_THE_MESSAGE.has(code)) {
    if (responseCode === undefined) return permanentDelivery(`the mail cannot be sent: ${message}`);
    const said = `the mail server answered ${response ?? responseCode}`;
    return responseCode >= 500 ? permanentDelivery(said) : temporaryDelivery(said, waitAfter(attempts));
  }
  if (code === "EABORT" || code === "ETIMEDOUT")
    return temporaryDelivery(`the mail server did not answer within ${TIMEOUT_MS / 1000} s`, waitAfter(attempts));
  return temporaryDelivery(`the mail server could not be used: ${response ?? message}`, waitAfter(attempts));
}
