import type { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { guarded, MAX_RECORD } from "./guard.ts";
import { csvProblem } from "./problems.ts";

/** One row of a file. */
export interface CsvRecord {
  cells: string[];
  /** As a spreadsheet counts: the heading is 1. */
  row: number;
  /** The line of the file where it begins. */
  line: number;
}

const HEADING_LIMIT = 64 * 1024;

/**
 * Reads CSV as it comes: UTF-8, `,` or `;` as the first line has more of, quoted fields with line breaks. Empty rows are
 * passed over. Throws problems that name the line; memory stays bounded by a slice and one row of at most 1 MiB.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const text = guarded(chunks);
  const { begin, delimiter } = await detectDelimiter(text);
  const options = {
    delimiter,
    info: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    // For the stream beneath: rows are handed on by the slice, and more of them waiting would only take memory.
    readableHighWaterMark: 2,
  };
  const parser = parse(options);
  const source = Readable.from(continued(begin, text), { objectMode: true, highWaterMark: 1 });
  source.once("error", (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const record of parser as AsyncIterable<Parsed>) {
      const { record: cells, info } = record;
      if (cells.every((cell) => cell === "")) continue;
      yield { cells, row: info.records + info.empty_lines, line: info.lines - lineBreaks(cells) };
    }
  } catch (error) {
    throw error instanceof CsvError ? explained(error) : error;
  } finally {
    source.destroy();
  }
}

interface Parsed {
  record: string[];
  info: { records: number; lines: number; empty_lines: number };
}

async function* continued(begin: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* begin;
  yield* rest;
}

/** Reads up to the end of the first line that has text, and counts delimiters outside quotes. */
async function detectDelimiter(text: AsyncGenerator<Buffer>): Promise<{ begin: Buffer[]; delimiter: "," | ";" }> {
  const begin: Buffer[] = [];
  const counts = { ",": 0, ";": 0 };
  let size = 0;
  let isQuoted = false;
  let hasText = false;
  for (;;) {
    const { value, done } = await text.next();
    if (done) break;
    begin.push(value);
    for (const byte of value) {
      const char = String.fromCharCode(byte);
      if (char === '"') isQuoted = !isQuoted;
      const endsLine = !isQuoted && (char === "\n" || char === "\r");
      if (endsLine && hasText) return { begin, delimiter: more(counts) };
      if (!endsLine) hasText = true;
      if (!isQuoted && (char === "," || char === ";")) counts[char]++;
      if (++size > HEADING_LIMIT) throw csvProblem(1, "is a heading longer than 64 KiB");
    }
  }
  return { begin, delimiter: more(counts) };
}

const more = (counts: Record<"," | ";", number>) => (counts[";"] > counts[","] ? ";" : ",");

function lineBreaks(cells: string[]): number {
  let count = 0;
  for (const cell of cells) if (cell.includes("\n")) count += cell.split("\n").length - 1;
  return count;
}

function explained(error: CsvError) {
  const line = Number("lines" in error ? error.lines : 1);
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return csvProblem(line, "is the last and a quoted field is still open");
    case "INVALID_OPENING_QUOTE":
      return csvProblem(line, "has a quote inside a field that does not begin with one");
    case "CSV_INVALID_CLOSING_QUOTE":
      return csvProblem(line, "has text after the closing quote of a field");
    case "CSV_MAX_RECORD_SIZE":
      return csvProblem(line, "belongs to a row larger than 1 MiB");
    default:
      return csvProblem(line, "cannot be read as CSV");
  }
}
