import type { CustomFieldDefinition } from "../rules/facts.ts";
import type { Queryable } from "./client.ts";
import { loadCustomFieldDefinitions } from "./customFields.ts";

/** A collection workflow or payment method, as files name it. */
export interface NamedThing {
  id: string;
  externalId: string | null;
  name: string;
}

/** What files name of an organization: the fields behind columns, and what stands in cells. */
export interface CsvCatalog {
  customFields: CustomFieldDefinition[];
  workflows: NamedThing[];
  paymentMethods: NamedThing[];
}

/** Emails by the ids of users. */
export async function loadEmails(sql: Queryable, organizationId: string): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; email: string }[]>`
    select id, email from users where organization_id = ${organizationId}`;
  return new Map(rows.map((row) => [row.id, row.email]));
}

export async function loadCsvCatalog(sql: Queryable, organizationId: string): Promise<CsvCatalog> {
  const things = (table: "collection_workflows" | "payment_methods") => sql<NamedThing[]>`
    select id, external_id as "externalId", name from ${sql(table)} where organization_id = ${organizationId} order by id`;
  const [customFields, workflows, paymentMethods] = await Promise.all([
    loadCustomFieldDefinitions(sql, organizationId),
    things("collection_workflows"),
    things("payment_methods"),
  ]);
  return { customFields, workflows: [...workflows], paymentMethods: [...paymentMethods] };
}
