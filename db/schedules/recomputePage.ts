import { calendarLines, passesLine } from "../../rules/calendar.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Sql, Transaction } from "../client.ts";
import { type CustomerRow, factsOf, lockCustomers } from "../customerRow.ts";
import { loadRuleset } from "../rulesets.ts";
import { inTransaction } from "../transaction.ts";
import { recomputeBalances, TotalOutOfRange } from "../writes/balances.ts";
import { raiseChanges } from "../writes/recordChanges.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import { openScope, type WriteScope } from "../writes/scope.ts";
import { updateCustomers } from "../writes/storeCustomers.ts";
import type { Wake } from "../writes/types.ts";
import { countPage, endRatings } from "./ratingRuns.ts";

/** Customers that are locked at once: a write that needs one of them waits for about as many milliseconds at most. */
const PAGE = 1_000;

export interface PageProgress {
  /** Customers looked at, and changes raised. */
  done: number;
  changed: number;
  /** Nobody is left. */
  ended: boolean;
  /** Trackers to wake, now that the page is committed. */
  wake: Wake;
}

/**
 * Brings the next candidates up to date in one transaction: takes them off the list, locks them in id order, recomputes them as of
 * the organization's day, and raises one change, in the second lane, for each whose facts moved or who passed a line that an
 * active rule names. Customers that are as of that day, or a later one, are left alone.
 */
export function recomputePage(sql: Sql, organizationId: string, temporalWorkflowId: string): Promise<PageProgress> {
  return inTransaction(sql, async (tx) => {
    const scope = await openScope(tx, { organizationId, source: "schedule", actor: null });
    const ids = await takeCandidates(tx, organizationId);
    if (ids.length === 0) {
      await endRatings(tx, organizationId, temporalWorkflowId);
      return { done: 0, changed: 0, ended: true, wake: { organizationId, shards: [] } };
    }
    const behind = (await lockCustomers(tx, organizationId, ids)).filter((row) => isBehind(row, scope.today));
    const rows = await recompute(tx, scope, behind);
    const changes = raiseChanges(scope, rows, await passing(tx, scope, rows));
    const raised = new Map(changes.map((change) => [change.customerId, change]));
    const moved = rows.flatMap((row) => (raised.has(row.id) ? [{ row, change: raised.get(row.id) }] : []));
    await updateCustomers(tx, scope, moved);
    await countPage(tx, temporalWorkflowId, { done: ids.length, changed: changes.length });
    const shards = [...new Set(changes.map(({ shard }) => shard))];
    return { done: ids.length, changed: changes.length, ended: false, wake: { organizationId, shards } };
  });
}

/** Recomputes these rows, and answers them but for those whose totals cannot be kept: they stay as they are and hold up nobody. */
async function recompute(tx: Transaction, scope: WriteScope, rows: CustomerRow[]): Promise<CustomerRow[]> {
  try {
    await recomputeBalances(tx, scope, rows);
    return rows;
  } catch (error) {
    if (!(error instanceof TotalOutOfRange)) throw error;
    return recompute(
      tx,
      scope,
      rows.filter(({ id }) => id !== error.customerId),
    );
  }
}

async function takeCandidates(tx: Transaction, organizationId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    delete from rating_candidates where organization_id = ${organizationId} and customer_id in (
      select customer_id from rating_candidates where organization_id = ${organizationId}
      order by customer_id limit ${PAGE} for update skip locked)
    returning customer_id as id`;
  return rows.map(({ id }) => id);
}

function isBehind({ excludedAt, facts }: CustomerRow, today: string): boolean {
  return excludedAt === null && facts !== null && facts.asOf < today;
}

/** Customers for whom the days since their facts were taken have turned a condition round. */
async function passing(tx: Transaction, scope: WriteScope, rows: CustomerRow[]): Promise<Set<string>> {
  const entries = await loadRuleset(tx, scope.organizationId, scope.rulesetNumber);
  const lines = calendarLines(entries.map(({ rule }) => rule));
  if (lines.length === 0) return new Set();
  const customFields = await loadFieldDefinitions(tx, scope.organizationId);
  const context: CompileContext = { customFields, timeZone: scope.timeZone };
  const passed = rows.filter((row) =>
    passesLine(lines, factsOf(row, scope.today), row.facts?.asOf ?? scope.today, context),
  );
  return new Set(passed.map(({ id }) => id));
}
