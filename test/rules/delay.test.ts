import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDelay, compareDelays, type DelaySums, decimalOf, delayValue, ratingOf } from "../../rules/delay.ts";

const sums = fc.tuple(
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String),
  fc.bigInt({ min: 1n, max: 10n ** 22n }).map(String),
);

describe("an average payment delay", () => {
  test("of 5655/225 is 25.13… and rates A", () => {
    const example: DelaySums = ["5655", "225"];
    expect(delayValue(example)).toBeCloseTo(25.1333, 4);
    expect(Math.round(delayValue(example))).toBe(25);
    expect(ratingOf(example)).toBe("A");
  });

  test.each<[DelaySums | null, string | null]>([
    [null, null],
    [["-5", "1"], "A"],
    [["30", "1"], "A"],
    [["3000000000000000000001", "100000000000000000000"], "B"],
    [["60", "1"], "B"],
    [["61", "1"], "C"],
    [["90", "1"], "C"],
    [["9000000000000000000001", "100000000000000000000"], "D"],
    [["400", "1"], "D"],
  ])("of %j rates %s", (given, rating) => {
    expect(ratingOf(given)).toBe(rating);
  });

  test("compares with a decimal as the whole numbers behind them do", () => {
    const near = fc.tuple(sums, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.boolean());
    fc.assert(
      fc.property(near, ([given, any, itself]) => {
        const value = itself ? delayValue(given) : any;
        const { digits, scale } = decimalOf(value);
        const exact = BigInt(given[0]) * scale - digits * BigInt(given[1]);
        expect(Math.sign(compareDelay(given, decimalOf(value)))).toBe(exact > 0n ? 1 : exact < 0n ? -1 : 0);
      }),
      { numRuns: 5_000 },
    );
  });

  test("equals itself out of other sums", () => {
    expect(compareDelays(["7", "1"], ["14", "2"])).toBe(0);
    expect(compareDelays(["7", "1"], ["15", "2"])).toBe(-1);
    expect(compareDelays(["-7", "1"], ["-15", "2"])).toBe(1);
  });
});

describe("a decimal", () => {
  test.each([
    [0, 0n, 1n],
    [-0, 0n, 1n],
    [25.13, 2513n, 100n],
    [-0.5, -5n, 10n],
    [1e21, 10n ** 21n, 1n],
    [1.5e-7, 15n, 10n ** 8n],
    [1.25e25, 125n * 10n ** 23n, 1n],
  ])("%d is read digit by digit", (value, digits, scale) => {
    expect(decimalOf(value)).toMatchObject({ digits, scale });
  });
});
