import type { Transaction } from "../client.ts";
import { selected } from "../customers.ts";
import { allOf } from "../lists.ts";
import { loadRuleCatalog } from "../ruleCatalog.ts";
import type { Backfill } from "./types.ts";

/** Most customers that one transaction works on. */
export const PAGE = 500;
/** Customers beyond which a backfill waits for approval, unless the organization has set another limit. */
export const APPROVAL_ABOVE = 10_000;

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Counts the customers in scope and lays out their pages: stretches of ids without gaps, up to the last one that is there.
 * Then it waits for approval, or for its turn.
 */
export async function layOut(tx: Transaction, backfill: Backfill): Promise<void> {
  const { id, organizationId, filter, maxPerSecond } = backfill;
  const { compile } = await loadRuleCatalog(tx, organizationId);
  const filters = filter.length === 0 ? undefined : { filters: filter, context: compile };
  const where = allOf(tx, await selected(tx, { organizationId, visibleTo: null }, { filters }));
  // A page is done in one go, so with a limit it holds no more than a second's worth.
  const size = Math.min(PAGE, maxPerSecond ?? PAGE);
  await tx`delete from backfill_pages where backfill_id = ${id}`;
  await tx`
    with numbered as (
      select c.id, (row_number() over (order by c.id) - 1) / ${size}::int as number from customers c where ${where}
    ), pages as (
      select number, count(*) as customers, max(id::text collate "C") as last from numbered group by number
    )
    insert into backfill_pages (backfill_id, number, after_id, up_to_id, customers)
    select ${id}, number, coalesce(lag(last) over (order by number), ${FIRST_ID})::uuid, last::uuid, customers
    from pages`;
  await tx`
    update backfills b set total = p.total, updated_at = now(),
      status = case when not b.dry_run and (b.irreversible or p.total > coalesce((o.limits ->> 'backfillApprovalAbove')::int, ${APPROVAL_ABOVE}))
               then 'awaitingApproval' else 'queued' end,
      queued_at = clock_timestamp()
    from (select coalesce(sum(customers), 0)::int as total from backfill_pages where backfill_id = ${id}) p, organizations o
    where b.id = ${id} and o.id = b.organization_id`;
}
