import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { csvLine, neutralised, restored, splitList } from "../../api/csv/cells.ts";
import { csvRecords } from "../../api/csv/records.ts";

const formulas: [text: string, written: string][] = [
  ["=1+1", "'=1+1"],
  ["+49 30 1", "'+49 30 1"],
  ["-2", "'-2"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["'=1", "''=1"],
  ["'quoted'", "'quoted'"],
  ["'", "'"],
  ["a=b", "a=b"],
  ["", ""],
];

describe("formula injection", () => {
  it.each(formulas)("%j is written as %j and read back", (text, written) => {
    expect(neutralised(text)).toBe(written);
    expect(restored(written)).toBe(text);
  });

  it("is undone for every text, and nothing written begins like a formula", () => {
    const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "a", " ", "\n") });
    fc.assert(
      fc.property(text, (text) => {
        expect(restored(neutralised(text))).toBe(text);
        expect(neutralised(text)).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

test("cells of every text are read back from a line, with either delimiter", async () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ",", ";", "\n", "\r", "\t", " ", "a", "ä", "😀") });
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(row, fc.constantFrom(",", ";"), async (cells, delimiter) => {
      const file = csvLine(["h", ...cells.map(() => "h")], delimiter) + csvLine(["x", ...cells], delimiter);
      async function* chunks() {
        yield new TextEncoder().encode(file);
      }
      const records: string[][] = [];
      for await (const { cells } of csvRecords(chunks())) records.push(cells);
      expect(records[1]).toEqual(["x", ...cells]);
    }),
  );
});

test("a list in a cell is split at semicolons, without spaces and gaps", () => {
  expect(splitList(" a;b ; ;c")).toEqual(["a", "b", "c"]);
  expect(splitList("")).toEqual([]);
});
