import { lookup } from "node:dns";
import { isIP } from "node:net";
import { Agent, fetch } from "undici";
import { isPrivateAddress } from "../net/privateAddress.ts";
import { Busy, permanentDelivery, temporaryDelivery, waitAfter } from "./failures.ts";

const TIMEOUT_MS = 10_000;
/** Between two attempts, also for receivers that ask for more. */
const LONGEST_WAIT_MS = 5 * 60_000;

class PrivateTarget extends Error {
  override name = "PrivateTarget";
}

/** A POST to a receiver outside. */
export interface OutgoingPost {
  url: string | null;
  headers: Record<string, string>;
  body: string;
  /** With this one; says how long to wait after a failure. */
  attempts: number;
}

/** Posts to receivers outside; the address is judged when the connection is made, so that a name cannot be pointed elsewhere in between. */
export function createOutgoing(options: { allowPrivate: boolean }) {
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
    /** Posts once. Throws a permanent or temporary delivery failure, or Busy where the receiver says for how long. */
    async post({ url: text, headers, body, attempts }: OutgoingPost): Promise<void> {
      if (!text) throw permanentDelivery("the channel has no address");
      if (!URL.canParse(text)) throw permanentDelivery("the channel's address is no URL");
      const url = new URL(text);
      const literal = url.hostname.replace(/^\[|\]$/g, "");
      if (!options.allowPrivate && isIP(literal) && isPrivateAddress(literal)) {
        throw permanentDelivery(`${literal} is a private address; ALLOW_PRIVATE_WEBHOOKS=true would let it through`);
      }
      let response: Awaited<ReturnType<typeof fetch>>;
      try {
        response = await fetch(url, {
          method: "POST",
          headers: { "Content-Type": "application/json", "User-Agent": "Tripline", ...headers },
          body,
          redirect: "manual",
          dispatcher,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.body?.cancel();
      } catch (error) {
        throw failureOf(error as Error, attempts);
      }
      if (response.ok) return;
      const message = `the receiver answered ${response.status}`;
      if (response.status !== 408 && response.status !== 429 && response.status < 500) throw permanentDelivery(message);
      const asked = retryAfterMs(response.headers.get("retry-after"));
      if (asked !== undefined) throw new Busy(message, asked);
      throw temporaryDelivery(message, waitAfter(attempts));
    },
    close: () => dispatcher.close(),
  };
}

export type Outgoing = ReturnType<typeof createOutgoing>;

function failureOf(error: Error, attempts: number): Error {
  const cause = (error.cause ?? error) as Error & { code?: string };
  if (cause.name === "PrivateTarget")
    return permanentDelivery(`${cause.message}; ALLOW_PRIVATE_WEBHOOKS=true would let it through`);
  if (error.name === "TimeoutError")
    return temporaryDelivery(`the receiver did not answer within ${TIMEOUT_MS / 1000} s`, waitAfter(attempts));
  return temporaryDelivery(`the receiver could not be reached: ${cause.code ?? cause.message}`, waitAfter(attempts));
}

/** `Retry-After` in ms: seconds or a date (RFC 9110 10.2.3), bounded; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  // Date.parse alone would take "-5" for a year.
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : text.endsWith("GMT") ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS);
}
