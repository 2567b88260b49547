import { serve } from "@hono/node-server";
import type { TestApi } from "./testApi.ts";

/** The app behind a real HTTP server on 127.0.0.1, for what cannot be seen in process. */
export interface Served {
  host: string;
  port: number;
  url: string;
  close(): Promise<void>;
}

export async function serveTestApi(api: TestApi): Promise<Served> {
  const host = "127.0.0.1";
  return new Promise((resolve) => {
    const server = serve({ fetch: api.app.fetch, hostname: host, port: 0 }, ({ port }) =>
      resolve({
        host,
        port,
        url: `http://${host}:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
  });
}
