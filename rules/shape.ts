import type { z } from "zod";
import { type Mistake, mistake } from "./errors.ts";

type Issue = z.core.$ZodIssue;

/** Parses `input` by `schema`; answers the value, or every mistake with its path below `path`. */
export function parseShape<T>(
  schema: z.ZodType<T>,
  input: unknown,
  path: readonly PropertyKey[] = [],
): { value: T } | { mistakes: Mistake[] } {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  return { mistakes: parsed.error.issues.flatMap((issue) => mistakesOf(issue, input, path)) };
}

function mistakesOf(issue: Issue, input: unknown, base: readonly PropertyKey[]): Mistake[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => mistake([...path, key], "unknown_key", "is not known here"));
  }
  if (issue.code === "invalid_union") {
    const value = valueAt(input, issue.path);
    const branch = branchMeant(issue.errors, value);
    if (branch) return branch.flatMap((inner) => mistakesOf(inner, value, path));
  }
  return [mistake(path, "invalid", wordsFor(issue, valueAt(input, issue.path)))];
}

function wordsFor(issue: Issue, value: unknown): string {
  if (value === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) return "is required";
  return issue.message;
}

/**
 * Of a union's branches, the one that the writer meant: an object that names `anyOf` means the alternatives, else the
 * branch with the fewest mistakes. None when the value is not even an object, or when two branches are equally near.
 */
function branchMeant(branches: readonly Issue[][], value: unknown): Issue[] | undefined {
  const near = branches.filter((issues) => !issues.some(({ code, path }) => code === "invalid_type" && !path.length));
  if (typeof value === "object" && value !== null && "anyOf" in value) return near.at(-1);
  const [first, second] = near.toSorted((a, b) => weight(a) - weight(b));
  return first && (!second || weight(first) < weight(second)) ? first : undefined;
}

function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, input);
}
