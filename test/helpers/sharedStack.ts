import { type Stack, startStack } from "./stack.ts";

/** A Tripline that other test files use too: its organizations are a test's own, its processes are not. */
export type SharedStack = Pick<Stack, "apiUrl" | "root" | "sql" | "client" | "organization">;

let started: Promise<Stack> | undefined;

/**
 * A whole Tripline of real processes, started once for all test files that run in this process and ended with it. Files that kill a
 * part of it, or set it up in their own way, start another by `startStack`.
 */
export function sharedStack(): Promise<SharedStack> {
  started ??= startStack().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}
