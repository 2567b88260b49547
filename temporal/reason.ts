/** As many errors beneath each other are told. */
const MOST = 5;

/** What was thrown and what caused it, for logs: Temporal's client says what it could not do, and only the cause says why. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  let cause = error;
  for (let depth = 0; depth < MOST && cause instanceof Error; depth++) {
    reasons.push(cause.message);
    cause = cause.cause;
  }
  return reasons.length === 0 ? String(error) : [...new Set(reasons)].join(": ");
}
