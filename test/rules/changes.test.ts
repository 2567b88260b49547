import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedFields, factsChanged } from "../../rules/changes.ts";
import type { Facts } from "../../rules/facts.ts";
import { anyFacts } from "./arbitraries.ts";
import { AGENCY, ANN, BOB, CARD, facts } from "./fixtures.ts";

const full = facts({
  users: [ANN, BOB],
  customFields: { score: 1 },
  delaySums: ["7", "1"],
  overdueSince: "2026-02-01",
});

describe("what changed", () => {
  test.each<[string, Partial<Facts>, string[]]>([
    ["nothing", {}, []],
    ["the day", { asOf: "2026-03-09" }, []],
    ["a reminder", { lastReminderAt: "2026-03-01T00:00:00.000Z" }, []],
    ["a property", { city: "Lyon" }, ["city"]],
    ["an empty text where there was none", { city: "" }, ["city"]],
    ["the parent", { parentId: ANN }, ["parentId"]],
    ["balances", { outstanding: 1, due: 1 }, ["outstanding", "due"]],
    ["the oldest overdue invoice", { overdueSince: "2026-02-02" }, ["overdueDays"]],
    ["rating", { rating: "A" }, ["rating"]],
    ["the delay", { delaySums: ["8", "1"] }, ["averagePaymentDelay"]],
    ["the sums behind the same delay", { delaySums: ["14", "2"] }, ["averagePaymentDelay"]],
    ["the delay going", { delaySums: null }, ["averagePaymentDelay"]],
    [
      "assignments",
      { workflow: AGENCY, users: [ANN], paymentMethods: [CARD] },
      ["workflow", "users", "paymentMethods"],
    ],
    ["the order of users, the first of whom is the account manager", { users: [BOB, ANN] }, ["users"]],
    ["custom fields", { customFields: { score: 2, vip: false } }, ["customFields.score", "customFields.vip"]],
    ["a custom field going", { customFields: {} }, ["customFields.score"]],
    [
      "a custom field named like an inherited one",
      { customFields: { score: 1, constructor: "x" } },
      ["customFields.constructor"],
    ],
  ])("%s", (_name, given, fields) => {
    const after = { ...full, ...given };
    expect(changedFields(full, after)).toEqual(fields);
    expect(factsChanged(full, after)).toBe(fields.length > 0);
  });

  test("on creation is all that has a value, and creation is always a change", () => {
    expect(changedFields(null, facts({ country: "US" }))).toEqual([
      "country",
      "createdAt",
      "outstanding",
      "due",
      "overdue",
      "unapplied",
    ]);
    expect(factsChanged(null, facts())).toBe(true);
  });

  test("is nothing between any facts and their copy by way of JSON", () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const copy: Facts = JSON.parse(JSON.stringify(any));
        expect(changedFields(any, copy)).toEqual([]);
      }),
    );
  });
});
