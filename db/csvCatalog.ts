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
