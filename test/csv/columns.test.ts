import { describe, expect, it, test } from "vitest";
import { columnOf, columnsOf, headingOf } from "../../api/csv/columns.ts";
import type { CustomFieldDefinition } from "../../rules/facts.ts";

const field = (key: string, label = key): CustomFieldDefinition => ({ key, label, type: "TEXT", options: [] });
const fields = [
  field("plan", "The Plan"),
  field("email", "Second email"),
  field("owner", "Contact"),
  field("contact", "Owner"),
  field("one", "Twice"),
  field("two", "Twice"),
  field("formula", "=SUM(A1)"),
];

const headings: [heading: string, name: string | null][] = [
  ["name", "name"],
  ["Name", "name"],
  ["External ID", "externalId"],
  ["external_id", "externalId"],
  ["externalId", "externalId"],
  ["Assigned users", "users"],
  ["assignedUsers", "users"],
  ["Payment Methods", "paymentMethods"],
  ["Workflow", "workflow"],
  ["Credit-Limit", "creditLimit"],
  ["outstanding", "outstanding"],
  ["plan", "customFields.plan"],
  ["The Plan", "customFields.plan"],
  ["the plan", "customFields.plan"],
  ["customFields.plan", "customFields.plan"],
  // A standard column before a custom field of that key.
  ["email", "email"],
  ["customFields.email", "customFields.email"],
  // A key before a label.
  ["owner", "customFields.owner"],
  ["Contact", "customFields.owner"],
  ["Twice", null],
  ["customFields.none", null],
  ["nope", null],
];

describe("a heading", () => {
  it.each(headings)("%j names %j", (heading, name) => {
    const found = columnOf(heading, fields);
    expect("name" in found ? found.name : null).toBe(name);
  });
});

test("every column's own heading leads back to it", () => {
  for (const name of ["id", "users", "workflow", "outstanding", ...fields.map(({ key }) => `customFields.${key}`)]) {
    expect(columnOf(headingOf(name, fields), fields)).toMatchObject({ name });
  }
});

test("a custom field's heading is its label where that is not mistaken for another", () => {
  const written = fields.map(({ key }) => headingOf(`customFields.${key}`, fields));
  expect(written).toEqual(["The Plan", "Second email", "Contact", "Owner", "one", "two", "=SUM(A1)"]);
});

test("all that is wrong with a heading row is told at once", () => {
  const paths = (row: string[]) => {
    const found = columnsOf(row, fields);
    return "mistakes" in found ? found.mistakes.map(({ path }) => path) : null;
  };
  expect(paths(["name", "nope", "Twice"])).toEqual(["nope", "Twice"]);
  expect(paths(["name", "Name"])).toEqual(["Name"]);
  expect(paths(["plan"])).toEqual(["line 1"]);
  expect(paths(["name", ""])).toBeNull();
  expect(paths(Array.from({ length: 1_001 }, () => ""))).toEqual(["line 1"]);
});
