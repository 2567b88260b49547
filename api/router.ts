import { createHash } from "node:crypto";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { Transaction } from "../db/client.ts";
import { inTransaction } from "../db/transaction.ts";
import { isStorable } from "../rules/text.ts";
import { type Caller, demand, type Right, sourceOf } from "./access.ts";
import { Authenticator, checkRootKey } from "./auth.ts";
import type { Deps } from "./deps.ts";
import { type Documented, documentedRoute } from "./documentation.ts";
import { type Answer, type Idempotent, runWrite, type SentAnswer } from "./idempotency.ts";
import { invalid, type Mistake, mistakesOf, Problem } from "./problems.ts";
import { RateLimiter } from "./rateLimit.ts";
import { MAX_BODY, NO_BODY, type RequestBody, readBody } from "./requestBody.ts";
import { type UploadStream, uploadOf } from "./upload.ts";

export interface AppEnv {
  Variables: { requestId: string };
}
export type App = OpenAPIHono<AppEnv>;

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** One operation: what it demands, takes and answers. */
export interface Endpoint<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
> extends Documented {
  /** `root` is the environment's root key. */
  right: Right | "root";
  params?: P;
  /** Unknown query parameters are refused: give a strict object. */
  query?: Q;
  body?: B;
  /** Bytes; 1 MiB unless told. */
  maxBody?: number;
  /** What else is wrong with a body that the schema refuses, so that every mistake is told at once. */
  alsoWrong?(body: unknown, caller: Caller, tx: Transaction): Promise<Mistake[]>;
  /** Once committed, what this process knows of keys and users is read anew. */
  touchesKeys?: boolean;
}

/** A request that passed every check. */
export interface Call<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  deps: Deps;
  /** The version that If-Match names. */
  expectedVersion: number | undefined;
  /** The media types that the request accepts, as it lists them. */
  accept: string;
  now: Date;
}

type Handler<P, Q, B> = (call: Call<Output<P>, Output<Q>, Output<B>>) => Promise<Answer>;
type WriteHandler<P, Q, B> = (call: Call<Output<P>, Output<Q>, Output<B>>, tx: Transaction) => Promise<Answer>;

/** An answer that is sent as it comes. */
export interface Download {
  stream: ReadableStream<Uint8Array>;
  headers: Record<string, string>;
}

/** How a stream is taken in: nothing of it is held by a transaction while it comes. */
interface UploadSteps<P, Q, Staged> {
  /** Takes the stream in; when it throws, it has left nothing behind. */
  receive(call: Call<Output<P>, Output<Q>, undefined>, stream: UploadStream): Promise<Staged>;
  /** Makes what was taken in count, in one transaction. */
  finish(call: Call<Output<P>, Output<Q>, undefined>, staged: Staged, tx: Transaction): Promise<Answer>;
  /** Forgets it: the request was a repeat, or was refused after all. */
  discard(call: Call<Output<P>, Output<Q>, undefined>, staged: Staged): Promise<void>;
}

/** Stands for the root key where an API key's id is kept. */
const ROOT_KEY_ID = "00000000-0000-0000-0000-000000000000";
const ROOT: Caller = { organizationId: "", keyId: ROOT_KEY_ID, scope: "read", user: null, source: "api" };
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** The one way by which routes come into being, so that all of them check, refuse and answer alike. */
export class Router {
  readonly #authenticator: Authenticator;
  readonly #limiter = new RateLimiter();

  constructor(
    readonly app: App,
    readonly deps: Deps,
  ) {
    this.#authenticator = new Authenticator(deps.sql, (error) => deps.logger.warn({ err: error }, "key not touched"));
  }

