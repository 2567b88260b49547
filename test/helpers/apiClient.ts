/** An answer of 400 or above, with its problem details. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    request: string,
    readonly status: number,
    readonly problem: unknown,
  ) {
    super(`${request} answered ${status}: ${JSON.stringify(problem)}`);
  }
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON; null where the answer has no body. */
  body: unknown;
}

/** A key and secret as Tripline takes them. */
export interface Credentials {
  key: string;
  secret: string;
}

/** A small client of the HTTP API, with one key. `Answer` is what the caller expects the body to be; it is not checked. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly credentials: Credentials,
    private readonly defaults: Record<string, string> = {},
  ) {}

  /** The same key with more headers, such as `X-Source`. */
  with(headers: Record<string, string>): ApiClient {
    return new ApiClient(this.baseUrl, this.credentials, { ...this.defaults, ...headers });
  }

  /** Sends one request; every status is an answer, only a failed connection throws. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const { key, secret } = this.credentials;
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        "X-Api-Key": key,
        "X-Api-Secret": secret,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...this.defaults,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.demand<Answer>("GET", path);
  }

  post<Answer>(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<Answer> {
    return this.demand<Answer>("POST", path, body, headers);
  }

  patch<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.demand<Answer>("PATCH", path, body);
  }

  delete(path: string): Promise<unknown> {
    return this.demand("DELETE", path);
  }

  /** Posts a CSV file. */
  async upload<Answer>(path: string, csv: NonNullable<RequestInit["body"]>): Promise<Answer> {
    const { key, secret } = this.credentials;
    const response = await fetch(`${this.baseUrl}${path}`, {
      method: "POST",
      headers: { "X-Api-Key": key, "X-Api-Secret": secret, "Content-Type": "text/csv", ...this.defaults },
      body: csv,
      duplex: "half",
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new ApiError(`POST ${path}`, response.status, answer);
    return answer as Answer;
  }

  /** Downloads a text, such as a CSV file. */
  async text(path: string): Promise<string> {
    const { key, secret } = this.credentials;
    const headers = { "X-Api-Key": key, "X-Api-Secret": secret, ...this.defaults };
    const response = await fetch(`${this.baseUrl}${path}`, { headers });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`GET ${path}`, response.status, text);
    return text;
  }

  private async demand<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const answer = await this.send(method, path, body, headers);
    if (answer.status >= 400) throw new ApiError(`${method} ${path}`, answer.status, answer.body);
    return answer.body as Answer;
  }
}
