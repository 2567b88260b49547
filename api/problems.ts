import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";

/** One mistake in the input; `path` is written `filters.0.values`, empty for the body as a whole. */
export interface Mistake {
  path: string;
  message: string;
  /** A stable name, where there is one. */
  code?: string;
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 412 | 413 | 415 | 422 | 429 | 431 | 500 | 503;

/** Thrown anywhere in a handler; answered as RFC 9457 problem details. `message` is shown to the client. */
export class Problem extends Error {
  constructor(
    readonly status: ProblemStatus,
    readonly code: string,
    message: string,
    readonly errors: readonly Mistake[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** 422 with every mistake. */
export const invalid = (errors: readonly Mistake[], code = "invalid") =>
  new Problem(422, code, messageOf(errors), errors);

/** More mistakes than anybody reads would make the answer several times larger than the request. */
const MOST_MISTAKES = 100;

/** As many mistakes as are answered, and how many there are besides. */
export function answered(errors: readonly Mistake[]): Mistake[] {
  const more = errors.length - MOST_MISTAKES;
  if (more <= 0) return [...errors];
  return [...errors.slice(0, MOST_MISTAKES), { path: "", message: `and ${more} more mistakes`, code: "more" }];
}

/** One mistake in words, or how many there are. */
export const messageOf = (errors: readonly Mistake[]) =>
  errors.length === 1 ? sentence(errors[0]!) : `The request has ${errors.length} mistakes.`;

/** 404; also for things of another organization and for customers that the caller may not see. */
export const notFound = (noun: string) => new Problem(404, "not_found", `There is no such ${noun}.`);

export const forbidden = (message: string) => new Problem(403, "forbidden", message);

export const conflict = (code: string, message: string) => new Problem(409, code, message);

const sentence = ({ path, message }: Mistake) => (path === "" ? message : `${path}: ${message}`);

export const mistakeSchema = z
  .object({ path: z.string(), message: z.string(), code: z.string().optional() })
  .openapi("Mistake", { example: { path: "trigger.value", message: "Required" } });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    message: z.string(),
    errors: z.array(mistakeSchema).optional(),
    requestId: z.string(),
  })
  .openapi("Problem", {
    example: {
      type: "about:blank",
      title: "Unprocessable Entity",
      status: 422,
      code: "invalid",
      message: "trigger.value: Required",
      errors: [{ path: "trigger.value", message: "Required" }],
      requestId: "0197a1f0-5d3c-7a51-8f0e-0d8f6f7a1b11",
    },
  });

/** The body of a problem's answer. */
export function problemBody(problem: Problem, requestId: string): z.infer<typeof problemSchema> {
  return {
    type: "about:blank",
    title: STATUS_CODES[problem.status] ?? "Error",
    status: problem.status,
    code: problem.code,
    message: problem.message,
    ...(problem.errors.length > 0 ? { errors: answered(problem.errors) } : {}),
    requestId,
  };
}

/** Every mistake of a failed parse, one row per unknown field; a union reports the branch that came closest. */
export function mistakesOf(error: z.core.$ZodError, prefix: readonly PropertyKey[] = []): Mistake[] {
  return error.issues.flatMap((issue) => mistakesOfIssue(issue, prefix));
}

function mistakesOfIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): Mistake[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: written([...path, key]), message: "Unknown field" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branches = issue.errors.map((issues) => issues.flatMap((inner) => mistakesOfIssue(inner, path)));
    return branches.reduce((closest, branch) => (closeness(branch) > closeness(closest) ? branch : closest));
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  return [{ path: written(path), message: missing ? "Required" : issue.message }];
}

/** A branch that got deeper, then one with fewer mistakes, is the one that was meant. */
const closeness = (branch: readonly Mistake[]) =>
  Math.max(...branch.map((mistake) => mistake.path.split(".").length)) * 1000 - branch.length;

const written = (path: readonly PropertyKey[]) => path.map(String).join(".");
