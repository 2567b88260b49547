import type { Sql, Transaction } from "../client.ts";
import { inTransaction } from "../transaction.ts";
import { jsonLines } from "../writes/batches.ts";
import type { Wake, WriteContext } from "../writes/types.ts";
import { actOnIds, actOnReferences, countSelected, nextSelected } from "./actionPage.ts";
import { fieldChanges } from "./fieldChanges.ts";
import { importPage } from "./importPage.ts";
import { jobColumns } from "./jobs.ts";
import { type ActionsInput, type ItemResult, type Job, type JobStatus, PAGE, type StagedRow } from "./types.ts";
import { countUndone, nextUndone, UNDO_PAGE, undoPage } from "./undoPage.ts";
import type { Written } from "./writeItems.ts";

/** How a job stands after one page, or after finding that there is none for it. */
export interface PageOutcome {
  status: JobStatus;
  total: number | null;
  done: number;
  failed: number;
  /** An older job of the organization has to end first. */
  behind: boolean;
  /** Trackers to wake, now that the page is committed. */
  wake: Wake;
}

/**
 * Works on a job's next page in one transaction: the effect on every item, its result row, the place reached and the counts.
 * The job's row is locked first, so that two that work on the same job take turns and no page is ever worked on twice, and so
 * that a cancelled job moves nothing more.
 */
export function workPage(sql: Sql, organizationId: string, jobId: string): Promise<PageOutcome> {
  return inTransaction(sql, async (tx) => {
    const job = await lockJob(tx, organizationId, jobId);
    if (job === null) return gone(organizationId);
    if (job.status !== "queued" && job.status !== "running") return outcome(job, false);
    if (await isBehind(tx, job)) return outcome(job, true);
    const total = job.total ?? (await (job.kind === "undo" ? countUndone(tx, job) : countSelected(tx, job)));
    const page = await nextPage(tx, job);
    const written = job.dryRun ? await rehearse(tx, job, page) : await page.write(tx);
    await insertResults(tx, job, written.results);
    const after = await storeProgress(tx, job, { total, written, page });
    return { ...outcome(after, false), wake: { organizationId, shards: [...new Set(written.shards)] } };
  });
}

/** Ends a job that cannot go on, with the reason; what was done stays. */
export async function failJob(sql: Sql, organizationId: string, jobId: string, error: string): Promise<void> {
  await sql`
    with ended as (
      update jobs set status = 'failed', error = ${error}, finished_at = now(), updated_at = now()
      where organization_id = ${organizationId} and id = ${jobId} and status in ('queued', 'running') returning id)
    delete from job_pages where job_id in (select id from ended)`;
}

async function lockJob(tx: Transaction, organizationId: string, jobId: string): Promise<Job | null> {
  const [job] = await tx<Job[]>`
    select ${jobColumns(tx)} from jobs t where t.organization_id = ${organizationId} and t.id = ${jobId} for update`;
  return job ?? null;
}

async function isBehind(tx: Transaction, { organizationId, id }: Job): Promise<boolean> {
  const [row] = await tx<{ behind: boolean }[]>`
    select exists (
      select from jobs o join jobs own on own.id = ${id}
      where o.organization_id = ${organizationId} and o.status in ('queued', 'running')
        and (o.queued_at, o.id) < (own.queued_at, own.id)) as behind`;
  return row?.behind === true;
}

function outcome(job: Job, behind: boolean): PageOutcome {
  const done = job.created + job.updated + job.unchanged + job.failed;
  const wake = { organizationId: job.organizationId, shards: [] };
  return { status: job.status, total: job.total, done, failed: job.failed, behind, wake };
}

/** A job that the database does not know, such as one restored from an older backup: there is nothing to do. */
function gone(organizationId: string): PageOutcome {
  return { status: "cancelled", total: null, done: 0, failed: 0, behind: false, wake: { organizationId, shards: [] } };
}

/** A page about to be worked on. */
interface WorkPage {
  write(tx: Transaction): Promise<Written>;
  isLast: boolean;
  /** Place reached in a selection by filter. */
  cursorId: string | null;
}

