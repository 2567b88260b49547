import type { Source } from "../../rules/facts.ts";
import type { Queryable, Sql, Transaction } from "../client.ts";
import { type Listed, listPage, type Page } from "../lists.ts";
import { newId } from "../uuid.ts";
import type { Actor } from "../writes/types.ts";
import type {
  ActionsInput,
  ImportInput,
  ItemDetails,
  ItemResult,
  Job,
  JobKind,
  JobStatus,
  UndoInput,
} from "./types.ts";

export const jobColumns = (sql: Queryable) => sql`
  t.id, t.organization_id as "organizationId", t.kind, t.status, t.dry_run as "dryRun", t.source, t.actor, t.input,
  t.cursor_id as "cursorId", t.total, t.created, t.updated, t.unchanged, t.failed, t.overruled, t.error,
  t.created_at as "createdAt", t.queued_at as "queuedAt", t.started_at as "startedAt", t.finished_at as "finishedAt",
  t.updated_at as "updatedAt"`;

export interface NewJob {
  organizationId: string;
  kind: JobKind;
  status: Extract<JobStatus, "receiving" | "queued">;
  dryRun: boolean;
  source: Source;
  actor: Actor | null;
  input: ActionsInput | ImportInput | UndoInput;
  total: number | null;
}

export async function createJob(sql: Queryable, job: NewJob): Promise<Job> {
  const { organizationId, kind, status, dryRun, source, actor, input, total } = job;
  const [row] = await sql<Job[]>`
    with t as (
      insert into jobs (id, organization_id, kind, status, dry_run, source, actor, input, total, queued_at)
      values (${newId()}, ${organizationId}, ${kind}, ${status}, ${dryRun}, ${source}, ${actor === null ? null : sql.json({ ...actor })},
              ${sql.json(input as never)}, ${total}, ${status === "queued" ? sql`now()` : null})
      returning *)
    select ${jobColumns(sql)} from t`;
  return row!;
}

/** Adds one page of items; `number` counts the job's pages from 0. */
export async function stagePage(sql: Queryable, jobId: string, number: number, items: unknown[]): Promise<void> {
  await sql`
    with page as (insert into job_pages (job_id, number, items) values (${jobId}, ${number}, ${JSON.stringify(items)}))
    update jobs set updated_at = now() where id = ${jobId}`;
}

/** The upload is whole: its job may run. Null when it is gone, swept as abandoned. */
export async function queueJob(tx: Transaction, jobId: string, total: number): Promise<Job | null> {
  const [row] = await tx<Job[]>`
    with t as (
      update jobs set status = 'queued', total = ${total}, queued_at = now(), updated_at = now()
      where id = ${jobId} and status = 'receiving' returning *)
    select ${jobColumns(tx)} from t`;
  return row ?? null;
}

/** Removes a job that was never queued, with its pages. */
export async function discardUpload(sql: Queryable, jobId: string): Promise<void> {
  await sql`delete from jobs where id = ${jobId} and status = 'receiving'`;
}

export async function getJob(sql: Queryable, organizationId: string, id: string): Promise<Job | null> {
  const [row] = await sql<Job[]>`
    select ${jobColumns(sql)} from jobs t
    where t.organization_id = ${organizationId} and t.id = ${id} and t.status <> 'receiving'`;
  return row ?? null;
}

/** Newest first. */
export function listJobs(sql: Sql, organizationId: string, page: Page, status?: JobStatus): Promise<Listed<Job>> {
  return listPage<Job>(sql, {
    columns: jobColumns(sql),
    from: sql`jobs t`,
    where: [
      sql`t.organization_id = ${organizationId}`,
      status === undefined ? sql`t.status <> 'receiving'` : sql`t.status = ${status}`,
    ],
    order: sql`t.id desc`,
    page,
  });
}

export interface StoredResult {
  position: number;
  status: ItemResult["status"];
  customerId: string | null;
  details: ItemDetails | null;
}

/** Results in the order of the items; the total is exact, since results are counted as they are written. */
export async function listResults(
  sql: Sql,
  job: Job,
  page: { offset: number; limit: number },
  status?: ItemResult["status"],
): Promise<{ rows: StoredResult[]; total: number }> {
  // Without a status, positions are the offsets: a page deep in the list costs as much as the first.
  const rows = await sql<StoredResult[]>`
    select position, status, customer_id as "customerId", details from job_results
    where job_id = ${job.id} and ${status === undefined ? sql`position > ${page.offset}` : sql`status = ${status}`}
    order by position offset ${status === undefined ? 0 : page.offset} limit ${page.limit}`;
  const total = status === undefined ? job.created + job.updated + job.unchanged + job.failed : job[status];
  return { rows: [...rows], total };
}

/**
 * Cancels a job that has not ended: waits for the page being worked on and lets no further one begin. Answers the job as it
 * then is; one that has ended stays as it is.
 */
export async function cancelJob(tx: Transaction, organizationId: string, id: string): Promise<Job | null> {
  const ended = await tx`
    update jobs set status = 'cancelled', finished_at = now(), updated_at = now()
    where organization_id = ${organizationId} and id = ${id} and status in ('queued', 'running')`;
  if (ended.count > 0) await tx`delete from job_pages where job_id = ${id}`;
  return getJob(tx, organizationId, id);
}
