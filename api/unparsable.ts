import type { Duplex } from "node:stream";
import { newId } from "../db/uuid.ts";
import { Problem, problemBody } from "./problems.ts";

/** How long (ms) a client may go on sending what is no longer read before its connection is cut. */
const LINGER_MS = 2_000;

const OVERFLOW = new Set(["HPE_HEADER_OVERFLOW", "HPE_CHUNK_EXTENSIONS_OVERFLOW"]);

interface HttpServer {
  on(event: "clientError", listener: (error: NodeJS.ErrnoException, socket: Duplex) => void): unknown;
}

/** Answers what the HTTP parser refuses as problem details too. Node's own answer has no body and is often lost to a reset. */
export function answerUnparsable(server: HttpServer): void {
  const answered = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    // What the client still sends meets the same error again; it is read, because closing on unread bytes resets the answer away.
    if (answered.has(socket)) return;
    answered.add(socket);
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(answerText(problemOf(error.code ?? "")));
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
}

function problemOf(code: string): Problem {
  if (OVERFLOW.has(code)) return new Problem(431, "headers_too_large", "The address or the headers are too large.");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Problem(408, "timeout", "The request took too long to arrive.");
  return new Problem(400, "malformed", "The request is not well-formed HTTP.");
}

function answerText(problem: Problem): string {
  const requestId = newId();
  const body = problemBody(problem, requestId);
  const json = JSON.stringify(body);
  return [
    `HTTP/1.1 ${body.status} ${body.title}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(json)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
    "",
    json,
  ].join("\r\n");
}
