import type { Facts } from "../../rules/facts.ts";
import type { Sql, Transaction } from "../client.ts";
import { type CustomerRow, factsOf } from "../customerRow.ts";
import { catchUp } from "../evaluation/catchUp.ts";
import { loadActing } from "../evaluation/context.ts";
import { emptyMemory, storeMemory } from "../evaluation/memory.ts";
import { type Effects, plannedOf } from "../evaluation/occasion.ts";
import { type CarriedOutBy, storeEffects } from "../evaluation/record.ts";
import { inTransaction } from "../transaction.ts";
import { type Judged, judgeCustomer, matchedRules, skippedResult } from "./judgeCustomer.ts";
import { openPage, type PageRule, type PageScope, takePage } from "./page.ts";
import { finishPage, storeAhead, storeResults } from "./record.ts";
import type { BackfillRulesCache } from "./rulesCache.ts";
import { sortOut } from "./sortOut.ts";
import { pendingTimers, standingOf } from "./standing.ts";
import type { NewResult } from "./types.ts";

/** What a page came to. */
export interface PageOutcome {
  /** The backfill does not run any more, or not now: the page is left. */
  stopped: boolean;
  customers: number;
  /** Notifications that now wait for a run workflow. */
  planned: number;
  /** Trackers to wake, now that the page is committed. */
  shards: number[];
}

const LEFT: PageOutcome = { stopped: true, customers: 0, planned: 0, shards: [] };
const DONE: PageOutcome = { ...LEFT, stopped: false };

/** SQL error classes that the same input meets again: data exception, integrity, syntax, program limits. */
const PERMANENT = /^(22|23|42|54)/;

/**
 * Works on one page in one transaction: the rules act on every customer as it stands today, with a result row each, the versions
 * that were judged ahead of the trackers, and the progress. A page that was done already is left as it is. A customer for whom
 * this fails is recorded as failed and holds up nobody.
 */
export function workPage(
  sql: Sql,
  cache: BackfillRulesCache,
  by: CarriedOutBy,
  backfillId: string,
  number: number,
): Promise<PageOutcome> {
  return inTransaction(sql, async (tx) => {
    const scope = await openPage(tx, cache, by.organizationId, backfillId);
    if (scope === null) return LEFT;
    const page = await takePage(tx, backfillId, number);
    if (page === null) return DONE;
    const { matching, skipped } = await sortOut(tx, scope, page);
    const part = await workHalving(tx, scope, by, matching);
    const customers = await finishPage(tx, backfillId, page, part.results, skipped);
    return { stopped: false, customers, planned: part.planned, shards: part.shards };
  });
}

interface Part {
  results: NewResult[];
  planned: number;
  shards: number[];
}

/** What Postgres refuses, whatever the attempt, is halved down to the one customer it comes from. */
async function workHalving(tx: Transaction, scope: PageScope, by: CarriedOutBy, ids: string[]): Promise<Part> {
  if (ids.length === 0) return { results: [], planned: 0, shards: [] };
  try {
    return (await tx.savepoint((inner) => workPart(inner as Transaction, scope, by, ids))) as Part;
  } catch (error) {
    if (!PERMANENT.test((error as { code?: string }).code ?? "")) throw error;
    if (ids.length <= 1) return fail(tx, scope, ids, error as Error);
    const middle = Math.ceil(ids.length / 2);
    const first = await workHalving(tx, scope, by, ids.slice(0, middle));
    const second = await workHalving(tx, scope, by, ids.slice(middle));
    return {
      results: [...first.results, ...second.results],
      planned: first.planned + second.planned,
      shards: [...new Set([...first.shards, ...second.shards])],
    };
  }
}

async function fail(tx: Transaction, { backfill }: PageScope, ids: string[], error: Error): Promise<Part> {
  const results = ids.map((customerId) => failedResult(customerId, null, error));
  await storeResults(tx, backfill.id, results);
  return { results, planned: 0, shards: [] };
}

function failedResult(customerId: string, version: number | null, error: Error): NewResult {
  return { customerId, status: "failed", reason: "error", version, details: { error: error.message } };
}

async function workPart(tx: Transaction, scope: PageScope, by: CarriedOutBy, ids: string[]): Promise<Part> {
  const { backfill, evaluation, today, rules } = scope;
  const context = await loadActing(tx, evaluation, {
    customerIds: ids,
    ruleIds: rules.flatMap(({ ruleId, onlyClaims }) => (onlyClaims ? [] : [ruleId])),
    roots: [],
  });
  const rows = [...context.customers.values()];
  const caughtUp = await catchUp(tx, context, rows, { dryRun: backfill.dryRun });
  const results: NewResult[] = [];
  const matching: { row: CustomerRow; facts: Facts; matched: PageRule[] }[] = [];
  for (const row of rows) {
    // Who is no longer in scope under the lock has left it before its page.
    if (row.excludedAt !== null) continue;
    const facts = factsOf(row, today);
    if (!scope.inScope(facts)) continue;
    const { matched, skipped } = matchedRules(scope, row, facts);
    if (skipped) results.push(skipped);
    else matching.push({ row, facts, matched });
  }
  const standing = await standingOf(
    tx,
    matching.map(({ row }) => row),
    scope,
    new Set(caughtUp.map(({ customerId }) => customerId)),
  );
  const memory = emptyMemory();
  const judged = matching.map(({ row, facts, matched }): Judged => {
    const known = standing.get(row.id);
    if (!known) return { ...NOBODY, result: skippedResult(row.id, row.version, "noChange") };
    const untouched = { ...row };
    try {
      return judgeCustomer(context, memory, scope, row, facts, matched, known);
    } catch (error) {
      Object.assign(row, untouched);
      context.moved.delete(row.id);
      return { ...NOBODY, result: failedResult(row.id, row.version, error as Error) };
    }
  });
  results.push(...judged.map(({ result }) => result));
  const effects = judged.map((one) => one.effects);
  await storeResults(tx, backfill.id, results);
  if (backfill.dryRun) return { results, planned: 0, shards: [] };
  memory.ended = await pendingTimers(tx, rules, judged);
  await Promise.all([
    storeEffects(tx, by, context, effects),
    storeMemory(tx, evaluation.organizationId, memory),
    storeAhead(tx, evaluation.organizationId, judged),
  ]);
  return { results, planned: sum(effects.map(plannedOf)), shards: shardsOf(effects) };
}

const NOBODY: Omit<Judged, "result"> = {
  effects: { runs: [], notifications: [], timeline: [], timers: [], raised: null },
  ahead: [],
};

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** Shards of whom timers were set. The changes that were raised wait for the backfill's end: looking at them now would only cost. */
function shardsOf(effects: Effects[]): number[] {
  return [...new Set(effects.flatMap(({ timers }) => timers.map(({ shard }) => shard)))];
}
