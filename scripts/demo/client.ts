import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
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

interface ApiRequest extends SendOptions {
  method: "GET" | "POST" | "PATCH" | "PUT";
  path: string;
  body?: unknown;
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

/** Calls Tripline's public API. Answers are checked by the schema given with each call. */
export class Client {
  constructor(
    readonly base: string,
    private readonly credentials: Credentials,
    /** Told when the rate limit makes it wait, in seconds. */
    private readonly onLimited: (seconds: number) => void = () => undefined,
  ) {}

  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return this.#call({ method: "GET", path }, schema);
  }

  send<S extends z.ZodType>(
    method: "POST" | "PATCH" | "PUT",
    path: string,
    body: unknown,
    schema: S,
    options: SendOptions = {},
  ): Promise<z.output<S>> {
    return this.#call({ method, path, body, ...options }, schema);
  }

  async #call<S extends z.ZodType>(request: ApiRequest, schema: S): Promise<z.output<S>> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(request, attempt);
      if (response.ok) return schema.parse(await response.json());
      const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
      if (!isTemporary(response.status) || attempt === MAX_ATTEMPTS) throw await failure(request, response);
      await response.body?.cancel();
      if (response.status === 429) this.onLimited(retryAfter);
      await pause(Number.isFinite(retryAfter) ? retryAfter * 1000 : backoffMs(attempt));
    }
  }

  /** Repeats what the network lost: reads and PATCH change nothing twice, POST carries its idempotency key. */
  async #fetch(request: ApiRequest, attempt: number): Promise<Response> {
    try {
      return await fetch(new URL(request.path, this.base), {
        method: request.method,
        headers: this.#headers(request),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
    } catch (error) {
      const repeatable = request.method !== "POST" || request.idempotencyKey !== undefined;
      if (!repeatable || attempt >= MAX_ATTEMPTS) throw unreachable(this.base, error);
      await pause(backoffMs(attempt));
      return this.#fetch(request, attempt + 1);
    }
  }

  #headers({ body, idempotencyKey, source }: ApiRequest): Record<string, string> {
    return {
      "X-Api-Key": this.credentials.key,
      "X-Api-Secret": this.credentials.secret,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
      ...(source === undefined ? {} : { "X-Source": source }),
    };
  }
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

async function failure({ method, path }: ApiRequest, response: Response): Promise<ApiError> {
  const text = await response.text();
  const problem = problemAnswer.safeParse(parseJson(text));
  if (!problem.success)
    return new ApiError(response.status, "unknown", `${method} ${path} answered ${response.status}.`);
  const { code, message, errors } = problem.data;
  const details = errors.map((mistake) => `\n  ${mistake.path}: ${mistake.message}`).join("");
  return new ApiError(
    response.status,
    code,
    `${method} ${path} answered ${response.status} ${code}: ${message}${details}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
