import type { CustomFieldDefinition, CustomFieldType } from "../rules/facts.ts";
import type { Queryable } from "./client.ts";
import { type Noun, nounStore } from "./nouns.ts";

export interface CustomFieldFields {
  /** Unique in the organization; rules and customers name the field by it. */
  key: string;
  label: string;
  type: CustomFieldType;
  /** Options of a SELECT field. */
  options: string[];
}

export type CustomField = Noun & CustomFieldFields;

export const customFields = nounStore<CustomFieldFields, CustomField>({
  table: "custom_fields",
  columns: { key: "key", label: "label", type: "type", options: "options" },
  json: ["options"],
});

/** Every definition of the organization, as rules and filters need them. */
export async function loadCustomFieldDefinitions(
  sql: Queryable,
  organizationId: string,
): Promise<CustomFieldDefinition[]> {
  return await sql<CustomFieldDefinition[]>`
    select key, label, type, options from custom_fields where organization_id = ${organizationId} order by key`;
}

/** Options among those given that some customer holds. */
export async function optionsInUse(
  sql: Queryable,
  organizationId: string,
  key: string,
  options: readonly string[],
): Promise<string[]> {
  if (options.length === 0) return [];
  const rows = await sql<{ option: string }[]>`
    select distinct custom_fields ->> ${key} as option from customers
    where organization_id = ${organizationId} and custom_fields ->> ${key} in ${sql([...options])}`;
  return rows.map((row) => row.option);
}
