import type { Transaction } from "../client.ts";
import { lockCustomers } from "../customerRow.ts";
import { recomputeBalances } from "./balances.ts";
import { raiseChanges } from "./recordChanges.ts";
import { openScope } from "./scope.ts";
import { updateBalances } from "./storeCustomers.ts";
import type { Wake, WriteContext } from "./types.ts";

/** Customers read, recomputed and written by one set of statements; larger ones gain nothing and hold more in memory. */
const PAGE = 2_000;

/**
 * Recomputes every customer whose payment delay depends on the delay mode (those with overdue or disputed invoices), after
 * the mode was switched in this transaction. One change each for those that moved, in the second lane. The caller holds the
 * organization's exclusive ruleset lock, so that no write computes by the old mode meanwhile.
 */
export async function recomputeDelays(tx: Transaction, context: WriteContext): Promise<Wake> {
  const scope = await openScope(tx, { ...context, lane: 1 });
  const { organizationId } = scope;
  const shards = new Set<number>();
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const page = await tx<{ id: string }[]>`
      select c.id from customers c
      where c.organization_id = ${organizationId} and c.id > ${after}
        and exists (select from invoices i where i.customer_id = c.id
                    and (i.state = 'disputed' or (i.state = 'open' and i.due_at < ${scope.today}::date)))
      order by c.id limit ${PAGE}`;
    if (page.length === 0) return { organizationId, shards: [...shards] };
    after = page.at(-1)!.id;
    const rows = await lockCustomers(
      tx,
      organizationId,
      page.map(({ id }) => id),
    );
    await recomputeBalances(tx, scope, rows);
    const changes = raiseChanges(scope, rows);
    const moved = new Map(changes.map((change) => [change.customerId, change]));
    await updateBalances(
      tx,
      scope,
      rows.flatMap((row) => (moved.has(row.id) ? [{ row, change: moved.get(row.id) }] : [])),
    );
    for (const { shard } of changes) shards.add(shard);
  }
}
