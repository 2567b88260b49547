import { delayValue } from "../../rules/delay.ts";
import type { Transaction } from "../client.ts";
import type { QueuedChange, TrackedValues } from "./types.ts";

/** The previous values that a change leaves to the next one. */
export function trackedValuesOf({ customerId, version, after }: QueuedChange): TrackedValues {
  return {
    customerId,
    version,
    outstanding: after.outstanding,
    averagePaymentDelay: after.delaySums ? delayValue(after.delaySums) : null,
    rating: after.rating,
  };
}

/** Makes these the previous values of their customers. */
export async function storeTracking(tx: Transaction, organizationId: string, tracked: TrackedValues[]): Promise<void> {
  if (tracked.length === 0) return;
  await tx`
    insert into customer_tracking (customer_id, organization_id, version, outstanding, average_payment_delay, rating)
    select "customerId", ${organizationId}, version, outstanding, "averagePaymentDelay", rating
    from jsonb_to_recordset(${tx.json(tracked as never)}) as r(
      "customerId" uuid, version int, outstanding bigint, "averagePaymentDelay" numeric, rating char(1))
    on conflict (customer_id) do update set version = excluded.version, outstanding = excluded.outstanding,
      average_payment_delay = excluded.average_payment_delay, rating = excluded.rating, updated_at = now()`;
}
