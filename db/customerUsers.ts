import type { Transaction } from "./client.ts";
import { lockRulesetShared } from "./rulesets.ts";
import { isUuid } from "./uuid.ts";
import type { Reference } from "./writes/types.ts";

const EXTERNAL = "external:";

/**
 * Locks the customers named and tells who is assigned to each, by reference as given. Locks in the order of every write: the
 * ruleset, then customers by id.
 */
export async function lockAssignedUsers(
  tx: Transaction,
  organizationId: string,
  references: readonly Reference[],
): Promise<Map<Reference, string[]>> {
  if (references.length === 0) return new Map();
  const ids = references.filter(isUuid).map((id) => id.toLowerCase());
  const externalIds = references
    .filter((reference) => reference.startsWith(EXTERNAL))
    .map((reference) => reference.slice(EXTERNAL.length));
  await lockRulesetShared(tx, organizationId);
  const rows = await tx<{ id: string; externalId: string | null; userIds: string[] }[]>`
    select id, external_id as "externalId", user_ids as "userIds" from customers
    where id in (select id from customers where organization_id = ${organizationId} and id = any(${ids}::uuid[])
                 union all
                 select id from customers where organization_id = ${organizationId} and external_id = any(${externalIds}::text[]))
    order by id for no key update`;
  const found = new Map(
    rows.flatMap((row) => [
      [row.id, row.userIds] as const,
      ...(row.externalId === null ? [] : [[EXTERNAL + row.externalId, row.userIds] as const]),
    ]),
  );
  return new Map(
    references.flatMap((reference) => {
      const users = found.get(reference) ?? found.get(reference.toLowerCase());
      return users === undefined ? [] : [[reference, users] as const];
    }),
  );
}
