import type { CalendarLine } from "../../rules/calendar.ts";
import { addDays } from "../../rules/days.ts";
import { customKey } from "../../rules/fields.ts";
import type { Queryable, Transaction } from "../client.ts";
import type { Fragment } from "../lists.ts";
import type { DelayMode } from "../organizations.ts";

/** What the search for candidates knows of the organization. */
export interface CandidateSearch {
  organizationId: string;
  timeZone: string;
  delayMode: DelayMode;
  /** The organization's day. */
  today: string;
  /** Everybody was looked at on this day; null before the first time. */
  asOf: string | null;
  lines: readonly CalendarLine[];
}

/**
 * A time zone moved to the west takes the day back by up to two, and customers are then written as of an earlier day than they
 * were looked at.
 */
const MARGIN_DAYS = 3;
/** Before any day that counts, and far enough from year 1 for any relative date. */
const FIRST_DAY = "1000-01-01";

/**
 * Notes every customer for whom something may have moved with the calendar since its facts were taken, and answers how many wait
 * now, those included that an earlier run has left. It reads no lock and needs none: what is noted is looked at again under its
 * lock, and what is written meanwhile brings itself up to date.
 */
export async function noteCandidates(tx: Transaction, search: CandidateSearch): Promise<number> {
  const { organizationId, today } = search;
  const arms = [passedDue(tx, search), ...growingDelay(tx, search), ...passedLines(tx, search)];
  await tx`
    insert into rating_candidates (organization_id, customer_id)
    select ${organizationId}, c.id
    from (${arms.reduce((all, arm) => tx`${all} union ${arm}`)}) found (id) join customers c on c.id = found.id
    where c.excluded_at is null and (c.facts ->> 'asOf') collate "C" < ${today}
    on conflict do nothing`;
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from rating_candidates where organization_id = ${organizationId}`;
  return row!.count;
}

const sinceOf = ({ asOf }: CandidateSearch) => (asOf === null ? FIRST_DAY : addDays(asOf, -MARGIN_DAYS));

/** Customers with an unpaid invoice that was not overdue yet when their facts were taken. */
function passedDue(tx: Transaction, search: CandidateSearch): Fragment {
  return tx`
    select c.id from invoices i join customers c on c.id = i.customer_id
    where i.organization_id = ${search.organizationId} and i.due_at >= ${sinceOf(search)}::date and i.due_at < ${search.today}::date
      and (i.state = 'disputed' or (i.state = 'open' and i.allocated < i.amount)) and i.allocated < i.amount
      and (c.facts ->> 'asOf') collate "C" <= to_char(i.due_at, 'YYYY-MM-DD')`;
}

/**
 * Whether amounts of a customer `c` may have moved with the calendar since its facts were taken, for who looks at a few hundred. A
 * subquery with a limit is asked one customer at a time; `exists` the planner might answer by reading all invoices.
 */
export function mayHaveMoved(
  sql: Queryable,
  { today, asOf, delayMode }: Pick<CandidateSearch, "today" | "asOf" | "delayMode">,
): Fragment {
  if (asOf !== null && asOf >= today) return sql`false`;
  const since = delayMode === "paidAndOverdue" ? sql`true` : sql`i.due_at >= (c.facts ->> 'asOf')::date`;
  const grows = delayMode === "paidAndOverdue" ? sql`i.state = 'disputed' and i.settled_at is null` : sql`false`;
  return sql`
    (c.facts ->> 'asOf') collate "C" < ${today} and coalesce((
      select true from invoices i
      where i.customer_id = c.id and (${grows}
        or i.state in ('open', 'disputed') and i.allocated < i.amount and i.due_at < ${today}::date and ${since})
      limit 1), false)`;
}

/** In mode `paidAndOverdue`, every customer whose delay grows by the day: with overdue or unsettled disputed invoices. */
function growingDelay(tx: Transaction, search: CandidateSearch): Fragment[] {
  if (search.delayMode !== "paidAndOverdue") return [];
  return [
    tx`
      select i.customer_id from invoices i
      where i.organization_id = ${search.organizationId} and (i.state = 'disputed' or (i.state = 'open' and i.allocated < i.amount))
        and case when i.state = 'disputed' then i.settled_at is null else i.due_at < ${search.today}::date end`,
  ];
}

/** Customers of whom a day lies where it may have passed a line since everybody was looked at. */
function passedLines(tx: Transaction, search: CandidateSearch): Fragment[] {
  return search.lines.map((line) => {
    const from = dayAfter(sinceOf(search), -line.days);
    const to = addDays(search.today, -line.days);
    return tx`
      select c.id from customers c
      where c.organization_id = ${search.organizationId} and c.excluded_at is null and ${dayOf(tx, line.field, search.timeZone)} between ${from} and ${to}`;
  });
}

/** The day after `day` plus some days, or the first one that Postgres writes with four digits. */
function dayAfter(day: string, days: number): string {
  const after = addDays(day, days + 1);
  return after.startsWith("-") || after.startsWith("0000") ? "0001-01-01" : after;
}

/** The day that a field holds; bare columns where an index can serve. */
function dayOf(tx: Transaction, field: string, timeZone: string): Fragment {
  if (field === "overdueDays") return tx`c.overdue_since`;
  if (field === "createdAt") return tx`(c.created_at at time zone ${timeZone})::date`;
  if (field === "lastReminderAt") return tx`(c.last_reminder_at at time zone ${timeZone})::date`;
  return tx`(c.custom_fields ->> ${customKey(field) ?? ""}) collate "C"`;
}
