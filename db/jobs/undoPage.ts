import type { Transaction } from "../client.ts";
import { moveRuns } from "../control/moveRuns.ts";
import { OPEN } from "../control/moves.ts";
import { type UndoOutcome, undoRuns } from "../control/undo.ts";
import { lockCustomers } from "../customerRow.ts";
import { lockRulesetShared } from "../rulesets.ts";
import type { WriteContext } from "../writes/types.ts";
import type { ItemResult, Job, UndoInput } from "./types.ts";
import type { Written } from "./writeItems.ts";

/** Customers of one page: each may have a run of every rule of the backfill. */
export const UNDO_PAGE = 200;

/** The next customers that runs of the backfill acted on, in the order of their ids. */
export async function nextUndone(tx: Transaction, job: Job): Promise<string[]> {
  const { backfillId } = job.input as UndoInput;
  const after = job.cursorId === null ? tx`` : tx`and r.customer_id > ${job.cursorId}`;
  const rows = await tx<{ id: string }[]>`
    select r.customer_id as id from backfill_results r
    where r.backfill_id = ${backfillId} ${after} and ${hasRuns(tx)}
    order by r.customer_id limit ${UNDO_PAGE}`;
  return rows.map(({ id }) => id);
}

export async function countUndone(tx: Transaction, job: Job): Promise<number> {
  const { backfillId } = job.input as UndoInput;
  const [row] = await tx<{ count: number }[]>`
    select count(*) as count from backfill_results r where r.backfill_id = ${backfillId} and ${hasRuns(tx)}`;
  return row?.count ?? 0;
}

const hasRuns = (tx: Transaction) => tx`
  exists (select from rule_runs run where run.customer_id = r.customer_id and run.backfill_id = r.backfill_id)`;

/** Undoes what the backfill's runs did to these customers; what they still wait to do is cancelled. One result per customer. */
export async function undoPage(tx: Transaction, context: WriteContext, job: Job, ids: string[]): Promise<Written> {
  const { backfillId } = job.input as UndoInput;
  await lockRulesetShared(tx, context.organizationId);
  // Customers before their runs, as everywhere.
  await lockCustomers(tx, context.organizationId, ids);
  const runs = await tx<{ id: string; status: string }[]>`
    select id, status from rule_runs where customer_id = any(${ids}::uuid[]) and backfill_id = ${backfillId} order by id`;
  const open = runs.filter(({ status }) => OPEN.has(status)).map(({ id }) => id);
  if (open.length > 0) await moveRuns(tx, context, "cancel", open);
  const { outcomes, shards } = await undoRuns(
    tx,
    context,
    runs.map(({ id }) => id),
    false,
  );
  const byCustomer = new Map<string, UndoOutcome[]>(ids.map((id) => [id, []]));
  for (const outcome of outcomes) byCustomer.get(outcome.customerId)?.push(outcome);
  return { results: [...byCustomer].map(([id, own]) => resultOf(id, own)), shards };
}

function resultOf(customerId: string, outcomes: UndoOutcome[]): ItemResult {
  const undone = outcomes.flatMap((outcome) => outcome.undone);
  const kept = outcomes.flatMap((outcome) => outcome.kept);
  const wouldSet = outcomes.flatMap((outcome) => outcome.wouldSet);
  return { status: undone.length > 0 ? "updated" : "unchanged", customerId, details: { undone, kept, wouldSet } };
}
