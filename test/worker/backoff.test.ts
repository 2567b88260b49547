import { expect, it } from "vitest";
import { Backoff } from "../../worker/backoff.ts";

it("tries a key that keeps coming back ever more rarely, up to the longest wait", () => {
  let now = 0;
  const backoff = new Backoff(1_000, 4_000, () => now);
  const tried: number[] = [];
  for (; now <= 16_000; now += 500) if (backoff.due("key")) tried.push(now);
  expect(tried).toEqual([0, 1_000, 3_000, 7_000, 11_000, 15_000]);
});

it("starts afresh with a key that was finished in between, and leaves the others alone", () => {
  let now = 0;
  const backoff = new Backoff(1_000, 60_000, () => now);
  const both = () => ["done", "open"].map((key) => backoff.due(key));
  expect(both()).toEqual([true, true]);
  now = 1_000;
  expect(both()).toEqual([true, true]);
  backoff.keep(["open"]);
  expect(backoff.due("done")).toBe(true);
  expect(backoff.due("open")).toBe(false);
});
