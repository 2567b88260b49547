import { createServer } from "node:net";
import { codeOf } from "./startError.ts";

/** Why a port cannot be listened on: `taken` by another process, or `forbidden` / `unknownHost` by the system. */
export type PortProblem = "taken" | "forbidden" | "unknownHost";

/** Tries to listen on `port` of `host` and says what stands in the way, or undefined when nothing does. */
export function portProblem(port: number, host = "127.0.0.1"): Promise<PortProblem | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const code = codeOf(error);
      if (code === "EACCES" || code === "EPERM") resolve("forbidden");
      else if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") resolve("unknownHost");
      else resolve("taken");
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
