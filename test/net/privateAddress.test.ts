import { describe, expect, it } from "vitest";
import { isPrivateAddress } from "../../net/privateAddress.ts";

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
    ["192.0.2.1", true],
    ["192.0.3.1", false],
    ["198.51.100.7", true],
    ["198.51.101.7", false],
    ["203.0.113.255", true],
    ["203.0.114.1", false],
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
    ["fec0::1", true],
    ["feff::1", true],
    ["2001:db8::1", true],
    ["2001:db9::1", false],
    ["fd12:3456::1", true],
    ["fe80::1", true],
    ["ff02::1", true],
    ["2606:4700:4700::1111", false],
  ])("%s: %s", (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});
