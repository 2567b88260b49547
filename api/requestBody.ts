import type { Context } from "hono";
import { isStorable } from "../rules/text.ts";
import { Problem } from "./problems.ts";

const MIB = 1024 * 1024;
export const MAX_BODY = MIB;
export const MAX_BULK_BODY = 32 * MIB;

/** No body of the API nests deeper than 10. */
const DEEPEST = 64;

/** Escapes of NUL and of surrogates, and the key that JavaScript treats as an object's prototype: only such a text needs a closer look. */
const SUSPICIOUS = /\\u0000|\\ud[89a-f]|__proto__/i;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');
const JSON_TYPE = /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i;

export interface RequestBody {
  /** What was sent, byte by byte. */
  raw: Buffer;
  value: unknown;
}

/** Stands for a body that is not read here. */
export const NO_BODY: RequestBody = { raw: Buffer.alloc(0), value: undefined };

/**
 * Reads a JSON body of at most `limit` bytes, whether or not its length was announced. Throws 413, 415 for another content type
 * and 400 for what is not UTF-8, not JSON or nested deeper than 64. Without a body the value is undefined.
 */
export async function readBody(c: Context, limit: number): Promise<RequestBody> {
  const raw = await readBytes(c, limit);
  if (raw.length === 0) return { raw, value: undefined };
  const type = c.req.header("content-type") ?? "";
  if (!JSON_TYPE.test(type)) {
    throw new Problem(415, "unsupported_media_type", "The body must be application/json in UTF-8.");
  }
  if (isTooDeep(raw)) throw new Problem(400, "malformed", `The body is nested deeper than ${DEEPEST} levels.`);
  return { raw, value: parse(decode(raw)) };
}

async function readBytes(c: Context, limit: number): Promise<Buffer> {
  const tooLarge = () => new Problem(413, "too_large", `The body is larger than ${limit / MIB} MiB.`);
  if (c.req.method === "GET" || c.req.method === "HEAD") return NO_BODY.raw;
  const announced = c.req.header("content-length");
  if (announced !== undefined) {
    if (Number(announced) > limit) throw tooLarge();
    // The HTTP parser lets through what was announced and no more. A web stream made for it would cost a tenth of a small write.
    return Buffer.from(await c.req.raw.arrayBuffer());
  }
  const stream = c.req.raw.body;
  if (stream === null) return NO_BODY.raw;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Before anything is parsed: millions of levels would keep the parser and all that walks its result busy for seconds. */
function isTooDeep(raw: Buffer): boolean {
  let depth = 0;
  let inText = false;
  for (let place = 0; place < raw.length; place += 1) {
    const byte = raw[place];
    if (inText) {
      if (byte === BACKSLASH) place += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

function decode(raw: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(raw);
  } catch {
    throw new Problem(400, "malformed", "The body is not valid UTF-8.");
  }
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, "malformed", "The body is not valid JSON.");
  }
  if (SUSPICIOUS.test(text)) refuseUnstorable(value);
  return value;
}

/** Walks without recursion, because the nesting is the client's. */
function refuseUnstorable(root: unknown): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string" && !isStorable(value)) {
      throw new Problem(400, "malformed", "Text must not hold NUL or half a surrogate pair.");
    }
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "__proto__" || !isStorable(key))
        throw new Problem(400, "malformed", "A field's name is not allowed.");
      open.push(inner);
    }
  }
}
