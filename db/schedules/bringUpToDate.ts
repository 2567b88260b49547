import { calendarLines, passesLine } from "../../rules/calendar.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Transaction } from "../client.ts";
import { type CustomerRow, factsOf } from "../customerRow.ts";
import { loadRuleset } from "../rulesets.ts";
import { recomputeBalances, TotalOutOfRange } from "../writes/balances.ts";
import { type NewChange, raiseChanges } from "../writes/recordChanges.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import type { WriteScope } from "../writes/scope.ts";
import { updateCustomers } from "../writes/storeCustomers.ts";

/** What was done for customers who were as of an earlier day. */
export interface BroughtUpToDate {
  changes: NewChange[];
  /** Ids of all whose facts are true of today now, also where no change moved the day that they were taken on. */
  customerIds: string[];
}

/**
 * Does for these locked customers what a night does: recomputes those that are as of a day before `scope.today`, and records one
 * change for each whose facts moved or who passed a line that a rule in force names. Those whose totals cannot be kept stay as
 * they are.
 * @param lookedAt lines that were passed up to this day (ISO) are left alone: everybody was looked at on it; null: never
 * @param options.dryRun all of it in memory alone, where the rows keep their versions
 */
export async function bringUpToDate(
  tx: Transaction,
  scope: WriteScope,
  customers: readonly CustomerRow[],
  lookedAt: string | null,
  { dryRun = false } = {},
): Promise<BroughtUpToDate> {
  const { today } = scope;
  const behind = customers.filter((row) => isBehind(row, today));
  // Whom a night of this day has left as they were, it has found so: they cost nothing.
  const isSeen = lookedAt !== null && lookedAt >= today;
  const rows = isSeen ? behind : await recompute(tx, scope, behind);
  const changes = isSeen || rows.length === 0 ? [] : await raise(tx, scope, rows, lookedAt, dryRun);
  return { changes, customerIds: rows.map(({ id }) => id) };
}

async function raise(
  tx: Transaction,
  scope: WriteScope,
  rows: CustomerRow[],
  lookedAt: string | null,
  dryRun: boolean,
): Promise<NewChange[]> {
  const versions = rows.map(({ version }) => version);
  const changes = raiseChanges(scope, rows, await passing(tx, scope, rows, lookedAt));
  if (dryRun) {
    for (const [index, row] of rows.entries()) row.version = versions[index]!;
    return changes;
  }
  const raised = new Map(changes.map((change) => [change.customerId, change]));
  await updateCustomers(
    tx,
    scope,
    rows.flatMap((row) => (raised.has(row.id) ? [{ row, change: raised.get(row.id) }] : [])),
  );
  return changes;
}

/** Whether a customer is as of an earlier day. */
export function isBehind({ excludedAt, facts }: CustomerRow, today: string): boolean {
  return excludedAt === null && facts !== null && facts.asOf < today;
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
      rows.filter(({ id }) => !error.customerIds.has(id)),
    );
  }
}

/** Customers for whom the days since their facts were taken have turned a condition round. */
async function passing(
  tx: Transaction,
  { organizationId, rulesetNumber, timeZone, today }: WriteScope,
  rows: CustomerRow[],
  lookedAt: string | null,
): Promise<Set<string>> {
  const entries = await loadRuleset(tx, organizationId, rulesetNumber);
  const lines = calendarLines(entries.map(({ rule }) => rule));
  if (lines.length === 0) return new Set();
  const context: CompileContext = { customFields: await loadFieldDefinitions(tx, organizationId), timeZone };
  const passed = rows.filter((row) => {
    const asOf = row.facts?.asOf ?? today;
    const since = lookedAt !== null && lookedAt > asOf ? lookedAt : asOf;
    return passesLine(lines, factsOf(row, today), since, context);
  });
  return new Set(passed.map(({ id }) => id));
}
