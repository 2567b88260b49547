import { calendarLines } from "../../rules/calendar.ts";
import type { Queryable, Sql, Transaction } from "../client.ts";
import { loadRuleset } from "../rulesets.ts";
import { inTransaction } from "../transaction.ts";
import { newId } from "../uuid.ts";
import { type CandidateSearch, noteCandidates } from "./candidates.ts";

/** One recomputation of an organization. */
export interface RatingRun {
  id: string;
  temporalWorkflowId: string;
  /** The organization's day when it began. */
  asOf: string;
  status: "running" | "completed" | "abandoned";
  /** Customers for whom something may have moved, those of them done, and those who got a change. */
  total: number;
  done: number;
  changed: number;
  startedAt: string;
  finishedAt: string | null;
}

/** Runs that are kept for each organization. */
const KEPT = 100;

const runColumns = (sql: Queryable) => sql`
  id, temporal_workflow_id as "temporalWorkflowId", as_of as "asOf", status, total, done, changed,
  started_at as "startedAt", finished_at as "finishedAt"`;

/**
 * Begins a run: notes whom something may have moved for. A workflow that asks again finds its run as it is. Answers null where
 * there is no such organization.
 */
export function beginRatings(sql: Sql, organizationId: string, temporalWorkflowId: string): Promise<RatingRun | null> {
  return inTransaction(sql, async (tx) => {
    const search = await readSearch(tx, organizationId);
    if (search === null) return null;
    const [fresh] = await tx<{ id: string }[]>`
      insert into rating_runs (id, organization_id, temporal_workflow_id, as_of, total)
      values (${newId()}, ${organizationId}, ${temporalWorkflowId}, ${search.today}, 0)
      on conflict (temporal_workflow_id) do nothing returning id`;
    if (fresh !== undefined) {
      await tx`
        update rating_runs set status = 'abandoned', finished_at = now()
        where organization_id = ${organizationId} and status = 'running' and id <> ${fresh.id}`;
      await tx`
        delete from rating_runs where organization_id = ${organizationId} and id in (
          select id from rating_runs where organization_id = ${organizationId} order by id desc offset ${KEPT})`;
      const total = await noteCandidates(tx, search);
      await tx`update rating_runs set total = ${total} where id = ${fresh.id}`;
    }
    return getRatingRun(tx, organizationId, temporalWorkflowId);
  });
}

/** The run that a Temporal workflow carries out. */
export async function getRatingRun(
  sql: Queryable,
  organizationId: string,
  temporalWorkflowId: string,
): Promise<RatingRun | null> {
  const [run] = await sql<RatingRun[]>`
    select ${runColumns(sql)} from rating_runs
    where temporal_workflow_id = ${temporalWorkflowId} and organization_id = ${organizationId}`;
  return run ?? null;
}

async function readSearch(tx: Transaction, organizationId: string): Promise<CandidateSearch | null> {
  const [row] = await tx<(Omit<CandidateSearch, "lines"> & { rulesetNumber: number })[]>`
    select id as "organizationId", time_zone as "timeZone", delay_mode as "delayMode", ruleset_number as "rulesetNumber",
           (now() at time zone time_zone)::date as today, ratings_as_of as "asOf"
    from organizations where id = ${organizationId}`;
  if (row === undefined) return null;
  const { rulesetNumber, ...search } = row;
  const rules = await loadRuleset(tx, organizationId, rulesetNumber);
  return { ...search, lines: calendarLines(rules.map(({ rule }) => rule)) };
}

/** Counts a page into its run. */
export async function countPage(
  tx: Transaction,
  temporalWorkflowId: string,
  page: { done: number; changed: number },
): Promise<void> {
  await tx`
    update rating_runs set done = done + ${page.done}, changed = changed + ${page.changed},
      total = greatest(total, done + ${page.done})
    where temporal_workflow_id = ${temporalWorkflowId}`;
}

/** Ends a run: from now on everybody has been looked at on its day. */
export async function endRatings(tx: Transaction, organizationId: string, temporalWorkflowId: string): Promise<void> {
  const [ended] = await tx<{ asOf: string }[]>`
    update rating_runs set status = 'completed', finished_at = clock_timestamp()
    where temporal_workflow_id = ${temporalWorkflowId} and status <> 'completed' returning as_of as "asOf"`;
  if (ended === undefined) return;
  await tx`
    update organizations set ratings_as_of = greatest(ratings_as_of, ${ended.asOf}::date) where id = ${organizationId}`;
}

/** The latest runs, newest first. */
export async function listRatingRuns(sql: Queryable, organizationId: string, limit: number): Promise<RatingRun[]> {
  const rows = await sql<RatingRun[]>`
    select ${runColumns(sql)} from rating_runs where organization_id = ${organizationId} order by id desc limit ${limit}`;
  return [...rows];
}
