import type { Rating } from "../../rules/facts.ts";
import type { Queryable } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import type { WriteScope } from "./scope.ts";

interface Balances {
  id: string;
  outstanding: string;
  due: string;
  overdue: string;
  unapplied: string;
  overdueSince: string | null;
  delayAmountDays: string | null;
  delayAmount: string | null;
  rating: Rating | null;
}

export const TOTAL_OUT_OF_RANGE = "The customer's totals would pass 9,007,199,254,740,991 minor units.";

/** A write that would take the totals of these customers where amounts can no longer be kept exactly. */
export class TotalOutOfRange extends Error {
  override name = "TotalOutOfRange";
  constructor(readonly customerIds: ReadonlySet<string>) {
    super(TOTAL_OUT_OF_RANGE);
  }
}

/**
 * Recomputes the derived numbers of these locked customers from their documents, as of the organization's day, into the rows.
 *
 * outstanding = invoices − payments − refunds − credit notes = due + overdue − unapplied; draft and void invoices do not
 * count, disputed ones do. averagePaymentDelay = Σ(amount × delay) / Σ(amount) over fully paid invoices, delay = settling day −
 * due day; in mode `paidAndOverdue` overdue and disputed invoices count too, up to today, with their full amount. Rating:
 * A ≤ 30 days, B ≤ 60, C ≤ 90, D above, decided on the exact quotient. Throws {@link TotalOutOfRange}, naming every customer
 * concerned.
 */
export async function recomputeBalances(
  sql: Queryable,
  scope: Pick<WriteScope, "today" | "delayMode">,
  rows: CustomerRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const both = scope.delayMode === "paidAndOverdue";
  const balances = await sql<Balances[]>`
    select c.id,
           coalesce(i.total, 0) - coalesce(k.total, 0) as outstanding,
           coalesce(i.due, 0) as due,
           coalesce(i.overdue, 0) as overdue,
           coalesce(k.unapplied, 0) as unapplied,
           i.overdue_since as "overdueSince",
           i.amount_days as "delayAmountDays",
           i.delay_amount as "delayAmount",
           case when i.amount_days <= 30 * i.delay_amount then 'A'
                when i.amount_days <= 60 * i.delay_amount then 'B'
                when i.amount_days <= 90 * i.delay_amount then 'C'
                when i.amount_days is not null then 'D' end as rating
    from unnest(${rows.map((row) => row.id)}::uuid[]) as c(id)
    left join lateral (
      select sum(amount) as total,
             sum(amount - allocated) filter (where due_at >= ${scope.today}::date) as due,
             sum(amount - allocated) filter (where due_at < ${scope.today}::date) as overdue,
             min(due_at) filter (where due_at < ${scope.today}::date and allocated < amount) as overdue_since,
             sum(amount::numeric * (d.until - due_at)) filter (where d.until is not null) as amount_days,
             sum(amount) filter (where d.until is not null) as delay_amount
      from invoices
      cross join lateral (
        select case when state = 'paid' then settled_at
                    when not ${both} then null
                    when state = 'disputed' then coalesce(settled_at, ${scope.today}::date)
                    when due_at < ${scope.today}::date and allocated < amount then ${scope.today}::date end as until
      ) d
      where customer_id = c.id and state not in ('draft', 'void')
    ) i on true
    left join lateral (
      select sum(amount) as total, sum(amount - allocated) as unapplied from credits where customer_id = c.id
    ) k on true`;
  const byId = new Map(balances.map((row) => [row.id, row]));
  const outOfRange = new Set(balances.filter(isOutOfRange).map(({ id }) => id));
  if (outOfRange.size > 0) throw new TotalOutOfRange(outOfRange);
  for (const row of rows) {
    const found = byId.get(row.id);
    if (!found) throw new Error(`no balances for customer ${row.id}`);
    row.outstanding = Number(found.outstanding);
    row.due = Number(found.due);
    row.overdue = Number(found.overdue);
    row.unapplied = Number(found.unapplied);
    row.overdueSince = found.overdueSince;
    row.delayAmountDays = found.delayAmountDays;
    row.delayAmount = found.delayAmount;
    row.rating = found.rating;
  }
}

const isOutOfRange = ({ outstanding, due, overdue, unapplied }: Balances): boolean =>
  [outstanding, due, overdue, unapplied].some((text) => !Number.isSafeInteger(Number(text)));