async function nextPage(tx: Transaction, job: Job): Promise<WorkPage> {
  const { organizationId, source, actor } = job;
  const context: WriteContext = { organizationId, source, actor, lane: 1 };
  if (job.kind === "customerImport") {
    const { items, isLast } = await takeStaged<StagedRow>(tx, job.id);
    return { write: (tx) => importPage(tx, context, items), isLast, cursorId: null };
  }
  if (job.kind === "undo") {
    const ids = await nextUndone(tx, job);
    const cursorId = ids.at(-1) ?? job.cursorId;
    return { write: (tx) => undoPage(tx, context, job, ids), isLast: ids.length < UNDO_PAGE, cursorId };
  }
  const { filter, actions } = job.input as ActionsInput;
  if (filter === undefined) {
    const { items, isLast } = await takeStaged<string>(tx, job.id);
    return { write: (tx) => actOnReferences(tx, context, actions, items), isLast, cursorId: null };
  }
  const ids = await nextSelected(tx, job);
  const cursorId = ids.at(-1) ?? job.cursorId;
  return { write: (tx) => actOnIds(tx, context, actions, ids), isLast: ids.length < PAGE, cursorId };
}

async function takeStaged<Item>(tx: Transaction, jobId: string): Promise<{ items: Item[]; isLast: boolean }> {
  const [page] = await tx<{ number: number; items: string }[]>`
    delete from job_pages where job_id = ${jobId} and number = (
      select number from job_pages where job_id = ${jobId} order by number limit 1)
    returning number, items`;
  if (page === undefined) return { items: [], isLast: true };
  const [rest] = await tx<{ more: boolean }[]>`
    select exists (select from job_pages where job_id = ${jobId} and number > ${page.number}) as more`;
  return { items: JSON.parse(page.items) as Item[], isLast: rest?.more !== true };
}

/** Carries the write back to where the transaction stood before it; its results outlive it. */
class Rehearsed extends Error {
  override name = "Rehearsed";
  constructor(readonly results: ItemResult[]) {
    super("a dry run leaves nothing");
  }
}

/** A dry run is the write itself, taken back: it says exactly what the write would do. */
async function rehearse(tx: Transaction, job: Job, page: WorkPage): Promise<Written> {
  try {
    await tx.savepoint(async (inner) => {
      const { results } = await page.write(inner as Transaction);
      throw new Rehearsed(results);
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
    const results = error.results.map((result) =>
      result.status === "created" ? { ...result, customerId: null } : result,
    );
    return { results, shards: [] };
  }
  throw new Error(`the rehearsal of job ${job.id} did not end`);
}

async function insertResults(tx: Transaction, job: Job, results: ItemResult[]): Promise<void> {
  if (results.length === 0) return;
  const first = job.created + job.updated + job.unchanged + job.failed + 1;
  // What a write changed stands in its change; a rehearsal leaves none.
  const details = results.map(({ details, change }) =>
    job.dryRun && change ? { ...details, changes: fieldChanges(change) } : details,
  );
  await tx`
    insert into job_results (job_id, position, status, customer_id, details)
    select ${job.id}, ${first}::int + g.place::int - 1, g.status, g.customer_id, g.details::jsonb
    from rows from (
      unnest(${results.map(({ status }) => status)}::text[]), unnest(${results.map(({ customerId }) => customerId)}::uuid[]),
      string_to_table(${jsonLines(details)}, chr(10))
    ) with ordinality as g(status, customer_id, details, place)`;
}

async function storeProgress(
  tx: Transaction,
  job: Job,
  { total, written, page }: { total: number; written: Written; page: WorkPage },
): Promise<Job> {
  const { results } = written;
  const count = (status: ItemResult["status"]) => results.filter((result) => result.status === status).length;
  const overruled = results.filter((result) => result.details.overruled !== undefined).length;
  const done = job.created + job.updated + job.unchanged + job.failed + results.length;
  const [after] = await tx<Job[]>`
    with t as (
      update jobs set
        status = ${page.isLast ? "completed" : "running"}, cursor_id = ${page.cursorId},
        -- Members of a selection are fixed as its pages are reached, so the first count may turn out otherwise.
        total = ${page.isLast ? done : Math.max(total, done)},
        created = created + ${count("created")}, updated = updated + ${count("updated")},
        unchanged = unchanged + ${count("unchanged")}, failed = failed + ${count("failed")},
        overruled = overruled + ${overruled}, error = null, started_at = coalesce(started_at, now()),
        finished_at = ${page.isLast ? tx`clock_timestamp()` : null}, updated_at = clock_timestamp()
      where id = ${job.id} returning *)
    select ${jobColumns(tx)} from t`;
  return after!;
}
