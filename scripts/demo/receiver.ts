import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";

/** A webhook that arrived. */
export interface Delivery {
  /** The same on every attempt, so that a receiver can drop a repeat. */
  idempotencyKey: string | undefined;
  isGenuine: boolean;
  body: string;
}

export interface Receiver {
  url: string;
  deliveries: Delivery[];
  close(): Promise<void>;
}

/** Plays the back office: listens on a free port of this machine and takes webhooks signed with `secret`, refusing others with 401. */
export async function startReceiver(secret: string): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isGenuine = isSigned(request.headers, body, secret);
    const idempotencyKey = single(request.headers["idempotency-key"]);
    const isRepeat = deliveries.some((delivery) => delivery.idempotencyKey === idempotencyKey);
    if (idempotencyKey === undefined || !isRepeat) deliveries.push({ idempotencyKey, isGenuine, body });
    response.writeHead(isGenuine ? 204 : 401).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The webhook receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}/tripline`,
    deliveries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether X-Tripline-Signature is the hex HMAC-SHA256 of `<X-Tripline-Timestamp>.<body>` under the channel's secret. */
export function isSigned(headers: IncomingHttpHeaders, body: string, secret: string): boolean {
  const timestamp = single(headers["x-tripline-timestamp"]);
  const signature = single(headers["x-tripline-signature"]);
  if (timestamp === undefined || signature === undefined) return false;
  const expected = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest();
  const given = Buffer.from(signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
