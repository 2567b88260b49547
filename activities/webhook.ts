import { createHmac } from "node:crypto";
import { lookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import { Agent, fetch } from "undici";
import type { Delivery } from "../db/deliveries.ts";
import { permanentDelivery, temporaryDelivery } from "./failures.ts";

const TIMEOUT_MS = 10_000;
/** Receivers that ask for more are asked again after this. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Loopback, private, link-local, carrier and other ranges that no receiver on the public internet has (RFC 6890). */
const PRIVATE = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  PRIVATE.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::", 128],
  ["::1", 128],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(address, bits, "ipv6");
}

export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return PRIVATE.check(mapped, "ipv4");
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

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
        throw failureOf(error as Error);
      }
      if (response.ok) return;
      const message = `the receiver answered ${response.status}`;
      if (response.status !== 408 && response.status !== 429 && response.status < 500) throw permanentDelivery(message);
      throw temporaryDelivery(message, retryAfterMs(response.headers.get("retry-after")));
    },
    close: () => dispatcher.close(),
  };
}

export type WebhookSender = ReturnType<typeof createWebhookSender>;

function failureOf(error: Error): Error {
  const cause = (error.cause ?? error) as Error & { code?: string };
  if (cause.name === "PrivateTarget")
    return permanentDelivery(`${cause.message}; ALLOW_PRIVATE_WEBHOOKS=true would let it through`);
  if (error.name === "TimeoutError")
    return temporaryDelivery(`the receiver did not answer within ${TIMEOUT_MS / 1000} s`);
  return temporaryDelivery(`the receiver could not be reached: ${cause.code ?? cause.message}`);
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
