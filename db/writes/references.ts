import type { CustomFieldDefinition } from "../../rules/facts.ts";
import type { Queryable, Transaction } from "../client.ts";
import { belongsTo } from "../references.ts";
import { isUuid } from "../uuid.ts";
import type { Reference } from "./types.ts";

/** Begins a reference by external id. */
export const EXTERNAL = "external:";

/** Splits references into ids and external ids. */
export function splitReferences(references: Iterable<Reference>): { ids: string[]; externalIds: string[] } {
  const ids = new Set<string>();
  const externalIds = new Set<string>();
  for (const reference of references) {
    if (reference.startsWith(EXTERNAL)) externalIds.add(reference.slice(EXTERNAL.length));
    else if (isUuid(reference)) ids.add(reference.toLowerCase());
  }
  return { ids: [...ids], externalIds: [...externalIds] };
}

/** From a reference to the id of a thing of the organization; unknown and foreign ones are absent. */
export type Lookup = Map<Reference, string>;

type Table = "customers" | "invoices" | "collection_workflows" | "payment_methods";

/** Resolves references to rows of one table. */
export async function resolveReferences(
  tx: Transaction,
  organizationId: string,
  table: Table,
  references: Iterable<Reference>,
): Promise<Lookup> {
  const { ids, externalIds } = splitReferences(references);
  // Two arms, because one `or` over both columns would be planned as a scan.
  const byId = tx`select id, null as "externalId" from ${tx(table)} t where id = any(${ids}::uuid[]) and ${belongsTo(tx, organizationId)}`;
  const byExternalId = tx`
    select id, external_id as "externalId" from ${tx(table)} where organization_id = ${organizationId} and external_id = any(${externalIds}::text[])`;
  const arms = [...(ids.length > 0 ? [byId] : []), ...(externalIds.length > 0 ? [byExternalId] : [])];
  if (arms.length === 0) return new Map();
  const rows = await tx<{ id: string; externalId: string | null }[]>`
    ${arms.reduce((all, arm) => tx`${all} union all ${arm}`)}`;
  return new Map(rows.map((row) => [row.externalId === null ? row.id : EXTERNAL + row.externalId, row.id]));
}

/** Resolves users named by id or email (any case). */
export async function resolveUsers(
  tx: Transaction,
  organizationId: string,
  references: Iterable<Reference>,
): Promise<Lookup> {
  const list = [...new Set(references)];
  if (list.length === 0) return new Map();
  const ids = list.filter((reference) => isUuid(reference)).map((id) => id.toLowerCase());
  const emails = list.filter((reference) => !isUuid(reference)).map((email) => email.toLowerCase());
  const rows = await tx<{ id: string; email: string }[]>`
    select id, lower(email) as email from users
    where organization_id = ${organizationId} and (id = any(${ids}::uuid[]) or lower(email) = any(${emails}::text[]))`;
  const found = new Map(rows.flatMap((row) => [[row.id, row.id] as const, [row.email, row.id] as const]));
  return new Map(
    list.flatMap((reference) => {
      const id = found.get(reference.toLowerCase());
      return id ? [[reference, id] as const] : [];
    }),
  );
}

/** Finds a reference in a lookup whatever the case of a UUID. */
export function lookUp(lookup: Lookup, reference: Reference): string | undefined {
  return lookup.get(reference) ?? lookup.get(reference.toLowerCase());
}

export async function loadFieldDefinitions(
  tx: Queryable,
  organizationId: string,
): Promise<Map<string, CustomFieldDefinition>> {
  const rows = await tx<CustomFieldDefinition[]>`
    select key, label, type, options from custom_fields where organization_id = ${organizationId}`;
  return new Map(rows.map((row) => [row.key, row]));
}