  /** An operation that changes nothing; a POST under an idempotency key answers what it first did. */
  read<
    P extends z.ZodType | undefined = undefined,
    Q extends z.ZodType | undefined = undefined,
    B extends z.ZodType | undefined = undefined,
  >(endpoint: Endpoint<P, Q, B>, handler: Handler<P, Q, B>): void {
    this.#register(endpoint, async (call, c, body) => {
      const answer = await handler(call);
      if (c.req.method !== "POST") return sent(answer);
      // Asked again it does no harm, so that no connection is held while it is worked out.
      const idempotent = idempotentRequest(c, call.caller, () => hashOf(call.caller, body.raw));
      return idempotent === null ? sent(answer) : runWrite(this.deps.sql, idempotent, async () => answer);
    });
  }

  /** An operation that runs in one transaction; a POST at most once per idempotency key. Wakes trackers after the commit. */
  write<
    P extends z.ZodType | undefined = undefined,
    Q extends z.ZodType | undefined = undefined,
    B extends z.ZodType | undefined = undefined,
  >(endpoint: Endpoint<P, Q, B>, handler: WriteHandler<P, Q, B>): void {
    this.#register(endpoint, async (call, c, body) => {
      const idempotent =
        c.req.method === "POST" ? idempotentRequest(c, call.caller, () => hashOf(call.caller, body.raw)) : null;
      const answer = await runWrite(this.deps.sql, idempotent, (tx) => handler(call, tx));
      if (endpoint.touchesKeys === true) this.#authenticator.forget();
      if (answer.wake !== undefined) this.deps.wake(answer.wake);
      return answer;
    });
  }

  /** A read whose answer is a stream of the endpoint's `download` type. */
  download<P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined>(
    endpoint: Endpoint<P, Q>,
    handler: (call: Call<Output<P>, Output<Q>, undefined>) => Promise<Download>,
  ): void {
    this.#register(endpoint, async (call) => ({ status: 200, text: null, ...(await handler(call)) }));
  }

  /** A read whose answer is JSON, or a stream of the endpoint's `orDownload` type where the request asks for it. */
  readOrDownload<P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined>(
    endpoint: Endpoint<P, Q>,
    handler: (call: Call<Output<P>, Output<Q>, undefined>) => Promise<Answer | Download>,
  ): void {
    this.#register(endpoint, async (call) => {
      const answer = await handler(call);
      return "stream" in answer ? { status: 200, text: null, ...answer } : sent(answer);
    });
  }

  /** A POST whose body is a stream of the endpoint's `upload` type; at most once per idempotency key. */
  upload<P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined, Staged = unknown>(
    endpoint: Endpoint<P, Q>,
    steps: UploadSteps<P, Q, Staged>,
  ): void {
    this.#register(endpoint, async (call, c) => {
      const upload = uploadOf(c, call.caller);
      const staged = await steps.receive(call, upload);
      try {
        const idempotent = idempotentRequest(c, call.caller, () => upload.digest());
        let isTaken = false;
        const answer = await runWrite(this.deps.sql, idempotent, (tx) => {
          isTaken = true;
          return steps.finish(call, staged, tx);
        });
        if (!isTaken || answer.status >= 400) await steps.discard(call, staged);
        if (answer.wake !== undefined) this.deps.wake(answer.wake);
        return answer;
      } catch (error) {
        await steps.discard(call, staged);
        throw error;
      }
    });
  }

  #register<P extends z.ZodType | undefined, Q extends z.ZodType | undefined, B extends z.ZodType | undefined>(
    endpoint: Endpoint<P, Q, B>,
    run: (
      call: Call<Output<P>, Output<Q>, Output<B>>,
      c: Context<AppEnv>,
      body: RequestBody,
    ) => Promise<SentAnswer & Partial<Download>>,
  ): void {
    const handle = async (c: Context<AppEnv>): Promise<Response> => {
      const caller = await this.#admit(c, endpoint.right);
      const body = endpoint.upload === undefined ? await readBody(c, endpoint.maxBody ?? MAX_BODY) : NO_BODY;
      const input = await parseInput(c, endpoint, body, (work) =>
        inTransaction(this.deps.sql, (tx) => work(caller, tx)),
      );
      const now = this.deps.now?.() ?? new Date();
      const call = {
        ...input,
        caller,
        deps: this.deps,
        expectedVersion: ifMatch(c),
        accept: c.req.header("accept") ?? "",
        now,
      };
      return respond(c, endpoint, await run(call, c, body));
    };
    for (const method of endpoint.methods) {
      this.app.openAPIRegistry.registerPath(createRoute(documentedRoute(endpoint, method)));
    }
    this.app.on(
      endpoint.methods.map((method) => method.toUpperCase()),
      [endpoint.path.replaceAll(/{(.+?)}/g, ":$1")],
      handle,
    );
  }

  /** Who is asking, within the rate and with the right; 401, 403 or 429 otherwise. */
  async #admit(c: Context<AppEnv>, right: Right | "root"): Promise<Caller> {
    const key = c.req.header("x-api-key");
    const secret = c.req.header("x-api-secret");
    if (right === "root") {
      checkRootKey(this.deps.config, key, secret);
      return ROOT;
    }
    const { caller, requestsPerMinute } = await this.#authenticator.signIn(key, secret);
    const headers = this.#limiter.take(
      caller.keyId,
      requestsPerMinute ?? this.deps.config.RATE_LIMIT_PER_MINUTE,
      Date.now(),
    );
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    demand(caller, right);
    return { ...caller, source: sourceOf(caller, c.req.header("x-source")) };
  }
}

