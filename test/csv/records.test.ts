import { describe, expect, it, test } from "vitest";
import { type CsvRecord, csvRecords } from "../../api/csv/records.ts";
import { Problem } from "../../api/problems.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Reads a file that comes in chunks of `size` bytes. */
async function read(file: string | Uint8Array, size = 1_000_000): Promise<CsvRecord[]> {
  const all = typeof file === "string" ? bytes(file) : file;
  async function* chunks() {
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(chunks())) records.push(record);
  return records;
}

const cells = async (file: string | Uint8Array, size?: number) =>
  (await read(file, size)).map((record) => record.cells);

const files: [what: string, file: string, cells: string[][]][] = [
  [
    "commas",
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "semicolons",
    "a;b\n1;2,5\n",
    [
      ["a", "b"],
      ["1", "2,5"],
    ],
  ],
  [
    "a heading with more semicolons than commas",
    'a;b;"c,d"\n1;2;3',
    [
      ["a", "b", "c,d"],
      ["1", "2", "3"],
    ],
  ],
  [
    "delimiters inside quotes do not count",
    '"a;b;c",d\n1,2',
    [
      ["a;b;c", "d"],
      ["1", "2"],
    ],
  ],
  ["a single column", "a\n1\n", [["a"], ["1"]]],
  [
    "a byte order mark",
    "\ufeffa,b\n1,2",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "CRLF",
    "a,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "CR alone",
    "a,b\r1,2\r",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "line breaks in quotes",
    'a,b\n"1\n2","3\r\n4"\n',
    [
      ["a", "b"],
      ["1\n2", "3\r\n4"],
    ],
  ],
  ["doubled quotes", 'a\n"say ""hi"""\n', [["a"], ['say "hi"']]],
  [
    "spaces stay",
    "a,b\n 1 ,\t2\n",
    [
      ["a", "b"],
      [" 1 ", "\t2"],
    ],
  ],
  [
    "empty rows are passed over",
    "\n\na,b\n\n,\n1,2\n\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  ["rows of other lengths are told as they are", "a,b\n1\n1,2,3\n", [["a", "b"], ["1"], ["1", "2", "3"]]],
  [
    "no end of the last line",
    "a,b\n1,2",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "characters of every length",
    "ä,€\n😀,é\n",
    [
      ["ä", "€"],
      ["😀", "é"],
    ],
  ],
  ["an empty file", "", []],
];

describe("a file is read", () => {
  it.each(files)("with %s, in whatever chunks it comes", async (_what, file, expected) => {
    expect(await cells(file)).toEqual(expected);
    for (const size of [1, 2, 3, 7]) expect(await cells(file, size), `chunks of ${size}`).toEqual(expected);
  });

  it("with the row that a spreadsheet shows and the line where it begins", async () => {
    const records = await read('a,b\n\n1,2\n"x\ny",3\n4,5\n');
    expect(records.map(({ row, line }) => [row, line])).toEqual([
      [1, 1],
      [3, 3],
      [4, 4],
      [5, 6],
    ]);
  });
});

const bomb = 2 * 1024 * 1024;
const refusals: [what: string, file: string | Uint8Array, status: number, line: number][] = [
  ["invalid UTF-8", new Uint8Array([...bytes("a,b\n1,2\n3,"), 0xff, 0x0a]), 400, 3],
  ["a character cut off at the end", new Uint8Array([...bytes("a\n1\n"), 0xe2, 0x82]), 400, 3],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 400, 1],
  ["Latin-1", new Uint8Array([...bytes("name\nM"), 0xfc, ...bytes("ller\n")]), 400, 2],
  ["NUL", "a\n1\n2\0\n", 400, 3],
  ["a quote that is never closed", 'a\n1\n"2\n3\n', 422, 4],
  ["a quote inside a field", 'a\n1\nx"y"\n', 422, 3],
  ["text behind a closing quote", 'a\n"1"x\n', 422, 2],
  ["a line without end", `a\n1\n${"x".repeat(bomb)}`, 422, 3],
  ["a line of nothing but delimiters", `a,b\n${",".repeat(bomb)}`, 422, 2],
  ["a quoted field without end", `a\n"${"x\n".repeat(bomb)}`, 422, -1],
  ["a heading without end", `${"a,".repeat(50_000)}\n`, 422, 1],
];

describe("a file is refused with its line", () => {
  it.each(refusals)("for %s", async (_what, file, status, line) => {
    for (const size of [1_000_000, 4_093]) {
      const problem: unknown = await read(file, size).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(Problem);
      const { status: told, errors, message } = problem as Problem;
      expect(told, message).toBe(status);
      if (line > 0) expect(errors[0]?.path).toBe(`line ${line}`);
    }
  });
});

test("reading stops taking chunks when nobody takes rows", async () => {
  let taken = 0;
  async function* endless() {
    yield bytes("a,b\n");
    for (;;) {
      taken += 1;
      yield bytes("1,2\n".repeat(10_000));
    }
  }
  const records = csvRecords(endless());
  for (let n = 0; n < 5; n++) await records.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBeLessThan(50);
  await records.return(undefined);
});
