import { createHmac } from "node:crypto";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import { Agent, fetch } from "undici";
import type { Delivery } from "../db/deliveries.ts";
import { isPrivateAddress } from "../net/privateAddress.ts";
import { permanentDelivery, temporaryDelivery } from "./failures.ts";

const TIMEOUT_MS = 10_000;
/** Between two attempts, also for receivers that ask for more. */
const LONGEST_WAIT_MS = 5 * 60_000;

class PrivateTarget extends Error {
  override name = "PrivateTarget";
}

/** Sends webhooks; the address is judged when the connection is made, so that a name cannot be pointed elsewhere in between. */
export function createWebhookSender(options: { allowPrivate: boolean }) {
  const dispatcher = new Agent({
    connectTimeout: TIMEOUT_MS,
    connect: {
      lookup: (hostname, lookupOptions, callback) => {
        lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
          if (error) return callback(error, []);
          const refused = options.allowPrivate ? undefined : addresses.find(({ address }) => isPrivateAddress(address));
          if (refused) return callback(new PrivateTarget(`${hostname} is a private address`), []);
          callback(null, addresses);
        });
      },
    },
  });

  return {
    /** Posts one notification, signed. Throws a permanent or temporary delivery failure. */
    async send(delivery: Delivery): Promise<void> {
      if (!delivery.url) throw permanentDelivery("the channel has no address");
      if (!URL.canParse(delivery.url)) throw permanentDelivery("the channel's address is no URL");
      const url = new URL(delivery.url);
      const literal = url.hostname.replace(/^\[|\]$/g, "");
      if (!options.allowPrivate && isIP(literal) && isPrivateAddress(literal)) {
        throw permanentDelivery(`${literal} is a private address; ALLOW_PRIVATE_WEBHOOKS=true would let it through`);
      }
      const body = JSON.stringify(payloadOf(delivery));
      let response: Awaited<ReturnType<typeof fetch>>;
      try {
        response = await fetch(url, {
          method: "POST",
          headers: headersOf(delivery, body),
          body,
          redirect: "manual",
          dispatcher,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.body?.cancel();
      } catch (error) {
        throw failureOf(error as Error, delivery.attempts);
      }
      if (response.ok) return;
      const message = `the receiver answered ${response.status}`;
      if (response.status !== 408 && response.status !== 429 && response.status < 500) throw permanentDelivery(message);
      const asked = retryAfterMs(response.headers.get("retry-after"));
      throw temporaryDelivery(message, asked ?? waitAfter(delivery.attempts));
    },
    close: () => dispatcher.close(),
  };
}

export type WebhookSender = ReturnType<typeof createWebhookSender>;

function failureOf(error: Error, attempts: number): Error {
  const cause = (error.cause ?? error) as Error & { code?: string };
  if (cause.name === "PrivateTarget")
    return permanentDelivery(`${cause.message}; ALLOW_PRIVATE_WEBHOOKS=true would let it through`);
  if (error.name === "TimeoutError")
    return temporaryDelivery(`the receiver did not answer within ${TIMEOUT_MS / 1000} s`, waitAfter(attempts));
  return temporaryDelivery(`the receiver could not be reached: ${cause.code ?? cause.message}`, waitAfter(attempts));
}

/**
 * ms until the next attempt: 1 s after the first, doubling. Said with each failure, because Temporal would count the times that
 * a notification was turned away for want of room as attempts.
 */
export function waitAfter(attempts: number): number {
  return Math.min(1_000 * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
}

/** What a receiver gets. `id` is the same in every attempt, so that a repeat can be dropped. */
function payloadOf(delivery: Delivery): Record<string, unknown> {
  const { id, subject, body, recipient, rule, run, customer, createdAt } = delivery;
  return {
    id,
    type: "notification",
    subject,
    body,
    recipient,
    rule,
    customer,
    runId: run.id,
    changeId: run.changeId,
    createdAt,
  };
}

function headersOf(delivery: Delivery, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", delivery.secret ?? "")
    .update(`${timestamp}.${body}`)
    .digest("hex");
  return {
    "Content-Type": "application/json",
    "User-Agent": "Tripline",
    "Idempotency-Key": delivery.id,
    "X-Tripline-Timestamp": timestamp,
    ...(delivery.secret ? { "X-Tripline-Signature": signature } : {}),
  };
}

/** `Retry-After` in ms: seconds or a date (RFC 9110 10.2.3), bounded; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  // Date.parse alone would take "-5" for a year.
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : text.endsWith("GMT") ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS);
}
