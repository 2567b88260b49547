import type { Queryable } from "./client.ts";
import type { Fragment } from "./lists.ts";
import { isUuid } from "./uuid.ts";
import type { Reference } from "./writes/types.ts";

/** Tables whose things a client may name, and what it may name them by besides our id. */
const NAMES = {
  organizations: [],
  users: ["email"],
  api_keys: [],
  collection_workflows: ["externalId"],
  payment_methods: ["externalId"],
  custom_fields: ["key"],
  channels: [],
  customers: ["externalId"],
  invoices: ["externalId"],
  credits: ["externalId"],
  contacts: ["externalId"],
  views: [],
  rules: [],
  changes: [],
  rule_runs: [],
  notifications: [],
} as const satisfies Record<string, readonly ("externalId" | "email" | "key")[]>;

export type NamedTable = keyof typeof NAMES;

const EXTERNAL = "external:";

/**
 * The condition that a reference names the row: our id, `external:<externalId>`, a user's email, a custom field's key.
 * The table's alias in the query is `t` unless told.
 */
export function named(sql: Queryable, table: NamedTable, reference: Reference, alias = "t"): Fragment {
  const ways: readonly string[] = NAMES[table];
  const column = (name: string) => sql(`${alias}.${name}`);
  if (isUuid(reference)) return sql`${column("id")} = ${reference}`;
  if (ways.includes("externalId") && reference.startsWith(EXTERNAL)) {
    return sql`${column("external_id")} = ${reference.slice(EXTERNAL.length)}`;
  }
  if (ways.includes("email") && reference.includes("@")) return sql`lower(${column("email")}) = lower(${reference})`;
  if (ways.includes("key")) return sql`${column("key")} = ${reference}`;
  return sql`false`;
}

/**
 * That a row which is named by its id belongs to the organization, in a form that no index serves: a plan that was made while the
 * table was empty takes any index of the organization for as good as the key, and goes through all of its rows from then on.
 */
export function belongsTo(sql: Queryable, organizationId: string, alias = "t"): Fragment {
  return sql`(${sql(`${alias}.organization_id`)} = ${organizationId}) is true`;
}

/** The id that a reference names within the organization, or null. */
export async function findId(
  sql: Queryable,
  table: NamedTable,
  organizationId: string,
  reference: Reference,
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select t.id from ${sql(table)} t where t.organization_id = ${organizationId} and ${named(sql, table, reference)}`;
  return row?.id ?? null;
}
