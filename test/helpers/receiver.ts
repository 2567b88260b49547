import { createServer, type IncomingHttpHeaders } from "node:http";

/** One request that a receiver got. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What a receiver answers. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
}

/** A webhook receiver on 127.0.0.1, played over real HTTP. */
export interface Receiver {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** Keeps what it gets and answers what `reply` says, 200 unless told otherwise; `count` is how many came under this key before. */
export async function startReceiver(
  reply: (request: Received, count: number) => Reply | Promise<Reply> = () => ({ status: 200 }),
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const got = { headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), at: Date.now() };
      const count = received.filter((one) => keyOf(one) === keyOf(got)).length;
      received.push(got);
      const { status, headers = {} } = await reply(got, count);
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver listens on no port");
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The idempotency key that a request came under. */
export function keyOf(request: Received): string {
  return String(request.headers["idempotency-key"]);
}

/** A receiver that answers late enough for deliveries to be under way when something dies. */
export function startSlowReceiver(): Promise<Receiver> {
  return startReceiver(() => new Promise((resolve) => setTimeout(resolve, 25, { status: 200 })));
}
