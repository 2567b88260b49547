import { standingSql } from "../../rules/standingToSql.ts";
import type { SqlContext } from "../../rules/toSql.ts";
import type { Transaction } from "../client.ts";
import { fragmentOf, selected } from "../customers.ts";
import { allOf, type Fragment } from "../lists.ts";
import { mayHaveMoved } from "../schedules/candidates.ts";
import type { PageRow, PageRule, PageScope } from "./page.ts";
import type { BackfillCounts } from "./types.ts";

/** Who is in scope of a page now. */
export interface SortedOut {
  /** Customers whom some rule in scope matches as they stand, or may match today: to be locked and judged again. */
  matching: string[];
  /** The others, who have their results already. */
  skipped: BackfillCounts;
}

/**
 * Asks the rules about a page's customers inside Postgres and records those whom none matches: they are neither locked nor sent.
 * Whoever is moved at this moment is judged on what was there before, and their change after.
 */
export async function sortOut(tx: Transaction, scope: PageScope, page: PageRow): Promise<SortedOut> {
  const { organizationId, filter, id } = scope.backfill;
  const context = { customFields: scope.customFields, timeZone: scope.evaluation.timeZone, today: scope.today };
  const filters = filter.length === 0 ? undefined : { filters: filter, context };
  const where = await selected(tx, { organizationId, visibleTo: null }, { filters });
  const stretch =
    page.customerIds === null
      ? tx`c.id > ${page.afterId} and c.id <= ${page.upToId}`
      : tx`c.id = any(${page.customerIds}::uuid[])`;
  // What is overdue since midnight is not in their numbers yet.
  const { ratingsAsOf: asOf, delayMode } = scope.evaluation;
  const moved = mayHaveMoved(tx, { today: scope.today, asOf, delayMode });
  const [row] = await tx<{ matching: string[] | null; trigger: number; filters: number }[]>`
    with asked as materialized (
      select c.id, c.version, ${verdicts(tx, scope.rules, context)} || case when ${moved} then 'M' else '' end as verdicts
      from customers c where ${allOf(tx, [stretch, ...where])}
    ), skipped as (
      insert into backfill_results (backfill_id, customer_id, status, reason, version)
      select ${id}, id, 'skipped', case when strpos(verdicts, 'F') > 0 then 'filters' else 'trigger' end, version
      from asked where strpos(verdicts, 'M') = 0
      returning reason
    )
    select (select array_agg(id order by id) from asked where strpos(verdicts, 'M') > 0) as matching,
           (select count(*) from skipped where reason = 'trigger') as trigger,
           (select count(*) from skipped where reason = 'filters') as filters`;
  const skipped: BackfillCounts = {};
  if (row!.trigger > 0) skipped["skipped.trigger"] = row!.trigger;
  if (row!.filters > 0) skipped["skipped.filters"] = row!.filters;
  return { matching: row!.matching ?? [], skipped };
}

/** One letter for each rule in scope: `M` it matches, `T` the value is not beyond the threshold, `F` the filters do not hold. */
function verdicts(tx: Transaction, rules: PageRule[], context: SqlContext): Fragment {
  return rules
    .filter(({ onlyClaims }) => !onlyClaims)
    .map(({ rule }) => {
      const matches = holds(tx, rule, context);
      const fires = holds(tx, { ...rule, filters: [] }, context);
      return tx`case when ${matches} then 'M' when ${fires} then 'F' else 'T' end`;
    })
    .reduce((all, one) => tx`${all} || ${one}`);
}

function holds(tx: Transaction, rule: PageRule["rule"], context: SqlContext): Fragment {
  const { text, params } = standingSql(rule, context);
  return fragmentOf(tx, text, params);
}
