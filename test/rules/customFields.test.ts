import { describe, expect, it } from "vitest";
import { customFieldMistake, isDay } from "../../rules/customFields.ts";
import type { CustomFieldType } from "../../rules/facts.ts";

/** Per type: values that fit and values that do not. */
const cases: { type: CustomFieldType; right: unknown[]; wrong: unknown[]; message: RegExp }[] = [
  { type: "TEXT", right: ["", " kept as given ", "B2B, B2C"], wrong: [1, true, ["a"], {}], message: /text/ },
  { type: "SELECT", right: ["Basic", "Premium"], wrong: ["basic", "", "Gold", 1], message: /Basic, Premium/ },
  { type: "BOOLEAN", right: [true, false], wrong: ["true", 0, 1], message: /true or false/ },
  { type: "NUMBER", right: [0, -1.5, 1e12], wrong: ["1", Number.NaN, Number.POSITIVE_INFINITY], message: /number/ },
  {
    type: "DATE",
    right: ["2024-02-29", "1900-01-01", "2999-12-31"],
    wrong: ["2023-02-29", "1.2.2023", 2023, "2023-1-1"],
    message: /day/,
  },
];

describe.each(cases)("a $type field", ({ type, right, wrong, message }) => {
  const definition = { key: "field", label: "Field", type, options: ["Basic", "Premium"] };

  it.each(right)("takes %j", (value) => {
    expect(customFieldMistake(definition, value)).toBeNull();
  });

  it.each(wrong.map((value) => [value]))("refuses %j", (value) => {
    expect(customFieldMistake(definition, value)).toMatch(message);
  });

  it("can always be cleared", () => {
    expect(customFieldMistake(definition, null)).toBeNull();
  });
});

it.each([
  ["2024-02-29", true],
  ["2023-02-29", false],
  ["2024-02-30", false],
  ["2024-13-01", false],
  ["2024-00-10", false],
  ["1899-12-31", false],
  ["3000-01-01", false],
  ["2024-2-9", false],
  ["2024-02-09T00:00:00Z", false],
  ["", false],
])("%j as a day: %s", (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
