import { describe, expect, it } from "vitest";
import { isPrivateAddress, retryAfterMs } from "../../activities/webhook.ts";

describe("private addresses", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["0.0.0.0", true],
    ["10.1.2.3", true],
    ["100.64.0.1", true],
    ["100.63.255.255", false],
    ["169.254.169.254", true],
    ["172.16.0.1", true],
    ["172.31.255.255", true],
    ["172.32.0.1", false],
    ["192.168.1.1", true],
    ["192.169.1.1", false],
    ["198.18.0.1", true],
    ["224.0.0.1", true],
    ["255.255.255.255", true],
    ["8.8.8.8", false],
    ["::", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["::ffff:a00:1", true],
    ["::ffff:8.8.8.8", false],
    ["64:ff9b::7f00:1", true],
    ["fc00::1", true],
    ["fd12:3456::1", true],
    ["fe80::1", true],
    ["ff02::1", true],
    ["2606:4700:4700::1111", false],
  ])("%s: %s", (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});

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
