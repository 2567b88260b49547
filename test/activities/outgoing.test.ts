import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../activities/outgoing.ts";

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it.each([
    [null, undefined],
    ["5", 5_000],
    [" 5 ", 5_000],
    ["0", 1_000],
    ["86400", 300_000],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 1_000],
    ["soon", undefined],
    ["", undefined],
    ["-5", undefined],
    ["1.5", undefined],
  ])("%j is %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
