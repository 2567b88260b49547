import { z } from "@hono/zod-openapi";
import { type ProblemStatus, problemSchema } from "./problems.ts";

export type Method = "get" | "post" | "patch" | "put" | "delete";

/** What the OpenAPI document says of one operation. */
export interface Documented {
  methods: readonly Method[];
  /** `/v1/customers/{id}` */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  right: string;
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  body?: z.ZodType | undefined;
  /** An absent body counts as `{}`. */
  bodyOptional?: boolean;
  /** The body as documented, where single items are checked one by one later. */
  documentedBody?: z.ZodType;
  /** The body is no JSON but a stream of this type, taken as it comes. */
  upload?: "text/csv";
  /** The answer is no JSON but a stream of this type. */
  download?: "text/csv";
  /** The answer is a stream of this type where the request asks for it. */
  orDownload?: "text/csv";
  /** Successful answers; null has no body. */
  answers: Readonly<Record<number, z.ZodType | null>>;
  /** Refusals besides those that every operation has. */
  problems?: readonly ProblemStatus[];
  /** Answers carry the version as ETag; writes to what stands take If-Match. */
  etag?: boolean;
}

const PROBLEM_TEXT: Record<ProblemStatus, string> = {
  400: "The request is not well-formed: broken JSON, not UTF-8, or NUL in a text.",
  401: "The key or its secret is missing or wrong.",
  403: "The key has no right to this.",
  404: "There is no such thing, or it belongs to another organization.",
  431: "The address or the headers are too large: 128 KiB in all.",
  408: "The request took too long to arrive.",
  405: "The path knows other methods: see Allow.",
  409: "It conflicts with what is there; `code` says how. A POST whose Idempotency-Key is still running answers this too.",
  412: "If-Match names another version than the present one.",
  413: "The body is too large.",
  415: "The body is of another content type than this takes.",
  422: "The input is invalid: `errors` names every mistake.",
  429: "The key's rate is used up: see Retry-After.",
  500: "A defect; the message says nothing internal, requestId finds it in the log.",
  503: "The database or Temporal is not reachable.",
};

const ALWAYS: readonly ProblemStatus[] = [400, 401, 403, 422, 429, 431, 500, 503];
const WITH_BODY: readonly ProblemStatus[] = [409, 413, 415];

export const SECURITY = [{ apiKey: [], apiSecret: [] }];

const headerText = (name: string, description: string) =>
  z
    .string()
    .optional()
    .openapi({ param: { name, in: "header", description } });

/** The route as `createRoute` takes it. */
export function documentedRoute(endpoint: Documented, method: Method) {
  const { path, tag, summary, description, params, query, answers, etag, upload, download } = endpoint;
  const writes = method !== "get";
  const statuses = [
    ...ALWAYS,
    ...(params === undefined ? [] : [404 as const]),
    ...(writes ? WITH_BODY : []),
    ...(comparesVersion(method, endpoint) ? [412 as const] : []),
    ...(endpoint.problems ?? []),
  ];
  const body = endpoint.documentedBody ?? endpoint.body;
  return {
    method,
    path,
    tags: [tag],
    summary,
    operationId: operationId(method, path),
    ...(description === undefined ? {} : { description }),
    security: SECURITY,
    request: {
      ...(isObject(params) ? { params } : {}),
      ...(isObject(query) ? { query } : {}),
      headers: z.object(requestHeaders(method, endpoint)),
      ...(body === undefined
        ? {}
        : { body: { required: endpoint.bodyOptional !== true, content: { "application/json": { schema: body } } } }),
      ...(upload === undefined ? {} : { body: { required: true, content: { [upload]: { schema: csvText } } } }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          success(Number(status), schema, etag === true, download, endpoint.orDownload),
        ]),
      ),
      ...Object.fromEntries([...new Set(statuses)].sort().map((status) => [status, problemAnswer(status)])),
    },
  };
}

/** As documented; the stream itself is checked row by row. */
export const csvText = z.string().openapi({ example: "externalId,name,workflow\nC-1,Globex,Escalation\n" });

const isObject = (schema: z.ZodType | undefined): schema is z.ZodObject => schema instanceof z.ZodObject;

/** Whether If-Match has something to name: a write that only ever makes something new has no version to compare. */
const comparesVersion = (method: Method, { etag, params, answers }: Documented): boolean =>
  method !== "get" && etag === true && (params !== undefined || 200 in answers);

function requestHeaders(method: Method, endpoint: Documented): z.ZodRawShape {
  return {
    ...(method === "post"
      ? {
          "Idempotency-Key": headerText(
            "Idempotency-Key",
            "The same key and body answer the first answer again for 24 hours.",
          ),
        }
      : {}),
    ...(comparesVersion(method, endpoint)
      ? { "If-Match": headerText("If-Match", 'The version that is to be changed, such as "3".') }
      : {}),
    ...(method !== "get"
      ? { "X-Source": headerText("X-Source", "manual or csv: an admin key acts for the console.") }
      : {}),
  };
}

const header = (description: string) => ({ description, schema: { type: "string" as const } });

function success(
  status: number,
  schema: z.ZodType | null,
  etag: boolean,
  type = "application/json",
  orType?: "text/csv",
) {
  const description = status === 201 ? "Created" : status === 204 ? "Done" : "OK";
  return {
    description,
    headers: {
      "X-Request-Id": header("Names this request in the log."),
      ...(etag && schema !== null ? { ETag: header("The version.") } : {}),
    },
    ...(schema === null
      ? {}
      : { content: { [type]: { schema }, ...(orType === undefined ? {} : { [orType]: { schema: csvText } }) } }),
  };
}

function problemAnswer(status: ProblemStatus) {
  return {
    description: PROBLEM_TEXT[status],
    headers: {
      "X-Request-Id": header("Names this request in the log."),
      ...(status === 429 ? { "Retry-After": header("Seconds.") } : {}),
    },
    content: { "application/problem+json": { schema: problemSchema } },
  };
}

/** `get /v1/customers/{id}/invoices` becomes `getCustomersIdInvoices`. */
function operationId(method: Method, path: string): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^a-zA-Z]+/)
    .filter(Boolean);
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}
