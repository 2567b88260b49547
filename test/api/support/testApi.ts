import { pino } from "pino";
import { createApp, type Deps } from "../../../api/app.ts";
import type { Wake } from "../../../db/writes/types.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { checkDocumented } from "./documented.ts";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
  text: string;
}

export interface Keys {
  key: string;
  secret: string;
}

export interface SendOptions {
  body?: unknown;
  /** Sent as it is; a stream has no announced length. */
  raw?: string | Uint8Array | ReadableStream;
  headers?: Record<string, string>;
}

export const ROOT = { key: "root-key", secret: "root-secret" };

/** The real app on a database of its own, called in process; Temporal stands outside. */
export interface TestApi {
  database: TestDatabase;
  app: ReturnType<typeof createApp>;
  wakes: Wake[];
  logged: string[];
  config: Deps["config"];
  temporal: {
    tracked: Awaited<ReturnType<Deps["temporal"]["trackerState"]>>;
    schedule: Awaited<ReturnType<Deps["temporal"]["ratingSchedule"]>>;
    ready: boolean;
  };
  send(keys: Keys | null, method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** A new organization's admin client. */
  organization(settings?: Record<string, unknown>): Promise<Client>;
  close(): Promise<void>;
}

export interface Client {
  keys: Keys;
  organizationId: string;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Posts and answers the body; fails unless the status is 2xx. */
  make(path: string, body: unknown): Promise<Answer["body"]>;
  /** A client with another key of the same organization. */
  withKey(key: Record<string, unknown>): Promise<Client>;
}

export async function createTestApi(settings: Partial<Deps["config"]> = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const wakes: Wake[] = [];
  const logged: string[] = [];
  const temporal: TestApi["temporal"] = { tracked: null, schedule: null, ready: true };
  const config: Deps["config"] = {
    ROOT_API_KEY: ROOT.key,
    ROOT_API_SECRET: ROOT.secret,
    RATE_LIMIT_PER_MINUTE: 0,
    ALLOW_PRIVATE_WEBHOOKS: false,
    ...settings,
  };
  const app = createApp({
    sql: database.sql,
    config,
    logger: pino({ level: "debug" }, { write: (line: string) => void logged.push(line) }),
    wake: (wake) => void wakes.push(wake),
    temporal: {
      trackerState: async () => temporal.tracked,
      ratingSchedule: async () => temporal.schedule,
      ready: async () => temporal.ready,
    },
  });

  async function send(keys: Keys | null, method: string, path: string, options: SendOptions = {}): Promise<Answer> {
    const { body, raw } = options;
    const headers = {
      ...(keys === null ? {} : { "X-Api-Key": keys.key, "X-Api-Secret": keys.secret }),
      ...(body === undefined && raw === undefined ? {} : { "Content-Type": "application/json" }),
      ...options.headers,
    };
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const init = { method, headers, ...(payload === undefined ? {} : { body: payload, duplex: "half" }) };
    const response = await app.request(path, init as RequestInit);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const answered: unknown = isJson ? JSON.parse(text) : undefined;
    checkDocumented(app, method, path, response.status, isJson ? answered : text === "" ? undefined : text);
    return { status: response.status, headers: response.headers, body: answered, text };
  }

  function client(keys: Keys, organizationId: string): Client {
    const self: Client = {
      keys,
      organizationId,
      send: (method, path, options) => send(keys, method, path, options),
      get: (path) => send(keys, "GET", path),
      post: (path, body, headers) => send(keys, "POST", path, { body, ...(headers ? { headers } : {}) }),
      patch: (path, body, headers) => send(keys, "PATCH", path, { body, ...(headers ? { headers } : {}) }),
      async make(path, body) {
        const answer = await self.post(path, body);
        if (answer.status > 299) throw new Error(`POST ${path} answered ${answer.status} ${answer.text}`);
        return answer.body;
      },
      async withKey(key) {
        const made = await self.make("/v1/api_keys", { name: "Another", ...key });
        return client(made, organizationId);
      },
    };
    return self;
  }

  return {
    database,
    app,
    wakes,
    logged,
    config,
    temporal,
    send,
    async organization(settings = {}) {
      const body = { name: "Acme", currency: "EUR", owner: { email: "o@acme.test", name: "O" }, ...settings };
      const answer = await send(ROOT, "POST", "/admin/organizations", { body });
      if (answer.status !== 201) throw new Error(`No organization: ${answer.text} ${logged.join("")}`);
      return client(answer.body.apiKey, answer.body.id);
    },
    close: () => database.drop(),
  };
}
