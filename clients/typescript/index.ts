import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { Problem, paths } from "./api.ts";

export type * from "./api.ts";

export interface TriplineOptions extends Omit<ClientOptions, "baseUrl" | "headers"> {
  /** Such as `http://127.0.0.1:3000`. */
  baseUrl: string;
  key: string;
  secret: string;
  /** For every request, such as `X-Source`. */
  headers?: Record<string, string>;
}

/**
 * A client of one organization with one key, typed by path: `client.GET("/v1/customers/{id}", { params: { path: { id } } })` answers
 * `{ data, error, response }`. Amounts are minor units, days ISO days.
 */
export function createTripline({ key, secret, headers, ...options }: TriplineOptions): Client<paths> {
  return createClient<paths>({ ...options, headers: { "X-Api-Key": key, "X-Api-Secret": secret, ...headers } });
}

/** An answer of 400 or above. */
export class TriplineError extends Error {
  override name = "TriplineError";

  constructor(
    readonly status: number,
    /** Null where something else than Tripline answered. */
    readonly problem: Problem | null,
  ) {
    super(problem === null ? `Answered ${status}` : `${status} ${problem.code}: ${problem.message}`);
  }
}

/** The data of an answer, or a {@link TriplineError}: `const customer = await demand(client.GET(…))`. */
export async function demand<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new TriplineError(response.status, isProblem(error) ? error : null);
  return data as Data;
}

function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}
