import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import type { Judged, Standing } from "./judgeCustomer.ts";
import type { PageRule, PageScope } from "./page.ts";

/**
 * Reads the change that each locked customer stands at, how far its tracker has come, and which rules in scope have acted live
 * within the root of that change: those have judged these very facts.
 * @param caughtUp ids of customers whose facts the days have moved just now: on them nobody has acted yet, and in a dry run no
 * change says so
 */
export async function standingOf(
  tx: Transaction,
  rows: CustomerRow[],
  { rules }: PageScope,
  caughtUp: ReadonlySet<string>,
): Promise<Map<string, Standing>> {
  if (rows.length === 0) return new Map();
  const present = rows.map(({ id, version }) => ({ id, version }));
  const ruleIds = rules.filter(({ onlyClaims }) => !onlyClaims).map(({ ruleId }) => ruleId);
  const found = await tx<{ customerId: string; changeId: string; tracked: number; live: string[] | null }[]>`
    select c.customer_id as "customerId", c.id as "changeId", coalesce(t.version, 0) as tracked, live.rules as live
    from jsonb_to_recordset(${tx.json(present)}) as p(id uuid, version int)
    join changes c on c.customer_id = p.id and c.version = p.version
    left join customer_tracking t on t.customer_id = p.id
    left join lateral (
      select array_agg(r.rule_id || ':' || r.rule_version) as rules from rule_runs r
      where r.root_id = c.root_id and r.customer_id = p.id and r.rule_id = any(${ruleIds}::uuid[])
        and r.kind = 'change' and r.status not in ('skipped', 'failed', 'cancelled')) live on true`;
  return new Map(
    found.map(({ customerId, changeId, tracked, live }) => [
      customerId,
      { changeId, tracked, live: new Set(caughtUp.has(customerId) ? [] : live) },
    ]),
  );
}

/** Timers of rules that waited for the value to stay beyond the line and have now acted without. */
export async function pendingTimers(tx: Transaction, rules: PageRule[], judged: Judged[]): Promise<string[]> {
  const waiting = rules.filter(({ timing, onlyClaims }) => !onlyClaims && timing !== null && timing.forDays !== null);
  if (waiting.length === 0) return [];
  const acted = judged.flatMap(({ result, effects }) =>
    effects.runs
      .filter(({ ruleId, reason }) => reason !== "inactive" && waiting.some((rule) => rule.ruleId === ruleId))
      .map(({ ruleId }) => ({ customerId: result.customerId, ruleId })),
  );
  if (acted.length === 0) return [];
  const rows = await tx<{ id: string }[]>`
    select t.id from timers t
    join jsonb_to_recordset(${tx.json(acted)}) as a("customerId" uuid, "ruleId" uuid)
      on t.customer_id = a."customerId" and t.rule_id = a."ruleId"
    where t.kind = 'forDays'`;
  return rows.map(({ id }) => id);
}
