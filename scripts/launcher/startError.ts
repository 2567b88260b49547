/** Something the person who starts Tripline can put right; `message` is a whole sentence and needs no stack trace. */
export class StartError extends Error {
  override name = "StartError";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node system error (`ENOENT`, `EADDRINUSE`, …), if it is one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
