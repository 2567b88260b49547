import type { Sql } from "./client.ts";

/** The previous values that thresholds of the next change compare with. */
export interface Tracking {
  outstanding: number;
  averagePaymentDelay: number | null;
  rating: string | null;
  /** Version of the last evaluated change; 0 before the first. */
  version: number;
}

/** What the evaluation recorded of a customer, and how many shards its organization's customers are spread over. */
export async function getTracking(
  sql: Sql,
  organizationId: string,
  customerId: string,
): Promise<{ recorded: Tracking | null; shards: number }> {
  const [row] = await sql<(Tracking & { found: boolean; shards: number })[]>`
    select o.shards, t.customer_id is not null as found, t.outstanding,
           t.average_payment_delay::float8 as "averagePaymentDelay", t.rating, t.version
    from organizations o left join customer_tracking t on t.customer_id = ${customerId} and t.organization_id = o.id
    where o.id = ${organizationId}`;
  const { found, shards, ...recorded } = row!;
  return { recorded: found ? recorded : null, shards };
}
