import { Buffer, isUtf8 } from "node:buffer";
import { csvProblem, notText } from "./problems.ts";

const NEWLINE = 10;
const RETURN = 13;
/** Looked at in slices, so that memory stays bounded whatever the size of the chunks. */
const SLICE = 64 * 1024;
/** Bytes of a line, and of a row that spans lines. */
export const MAX_RECORD = 1024 * 1024;

/**
 * Passes on bytes that are text: valid UTF-8 without NUL, no line longer than {@link MAX_RECORD}, without a byte order mark.
 * The limit is what keeps a file without line breaks, or of nothing but delimiters, from filling the memory.
 */
export async function* guarded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let line = 1;
  let lineLength = 0;
  let tail: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const slice of slices(chunks)) {
    let text = tail.length === 0 ? slice : Buffer.concat([tail, slice]);
    const cut = text.length - incomplete(text);
    tail = Buffer.from(text.subarray(cut));
    text = text.subarray(0, cut);
    if (isFirst && text.length >= 3) {
      isFirst = false;
      if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) text = text.subarray(3);
    }
    if (!isUtf8(text))
      throw notText(
        lineOf(text, line, (part) => !isUtf8(part)),
        "is not valid UTF-8",
      );
    const zero = text.indexOf(0);
    if (zero >= 0) throw notText(line + newlines(text.subarray(0, zero)), "holds a NUL character");
    const first = text.findIndex((byte) => byte === NEWLINE || byte === RETURN);
    if (lineLength + (first < 0 ? text.length : first) > MAX_RECORD) throw csvProblem(line, "is longer than 1 MiB");
    const last = Math.max(text.lastIndexOf(NEWLINE), text.lastIndexOf(RETURN));
    lineLength = last < 0 ? lineLength + text.length : text.length - last - 1;
    line += newlines(text);
    yield text;
  }
  if (tail.length > 0) throw notText(line, "is not valid UTF-8");
}

async function* slices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
  }
}

/** How many bytes at the end begin a character that goes on in the next slice. */
function incomplete(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}

function newlines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** The line of the first part that is at fault; no character spans lines. */
function lineOf(text: Buffer, firstLine: number, isAtFault: (part: Buffer) => boolean): number {
  let line = firstLine;
  for (let at = 0; at < text.length; line++) {
    const end = text.indexOf(NEWLINE, at);
    const part = text.subarray(at, end < 0 ? text.length : end);
    if (isAtFault(part)) return line;
    at = end < 0 ? text.length : end + 1;
  }
  return line;
}