/** Parses path, query and body and reports the mistakes of all three at once. */
async function parseInput<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
>(
  c: Context<AppEnv>,
  endpoint: Endpoint<P, Q, B>,
  body: RequestBody,
  askDatabase: (work: (caller: Caller, tx: Transaction) => Promise<Mistake[]>) => Promise<Mistake[]>,
) {
  const mistakes: Mistake[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown) => {
    if (schema === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) mistakes.push(...mistakesOf(parsed.error));
    return parsed.data;
  };
  const params = parse(endpoint.params, storable(c.req.param()));
  const query = parse(endpoint.query ?? NO_QUERY, singleValues(c.req.queries(), mistakes));
  if (endpoint.body === undefined && body.raw.length > 0 && !isEmptyObject(body.value)) {
    mistakes.push({ path: "", message: "This takes no body" });
  }
  const told = mistakes.length;
  const parsedBody = parse(endpoint.body, body.value ?? (endpoint.bodyOptional === true ? {} : undefined));
  const { alsoWrong } = endpoint;
  if (alsoWrong !== undefined && mistakes.length > told) {
    mistakes.push(...(await askDatabase((caller, tx) => alsoWrong(body.value, caller, tx))));
  }
  if (mistakes.length > 0) throw invalid(mistakes);
  return { params, query, body: parsedBody } as { params: Output<P>; query: Output<Q>; body: Output<B> };
}

const NO_QUERY = z.strictObject({});
const isEmptyObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

function singleValues(queries: Record<string, string[]>, mistakes: Mistake[]): Record<string, string> {
  for (const [name, values] of Object.entries(queries)) {
    if (values.length > 1) mistakes.push({ path: name, message: "Given more than once" });
  }
  return storable(Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values[0] ?? ""])));
}

function storable(texts: Record<string, string>): Record<string, string> {
  for (const text of Object.values(texts)) {
    if (!isStorable(text)) throw new Problem(400, "malformed", "The address holds NUL or broken characters.");
  }
  return texts;
}

/** `"3"` and `W/"3"` name version 3; `*` any; what names no version matches none. */
function ifMatch(c: Context<AppEnv>): number | undefined {
  const header = c.req.header("if-match");
  if (header === undefined || header.trim() === "*") return undefined;
  const version = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(header)?.[1];
  return version === undefined ? -1 : Number(version);
}

function idempotentRequest(c: Context<AppEnv>, caller: Caller, hash: () => Buffer): Idempotent | null {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (!IDEMPOTENCY_KEY.test(key)) {
    throw invalid([{ path: "Idempotency-Key", message: "Must be 1 to 255 printable ASCII characters" }]);
  }
  return {
    scope: {
      organizationId: caller === ROOT ? null : caller.organizationId,
      apiKeyId: caller.keyId,
      key: `${c.req.method} ${c.req.path} ${key}`,
    },
    requestHash: hash(),
    requestId: c.get("requestId"),
  };
}

const hashOf = (caller: Caller, raw: Buffer) => createHash("sha256").update(`${caller.source}\n`).update(raw).digest();

const sent = ({ status, body, headers }: Answer): SentAnswer => ({
  status,
  text: body === undefined ? null : JSON.stringify(body),
  headers: headers ?? {},
});

function respond(
  c: Context<AppEnv>,
  endpoint: Documented,
  { status, text, stream, headers }: SentAnswer & Partial<Download>,
): Response {
  if (stream !== undefined) {
    const type = { "Content-Type": `${endpoint.download ?? endpoint.orDownload}; charset=utf-8` };
    return c.newResponse(stream, status as StatusCode, { ...headers, ...type });
  }
  const type = status >= 400 ? "application/problem+json" : "application/json";
  const etag: Record<string, string> =
    endpoint.etag === true && status < 300 && text !== null ? { ETag: `"${versionIn(text)}"` } : {};
  const all = { ...headers, ...etag, ...(text === null ? {} : { "Content-Type": type }) };
  return c.newResponse(text, status as StatusCode, all);
}

/** Made once: a schema made for every answer is compiled for every answer. */
const versioned = z.looseObject({ version: z.number() });

/** Read from the text, because a replayed answer is nothing but text. */
const versionIn = (text: string) => versioned.parse(JSON.parse(text)).version;
