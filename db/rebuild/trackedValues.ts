import { type DelaySums, delayValue } from "../../rules/delay.ts";
import type { Rating } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import { storeTracking } from "../evaluation/trackedValues.ts";
import type { Rebuilt } from "./types.ts";

interface TrackedRow {
  customerId: string;
  /** Of the last evaluated change; 0 before the first. */
  version: number;
  outstanding: number;
  delaySums: DelaySums | null;
  rating: Rating | null;
  standing: { version: number; outstanding: number; averagePaymentDelay: number | null; rating: string | null } | null;
}

/** Makes the previous values of these customers those after their last evaluated change. */
export async function correctTracking(
  tx: Transaction,
  organizationId: string,
  customerIds: string[],
): Promise<Pick<Rebuilt, "missing" | "wrong">> {
  const rows = await readRows(tx, customerIds);
  const surplus = rows.filter(({ version, standing }) => version === 0 && standing !== null);
  const values = rows
    .filter((row) => row.version > 0)
    .map(({ delaySums, ...row }) => ({ ...row, averagePaymentDelay: delaySums ? delayValue(delaySums) : null }));
  const missing = values.filter(({ standing }) => standing === null);
  const wrong = values.filter(
    ({ standing, ...value }) =>
      standing !== null &&
      (standing.version !== value.version ||
        standing.outstanding !== value.outstanding ||
        standing.averagePaymentDelay !== value.averagePaymentDelay ||
        standing.rating !== value.rating),
  );
  await storeTracking(
    tx,
    organizationId,
    [...missing, ...wrong].map(({ standing: _, ...value }) => value),
  );
  await tx`
    delete from customer_tracking where customer_id = any(${surplus.map(({ customerId }) => customerId)}::uuid[])`;
  return { missing: missing.length, wrong: wrong.length + surplus.length };
}

/**
 * The last evaluated change is the one before the first that waits, else the last one: what retention has trimmed was evaluated,
 * and it keeps each customer's last change.
 */
function readRows(tx: Transaction, customerIds: string[]): Promise<TrackedRow[]> {
  return tx<TrackedRow[]>`
    select u.id as "customerId", coalesce(c.version, w.version - 1, 0) as version,
           coalesce(f.facts ->> 'outstanding', '0')::bigint as outstanding, nullif(f.facts -> 'delaySums', 'null') as "delaySums",
           f.facts ->> 'rating' as rating,
           case when t.customer_id is not null then jsonb_build_object(
             'version', t.version, 'outstanding', t.outstanding, 'averagePaymentDelay', t.average_payment_delay::float8,
             'rating', t.rating) end as standing
    from customers u
    left join customer_tracking t on t.customer_id = u.id
    left join lateral (
      select version, before from changes x
      where x.customer_id = u.id and exists (select from change_queue q where q.change_id = x.id)
      order by version limit 1
    ) w on true
    left join lateral (
      select version, after as facts from changes x
      where x.customer_id = u.id and (w.version is null or x.version < w.version)
      order by version desc limit 1
    ) c on true
    cross join lateral (select coalesce(c.facts, nullif(w.before, 'null')) as facts) f
    where u.id = any(${customerIds}::uuid[]) order by u.id`;
}
