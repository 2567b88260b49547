import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import { createTripline, demand, TriplineError } from "../../clients/typescript/index.ts";
import { healthAnswer, problemAnswer } from "./answers.ts";
import { DemoError } from "./errors.ts";

export interface Credentials {
  key: string;
  secret: string;
}

export interface SendOptions {
  /** The write is done once, however often the request is repeated. */
  idempotencyKey?: string;
  /** Speaks as `manual` or `csv` instead of the key's own source; admin keys only. */
  source?: "manual" | "csv";
}

/** An answer of 4xx or 5xx. */
export class ApiError extends DemoError {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const MAX_ATTEMPTS = 8;
/** The server gives up on a request of its own after a shorter time. */
const TIMEOUT_MS = 120_000;

/** Calls Tripline's public API, again where the network or the rate limit was in the way. */
export class Client {
  /** The generated client: typed by path, for what is known when this is compiled. */
  readonly tripline: ReturnType<typeof createTripline>;

  constructor(
    readonly base: string,
    credentials: Credentials,
    /** Told when the rate limit makes it wait, in seconds. */
    private readonly onLimited: (seconds: number) => void = () => undefined,
  ) {
    this.#credentials = credentials;
    this.tripline = createTripline({ baseUrl: base, ...credentials, fetch: (request) => this.#fetch(request) });
  }

  readonly #credentials: Credentials;

  /** The data of an answer of the generated client; an ApiError where it was refused. */
  async demand<Data>(answer: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
    try {
      return await demand(answer);
    } catch (error) {
      if (error instanceof TriplineError) throw apiError("The request", error.status, error.problem);
      throw error;
    }
  }

  /** For paths that are put together at run time; the answer is checked by the schema. */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return schema.parse(await this.#call("GET", path, undefined, {}));
  }

  async send<S extends z.ZodType>(
    method: "POST" | "PATCH" | "PUT",
    path: string,
    body: unknown,
    schema: S,
    options: SendOptions = {},
  ): Promise<z.output<S>> {
    return schema.parse(await this.#call(method, path, JSON.stringify(body), options));
  }

  async #call(method: string, path: string, body: string | undefined, options: SendOptions): Promise<unknown> {
    const { key, secret } = this.#credentials;
    const request = new Request(new URL(path, this.base), {
      method,
      headers: {
        "X-Api-Key": key,
        "X-Api-Secret": secret,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headersOf(options),
      },
      ...(body === undefined ? {} : { body }),
    });
    const response = await this.#fetch(request);
    if (response.ok) return await response.json();
    throw apiError(`${method} ${path}`, response.status, parseJson(await response.text()));
  }

  /** Repeats what the network lost (reads and PATCH change nothing twice, POST carries its idempotency key) and what was refused for now. */
  async #fetch(request: Request): Promise<Response> {
    const repeatable = request.method !== "POST" || request.headers.has("Idempotency-Key");
    for (let attempt = 1; ; attempt++) {
      const last = attempt === MAX_ATTEMPTS;
      const response = await fetch(request.clone(), { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => {
        if (repeatable && !last) return null;
        throw unreachable(this.base, error);
      });
      if (response !== null && (last || !isTemporary(response.status))) return response;
      const retryAfter = Number(response?.headers.get("retry-after") ?? Number.NaN);
      await response?.body?.cancel();
      if (response?.status === 429) this.onLimited(retryAfter);
      await pause(Number.isFinite(retryAfter) ? retryAfter * 1000 : backoffMs(attempt));
    }
  }
}

/** The headers of a write, for the generated client too. */
export function headersOf({ idempotencyKey, source }: SendOptions): Record<string, string> {
  return {
    ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
    ...(source === undefined ? {} : { "X-Source": source }),
  };
}

/** Makes sure that a Tripline answers there; a DemoError says what to do when none does. */
export async function checkServes(base: string): Promise<void> {
  const health = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(10_000) }).catch((error) => {
    throw unreachable(base, error);
  });
  if (healthAnswer.safeParse(parseJson(await health.text())).success) return;
  throw new DemoError(`What listens at ${base} is not Tripline: GET /health says something else. Give --api.`);
}

function unreachable(base: string, error: unknown): DemoError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new DemoError(
    `Nothing answers at ${base} (${reason}).\nStart Tripline with "npm start" in another terminal, or give its address: npm run demo -- --api http://host:port`,
  );
}

const isTemporary = (status: number) => status === 429 || status === 502 || status === 503 || status === 504;

const backoffMs = (attempt: number) => Math.min(250 * 2 ** attempt, 5_000);

function apiError(request: string, status: number, body: unknown): ApiError {
  const problem = problemAnswer.safeParse(body);
  if (!problem.success) return new ApiError(status, "unknown", `${request} answered ${status}.`);
  const { code, message, errors } = problem.data;
  const details = errors.map((mistake) => `\n  ${mistake.path}: ${mistake.message}`).join("");
  return new ApiError(status, code, `${request} answered ${status} ${code}: ${message}${details}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
