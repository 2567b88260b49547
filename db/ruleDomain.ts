import type { DomainContext } from "../rules/domains.ts";
import type { Queryable } from "./client.ts";
import { loadFieldDefinitions } from "./writes/references.ts";

/** What judging customers as they stand takes of an organization: its custom fields, time zone and present day. */
export async function loadDomain(sql: Queryable, organizationId: string): Promise<DomainContext> {
  const [customFields, [organization]] = await Promise.all([
    loadFieldDefinitions(sql, organizationId),
    sql<{ timeZone: string; today: string }[]>`
      select time_zone as "timeZone", (now() at time zone time_zone)::date as today
      from organizations where id = ${organizationId}`,
  ]);
  return { customFields, ...organization! };
}
