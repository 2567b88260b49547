import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, connect as openSocket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exitOf } from "../../scripts/launcher/childProcess.ts";
import { freePort } from "../helpers/ports.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

/** The API as a process of its own, over real sockets; Temporal is away all the time. */
const MAIN = fileURLToPath(new URL("../../api/main.ts", import.meta.url));
const HEADERS = { "X-Api-Key": "root-key", "X-Api-Secret": "root-secret", "Content-Type": "application/json" };
let database: TestDatabase;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => database.drop());

interface Started {
  child: ChildProcess;
  url: string;
  port: number;
  exit: Promise<{ code: number | null; stderr: string }>;
}

function start(port: number, env: Record<string, string> = {}): Started {
  const child = fork(MAIN, [], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: {
      ...process.env,
      ...{ DATABASE_URL: database.url, PORT: String(port), HOST: "127.0.0.1", LOG_LEVEL: "fatal" },
      ...{ TEMPORAL_ADDRESS: "127.0.0.1:1", ROOT_API_KEY: "root-key", ROOT_API_SECRET: "root-secret", ...env },
    },
  });
  children.push(child);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const read = once(child.stderr!, "close");
  const exit = exitOf(child).then(async ({ code }) => {
    // By its exit alone, what it wrote need not have been read.
    await read;
    return { code, stderr };
  });
  return { child, port, url: `http://127.0.0.1:${port}`, exit };
}

async function started(): Promise<Started> {
  const api = start(await freePort());
  const [message] = await Promise.race([
    once(api.child, "message"),
    api.exit.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  expect(message).toMatchObject({ ready: true });
  return api;
}

describe("the process", () => {
  test("says when it serves, writes while Temporal is away, tells that it is not ready, and ends on SIGTERM", async () => {
    const api = await started();
    const body = JSON.stringify({ name: "Acme", owner: { email: "o@acme.test", name: "O" } });
    const made = await fetch(`${api.url}/admin/organizations`, { method: "POST", headers: HEADERS, body });
    const { apiKey } = (await made.json()) as { apiKey: { key: string; secret: string } };
    const headers = { "X-Api-Key": apiKey.key, "X-Api-Secret": apiKey.secret, "Content-Type": "application/json" };
    const customer = await fetch(`${api.url}/v1/customers`, { method: "POST", headers, body: '{"name": "Globex"}' });
    expect(customer.status).toBe(201);
    const ready = await fetch(`${api.url}/ready`);
    expect(ready.status).toBe(503);
    expect(((await ready.json()) as { message: string }).message).toBe("Temporal cannot be reached.");
    api.child.kill("SIGTERM");
    expect((await api.exit).code).toBe(0);
  });

  test("ends when whoever started it is gone", async () => {
    const api = await started();
    api.child.disconnect();
    expect((await api.exit).code).toBe(0);
  });

  test("a taken port is one sentence and exit code 78", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await start(port).exit;
    holder.close();
    expect(code).toBe(78);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(`Port ${port} is taken`);
  });

  test("a wrong environment names every mistake and exits with 78", async () => {
    const { code, stderr } = await start(1, { PORT: "many", LOG_LEVEL: "loud" }).exit;
    expect(code).toBe(78);
    expect(stderr).toMatch(/PORT/);
    expect(stderr).toMatch(/LOG_LEVEL/);
  });
});

describe("hostile bytes on the wire", () => {
  const head = (extra: string[]) => [
    "POST /v1/customers HTTP/1.1",
    "Host: x",
    "Content-Type: application/json",
    ...extra,
  ];
  const cases: [string, string, RegExp][] = [
    ["two lengths", `${head(["Content-Length: 2", "Content-Length: 5"]).join("\r\n")}\r\n\r\n{}`, /^HTTP\/1.1 400/],
    [
      "a length and chunks",
      `${head(["Content-Length: 2", "Transfer-Encoding: chunked"]).join("\r\n")}\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1.1 400/,
    ],
    ["a broken chunk", `${head(["Transfer-Encoding: chunked"]).join("\r\n")}\r\n\r\nzz\r\n`, /^HTTP\/1.1 400/],
    ["a header with a bare CR", `${head(["X-Api-Key: a\rb"]).join("\r\n")}\r\n\r\n`, /^HTTP\/1.1 400/],
    ["a huge header", `${head([`X-Api-Key: ${"k".repeat(300_000)}`]).join("\r\n")}\r\n\r\n`, /^HTTP\/1.1 431/],
    ["no HTTP at all", "hello\r\n\r\n", /^HTTP\/1.1 400/],
    ["an unknown method", "BREW /v1/customers HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1.1 4\d\d/],
    ["TRACE", "TRACE /v1/customers HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1.1 4\d\d/],
    ["a bad host", "GET /health HTTP/1.1\r\nHost: a b/c\r\n\r\n", /^HTTP\/1.1 4\d\d/],
    ["a broken escape in the address", "GET /v1/customers/%zz HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1.1 4\d\d/],
    ["dots in the address", "GET /docs/../../package.json HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1.1 404/],
  ];

  test("are answered with 4xx, and the process serves on", async () => {
    const api = await started();
    for (const [name, bytes, expected] of cases) expect(await exchange(api.port, bytes), name).toMatch(expected);
    expect((await fetch(`${api.url}/health`)).status).toBe(200);
  });

  test("too large an address is answered with problem details that arrive whole, however much is still sent", async () => {
    const api = await started();
    for (const size of [140_000, 400_000, 2_000_000]) {
      const answer = await fetch(`${api.url}/v1/customers?filter=${"x".repeat(size)}`, { headers: HEADERS });
      expect(answer.status, String(size)).toBe(431);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({ status: 431, code: "headers_too_large" });
    }
    expect((await fetch(`${api.url}/v1/customers?filter=${"x".repeat(90_000)}`)).status).toBe(401);
  });

  async function exchange(port: number, bytes: string): Promise<string> {
    const socket = openSocket(port, "127.0.0.1");
    socket.on("error", () => undefined);
    const [answer] = await Promise.all([once(socket, "data"), Promise.resolve(socket.write(bytes))]);
    socket.destroy();
    return String(answer[0]);
  }
});

test("answers that are given while the process drains arrive whole", async () => {
  const api = await started();
  const body = JSON.stringify({ name: "Drain", owner: { email: "d@acme.test", name: "D" } });
  const requests = Array.from({ length: 10 }, () =>
    fetch(`${api.url}/admin/organizations`, { method: "POST", headers: { ...HEADERS, Connection: "close" }, body }),
  );
  await Promise.race(requests);
  api.child.kill("SIGTERM");
  const settled = await Promise.allSettled(requests);
  const answered = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value.status] : []));
  expect(answered.length).toBeGreaterThan(0);
  expect(new Set(answered)).toEqual(new Set([201]));
  expect((await api.exit).code).toBe(0);
});
