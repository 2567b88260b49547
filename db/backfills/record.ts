import type { Transaction } from "../client.ts";
import type { Judged } from "./judgeCustomer.ts";
import type { PageRow } from "./page.ts";
import type { BackfillCounts, NewResult } from "./types.ts";

export async function storeResults(tx: Transaction, backfillId: string, results: NewResult[]): Promise<void> {
  if (results.length === 0) return;
  await tx`
    insert into backfill_results (backfill_id, customer_id, status, reason, version, details)
    select ${backfillId}, "customerId", status, reason, version, details
    from jsonb_to_recordset(${tx.json(results as never)}) as r(
      "customerId" uuid, status text, reason text, version int, details jsonb)`;
}

/** Notes what was done for customers whose queue is not empty. */
export async function storeAhead(tx: Transaction, organizationId: string, judged: Judged[]): Promise<void> {
  const rows = judged.flatMap(({ result: { customerId, version }, ahead }) =>
    ahead.map(({ ruleId, version: ruleVersion }) => ({ customerId, ruleId, ruleVersion, version })),
  );
  if (rows.length === 0) return;
  await tx`
    insert into backfilled_ahead (customer_id, rule_id, rule_version, organization_id, version)
    select "customerId", "ruleId", "ruleVersion", ${organizationId}, version
    from jsonb_to_recordset(${tx.json(rows)}) as r("customerId" uuid, "ruleId" uuid, "ruleVersion" int, version int)
    on conflict (customer_id, rule_id, rule_version) do update set version = greatest(backfilled_ahead.version, excluded.version)`;
}

/** Ends a page, counts it and answers its customers. Those who left the scope before it, or came into it, move the total. */
export async function finishPage(
  tx: Transaction,
  backfillId: string,
  page: PageRow,
  results: NewResult[],
  skipped: BackfillCounts,
): Promise<number> {
  const counts = countsOf(results, skipped);
  const customers = results.length + Object.values(skipped).reduce((sum, count) => sum + count, 0);
  await Promise.all([
    tx`update backfill_pages set done_at = clock_timestamp() where backfill_id = ${backfillId} and number = ${page.number}`,
    tx`
      update backfills set total = total + ${customers - page.customers}::int, updated_at = clock_timestamp(),
        counts = coalesce((
          select jsonb_object_agg(key, value) from (
            select key, sum(value::bigint) as value
            from (select * from jsonb_each_text(counts) union all select * from jsonb_each_text(${tx.json(counts)}::jsonb)) both_counts
            group by key) summed), '{}')
      where id = ${backfillId}`,
  ]);
  return customers;
}

function countsOf(results: NewResult[], skipped: BackfillCounts): BackfillCounts {
  const counts = { ...skipped };
  const count = (key: string, by: number) => {
    counts[key] = (counts[key] ?? 0) + by;
  };
  for (const { status, reason, details } of results) {
    count(status === "skipped" ? `skipped.${reason}` : status, 1);
    if (details?.notifications !== undefined) count("notifications", details.notifications);
  }
  return counts;
}
