import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Condition } from "../../rules/schema.ts";
import type { RuleVerdict } from "../../scripts/demo/answers.ts";
import { COLUMNS, wrap } from "../../scripts/demo/page.ts";
import { isSigned, startReceiver } from "../../scripts/demo/receiver.ts";
import { amount, describeFilter, describeTrigger, Values } from "../../scripts/demo/values.ts";
import { conclusion } from "../../scripts/demo/why.ts";

const SECRET = "s3cret";
const sign = (timestamp: string, body: string) =>
  createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex");

describe("the webhook receiver", () => {
  const signature = sign("1795000000", '{"a":1}');

  test.each([
    ["the right signature", { "x-tripline-timestamp": "1795000000", "x-tripline-signature": signature }, true],
    ["another timestamp", { "x-tripline-timestamp": "1795000001", "x-tripline-signature": signature }, false],
    ["no timestamp", { "x-tripline-signature": signature }, false],
    ["no signature", { "x-tripline-timestamp": "1795000000" }, false],
    ["a signature cut short", { "x-tripline-timestamp": "1795000000", "x-tripline-signature": "ab" }, false],
  ])("judges %s", (_, headers, isGenuine) => {
    expect(isSigned(headers, '{"a":1}', SECRET)).toBe(isGenuine);
  });

  test("takes a repeat of one message once and refuses a forged one", async () => {
    const receiver = await startReceiver(SECRET);
    const post = (key: string, body: string, signed: string) =>
      fetch(receiver.url, {
        method: "POST",
        headers: { "Idempotency-Key": key, "X-Tripline-Timestamp": "1", "X-Tripline-Signature": sign("1", signed) },
        body,
      });
    try {
      const statuses = [await post("a", "x", "x"), await post("a", "x", "x"), await post("b", "x", "y")];
      expect(statuses.map(({ status }) => status)).toEqual([204, 204, 401]);
      expect(receiver.deliveries.map(({ isGenuine }) => isGenuine)).toEqual([true, false]);
    } finally {
      await receiver.close();
    }
  });
});

describe("the words of the report", () => {
  const values = new Values(new Map([["w1", "Strict dunning"]]), "EUR");

  test.each([
    ["outstanding", 123_450, "1,234.50 EUR"],
    ["averagePaymentDelay", 25.1333, "25.1 days"],
    ["workflow", "w1", "Strict dunning"],
    ["workflow", null, "empty"],
    ["users", [], "empty"],
    ["country", ["US", "CA"], "US, CA"],
    ["customFields.contract_end", { daysFromToday: 0 }, "today"],
  ])("show %s %j as %s", (field, value, shown) => {
    expect(values.show(field, value)).toBe(shown);
  });

  test("write amounts with the currency's own decimals", () => {
    expect(amount(1_234, "JPY")).toBe("1,234 JPY");
  });

  test("describe a threshold against another fact", () => {
    const trigger = { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } } as const;
    expect(describeTrigger(trigger)).toBe("outstanding exceeds the credit limit");
  });

  test.each([
    [{ field: "currency", op: "is", values: ["EUR", "CHF"] }, "currency is EUR, CHF"],
    [{ field: "overdue", op: "between", min: 100, max: 250_000 }, "overdue is between 1.00 and 2,500.00"],
    [{ field: "overdue", op: "between", max: 0 }, "overdue is at most 0.00"],
    [{ field: "customFields.seats", op: "between", min: 10 }, "seats is at least 10"],
    [{ field: "country", op: "changed", to: ["US"] }, "country changed to US"],
    [{ field: "rating", op: "changed", from: ["A", null], to: ["D"] }, "rating changed from A, empty to D"],
    [{ field: "rating", op: "changed" }, "rating changed"],
    [{ field: "customFields.csm_email", op: "isNotEmpty" }, "csm email is not empty"],
    [{ field: "customFields.segment", op: "contains", value: "B2B, B2C" }, 'segment contains "B2B, B2C"'],
    [{ field: "workflow", op: "isNot", values: ["{{workflow:Final notice}}"] }, "workflow is not Final notice"],
  ] satisfies [Condition, string][])("describe a filter: %j", (filter, words) => {
    expect(describeFilter(filter)).toBe(words);
    expect(describeFilter({ anyOf: [filter, filter] })).toBe(`${words} or ${words}`);
  });

  test("say why 7,000 → 6,000 does not fire", () => {
    const rule = {
      id: "r1",
      name: "Big balance",
      about: [],
      filters: [],
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 } as const,
    };
    const verdict: RuleVerdict = {
      ruleId: "r1",
      name: "Big balance",
      matched: false,
      reason: "trigger",
      trigger: { fired: false, before: 700_000, after: 600_000 },
      conditions: [],
    };
    const why = conclusion(rule, verdict, values);
    expect(why).toContain("crossing only");
    expect(why).toContain("6,000.00 EUR is above 5,000.00 EUR, but so was 7,000.00 EUR");
  });

  test("stay within the page", () => {
    const lines = wrap("word ".repeat(60).trim(), "   ", "     ");
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
    expect(lines.join(" ").match(/word/g)).toHaveLength(60);
  });
});
