import { addDays, dayReader } from "../../rules/days.ts";
import type { Rule } from "../../rules/schema.ts";
import { type RecordedChange, WhatIf } from "../../rules/whatIf.ts";
import type { Transaction } from "../client.ts";
import { loadDomain } from "../ruleDomain.ts";

export interface WhatIfRequest {
  organizationId: string;
  rule: Rule;
  days: number;
  /** Firings to show, at most. */
  sampleSize: number;
  /** Stop here and say so. */
  most: { changes: number; ms: number };
}

export interface WhatIfAnswer {
  /** ISO instants of the changes looked at: from, and up to which when it was cut short. */
  since: string;
  until: string;
  truncated: boolean;
  /** Changes judged. */
  changes: number;
  fired: number;
  customers: number;
  /** Every local day of the time looked at. */
  perDay: { day: string; fired: number }[];
  /** Newest first. */
  sample: {
    changeId: string;
    customerId: string;
    name: string | null;
    at: string;
    trigger: ReturnType<WhatIf["trigger"]>;
  }[];
}

/** Rows that one fetch of the cursor brings. */
const PAGE = 1_000;

/** Judges the recorded changes of the last days by a rule, oldest first, as a cursor streams them. */
export async function whatIf(tx: Transaction, request: WhatIfRequest): Promise<WhatIfAnswer> {
  const { organizationId, rule, days, sampleSize, most } = request;
  const start = performance.now();
  const context = await loadDomain(tx, organizationId);
  const [time] = await tx<{ since: string; now: string }[]>`
    select now() - make_interval(days => ${days}::int) as since, now() as now`;
  const { since, now } = time!;
  const judged = new WhatIf(rule, context, sampleSize);
  let until = now;
  let truncated = false;
  let isEnough = false;
  // What came with or after a customer's exclusion was judged by no rule.
  const rows = tx<RecordedChange[]>`
    select c.id, c.customer_id as "customerId", c.root_id as "rootId", c.kind, c.source, c.before, c.after, c.created_at as at
    from changes c join customers u on u.id = c.customer_id
    where c.organization_id = ${organizationId} and c.created_at >= ${since} and c.seq >= ${await firstSeq(tx, organizationId, since)}
      and not (u.excluded_at is not null and c.version >= (u.assignments #>> '{excluded,version}')::int)
    order by c.seq`.cursor(PAGE);
  for await (const page of rows) {
    if (isEnough) {
      truncated = true;
      break;
    }
    for (const change of page) judged.see(change);
    until = page.at(-1)!.at;
    isEnough = judged.changes >= most.changes || performance.now() - start >= most.ms;
  }
  if (!truncated) {
    until = now;
    judged.end(now);
  }
  return {
    since,
    until,
    truncated,
    changes: judged.changes,
    fired: judged.fired,
    customers: judged.customers.size,
    perDay: daysOf(judged, since, until, context.timeZone),
    sample: judged.latest
      .map((firing) => ({
        changeId: firing.change.id,
        customerId: firing.change.customerId,
        name: firing.change.after.name,
        at: firing.at,
        trigger: judged.trigger(firing),
      }))
      .reverse(),
  };
}

function daysOf(judged: WhatIf, since: string, until: string, timeZone: string): WhatIfAnswer["perDay"] {
  const dayOf = dayReader(timeZone);
  const days: WhatIfAnswer["perDay"] = [];
  const last = dayOf(until) ?? "";
  for (let day = dayOf(since) ?? last; day <= last; day = addDays(day, 1)) {
    days.push({ day, fired: judged.perDay.get(day) ?? 0 });
  }
  return days;
}

/** Where to begin by the index on the order of writing: numbers of changes written at the same time may be out of order. */
async function firstSeq(tx: Transaction, organizationId: string, since: string): Promise<number> {
  const [row] = await tx<{ seq: number | null }[]>`
    select min(seq) as seq from (
      select seq from changes where organization_id = ${organizationId} and created_at >= ${since}
      order by created_at limit 1000) first`;
  return row?.seq ?? 0;
}
