import type { CustomFieldDefinition } from "../../rules/facts.ts";
import type { Mistake } from "../problems.ts";

/** What a column is, by the name that views and exports use: `customFields.<key>` for custom fields. */
export interface Column {
  /** As it stands, or is to stand, in the file. */
  heading: string;
  name: string;
  definition?: CustomFieldDefinition;
}

/** Columns that an import writes, and the field of the write that each becomes. */
export const WRITABLE: Readonly<Record<string, string>> = {
  id: "id",
  externalId: "externalId",
  name: "name",
  email: "email",
  country: "country",
  city: "city",
  language: "language",
  currency: "currency",
  creditLimit: "creditLimit",
  parentId: "parentId",
  lastReminderAt: "lastReminderAt",
  workflow: "workflowId",
  users: "userIds",
  paymentMethods: "paymentMethodIds",
};

/** Columns that an export may have and an import passes over: they follow from other data. */
export const DERIVED = [
  ...["outstanding", "due", "overdue", "unapplied", "overdueDays", "averagePaymentDelay", "rating"],
  ...["aging 1-30", "aging 31-60", "aging 61-90", "aging 90+", "createdAt", "updatedAt"],
] as const;

/** Columns that are written under another heading than their name, and other words that people use. */
const HEADINGS: Readonly<Record<string, string>> = { users: "assignedUsers" };
const ALIASES: Readonly<Record<string, string>> = {
  assignedusers: "users",
  customername: "name",
  customerid: "id",
  workflowid: "workflow",
  collectionworkflow: "workflow",
  paymentmethodids: "paymentMethods",
  userids: "users",
};
const CUSTOM = "customFields.";
const MAX_COLUMNS = 1_000;

/** "External ID", "external_id" and "externalId" are the same heading. */
const plain = (heading: string) => heading.toLowerCase().replace(/[\s_-]/g, "");
const STANDARD: ReadonlyMap<string, string> = new Map([
  ...[...Object.keys(WRITABLE), ...DERIVED].map((name) => [plain(name), name] as const),
  ...Object.entries(ALIASES),
]);

/** The name of the column with this heading: a standard one, else a custom field by key or label. */
export function columnOf(
  heading: string,
  fields: readonly CustomFieldDefinition[],
): { name: string; definition?: CustomFieldDefinition } | { mistake: string } {
  const custom = (definition: CustomFieldDefinition) => ({ name: CUSTOM + definition.key, definition });
  if (heading.startsWith(CUSTOM)) {
    const definition = fields.find(({ key }) => key === heading.slice(CUSTOM.length));
    return definition ? custom(definition) : { mistake: `there is no custom field "${heading.slice(CUSTOM.length)}"` };
  }
  const standard = STANDARD.get(plain(heading));
  if (standard !== undefined) return { name: standard };
  const byKey = fields.find(({ key }) => key === heading);
  if (byKey) return custom(byKey);
  const exact = fields.filter(({ label }) => label === heading);
  const alike = fields.filter(({ key, label }) => plain(key) === plain(heading) || plain(label) === plain(heading));
  const [found, another] = exact.length > 0 ? exact : alike;
  if (another) return { mistake: `"${heading}" names several custom fields: write customFields.<key>` };
  return found ? custom(found) : { mistake: `there is no column "${heading}"` };
}

/** The columns of a file by its first row. A heading left empty makes a column that must be empty: `name` is "". */
export function columnsOf(
  headings: readonly string[],
  fields: readonly CustomFieldDefinition[],
): { columns: Column[] } | { mistakes: Mistake[] } {
  if (headings.length > MAX_COLUMNS) {
    return { mistakes: [{ path: "line 1", message: `has more than ${MAX_COLUMNS} columns` }] };
  }
  const mistakes: Mistake[] = [];
  const columns: Column[] = [];
  for (const heading of headings) {
    const found = heading.trim() === "" ? { name: "" } : columnOf(heading.trim(), fields);
    if ("mistake" in found) mistakes.push({ path: heading, message: found.mistake });
    else if (found.name !== "" && columns.some(({ name }) => name === found.name)) {
      mistakes.push({ path: heading, message: "stands for the same column as another heading" });
    } else columns.push({ heading, ...found });
  }
  const names = new Set(columns.map(({ name }) => name));
  if (mistakes.length === 0 && !["id", "externalId", "name"].some((name) => names.has(name))) {
    mistakes.push({ path: "line 1", message: "names no column that says which customer is meant: externalId or name" });
  }
  return mistakes.length > 0 ? { mistakes } : { columns };
}

/** The heading under which a column is written: a custom field's label where that leads back to it. */
export function headingOf(name: string, fields: readonly CustomFieldDefinition[]): string {
  if (!name.startsWith(CUSTOM)) return HEADINGS[name] ?? name;
  const definition = fields.find(({ key }) => CUSTOM + key === name);
  const leadsBack = (heading: string) => {
    const found = heading.trim() === heading && heading !== "" ? columnOf(heading, fields) : { mistake: "" };
    return "name" in found && found.name === name;
  };
  return [definition?.label ?? "", definition?.key ?? ""].find(leadsBack) ?? name;
}
