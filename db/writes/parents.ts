import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";

/** Most customers that may stand above one: companies have a few, and who walks up must come to an end soon. */
export const MOST_ANCESTORS = 50;

/** Who stands above whom, read while nobody else in the organization can give a customer another parent. */
export type Parents = ReadonlyMap<string, string | null>;

/**
 * Reads the ancestors of these customers. Writes that give parents take turns until they end, in a lock between the organization
 * and its customers: else two of them could each close half of a circle.
 */
export async function loadParents(tx: Transaction, organizationId: string, ids: readonly string[]): Promise<Parents> {
  await tx`select pg_advisory_xact_lock(hashtextextended('parents:' || ${organizationId}, 0))`;
  // `union` ends at what it has seen, should a circle stand in the table.
  const rows = await tx<{ id: string; parentId: string | null }[]>`
    with recursive above as (
      select id, parent_id from customers where organization_id = ${organizationId} and id = any(${ids}::uuid[])
      union
      select c.id, c.parent_id from above a join customers c on c.id = a.parent_id
    )
    select id, parent_id as "parentId" from above`;
  return new Map(rows.map((row) => [row.id, row.parentId]));
}

/** Why a customer cannot have this parent, if so; `rows` are those of this write, as its items so far left them. */
export function parentMistake(
  { id }: CustomerRow,
  parentId: string,
  parents: Parents,
  rows: ReadonlyMap<string, CustomerRow>,
): string | null {
  if (parentId === id) return "a customer cannot be its own parent";
  let above: string | null = parentId;
  for (let count = 1; above !== null; count++) {
    if (above === id) return "would make a circle: this customer stands above that one";
    if (count > MOST_ANCESTORS) return `has too many customers above it: at most ${MOST_ANCESTORS} may stand above one`;
    const row = rows.get(above);
    above = row ? row.parentId : (parents.get(above) ?? null);
  }
  return null;
}
