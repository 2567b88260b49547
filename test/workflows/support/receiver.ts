import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** ms since the epoch. */
  at: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
}

export type Behaviour = Answer | "never";

/** A webhook receiver on this machine. Each path answers its list of answers in turn, the last one for ever; 200 without a list; `never` leaves the request open. */
export async function startReceiver() {
  const received: Received[] = [];
  const answers = new Map<string, Behaviour[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "/";
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), at: Date.now() });
      const list = answers.get(path) ?? [];
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? { status: 200 };
      if (answer === "never") return;
      const { status, headers = {} } = answer;
      response.writeHead(status, headers).end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    answer: (path: string, ...list: Behaviour[]) => void answers.set(path, list),
    received: (path: string) => received.filter((one) => one.path === path),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
