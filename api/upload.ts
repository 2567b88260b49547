import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Caller } from "./access.ts";
import { Problem } from "./problems.ts";

const MIB = 1024 * 1024;
/** Bytes of the largest upload. */
export const MAX_UPLOAD = 200 * MIB;
const CSV_TYPE = /^(text|application)\/csv\s*(;.*)?$/i;
const CHARSET = /charset="?([^";\s]+)/i;

/** A body as it comes in. */
export interface UploadStream extends AsyncIterable<Uint8Array> {
  /** Names the request's query and body; call it after the last chunk. */
  digest(): Buffer;
}

/**
 * The request's body as a stream of CSV. Throws 415 for another content type or charset; reading it throws 413 beyond
 * {@link MAX_UPLOAD}, whether or not the length was announced.
 */
export function uploadOf(c: Context, caller: Caller): UploadStream {
  const type = c.req.header("content-type") ?? "";
  const charset = CHARSET.exec(type)?.[1] ?? "utf-8";
  if (!CSV_TYPE.test(type) || !/^utf-?8$/i.test(charset)) {
    throw new Problem(415, "unsupported_media_type", "The body must be text/csv in UTF-8.");
  }
  if (Number(c.req.header("content-length") ?? 0) > MAX_UPLOAD) throw tooLarge();
  const hash = createHash("sha256").update(`${caller.source}\n${new URL(c.req.url).search}\n`);
  const body = c.req.raw.body;
  async function* chunks() {
    let size = 0;
    for await (const chunk of unbroken((body ?? []) as unknown as AsyncIterable<Uint8Array>)) {
      size += chunk.byteLength;
      if (size > MAX_UPLOAD) throw tooLarge();
      hash.update(chunk);
      yield chunk;
    }
  }
  return { [Symbol.asyncIterator]: chunks, digest: () => hash.copy().digest() };
}

async function* unbroken(chunks: AsyncIterable<Uint8Array>) {
  try {
    yield* chunks;
  } catch {
    throw new Problem(400, "malformed", "The upload broke off.");
  }
}

const tooLarge = () => new Problem(413, "too_large", `The body is larger than ${MAX_UPLOAD / MIB} MiB.`);
