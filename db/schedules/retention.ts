import type { Queryable, Sql } from "../client.ts";
import type { OrganizationRetention } from "../organizations.ts";
import { trimCounters, trimIdempotencyKeys } from "../unfinished.ts";
import { trimChanges } from "./trimChanges.ts";
import { trimBackfills, trimJobs } from "./trimJobs.ts";
import { trimDigests, trimRuns } from "./trimRuns.ts";

/** Rows trimmed; backfills with their results count as jobs. */
export type Trimmed = Record<"changes" | "runs" | "notifications" | "jobs" | "jobResults" | "idempotencyKeys", number>;

/** Where trimming goes on: a part of one organization's history, after this row of it. */
export interface TrimPosition {
  organizationId: string;
  part: number;
  /** Empty at the beginning. */
  after: string;
}

/** One small batch of a part of an organization's history that is older than some days. */
export interface TrimBatch {
  sql: Sql;
  organizationId: string;
  days: number;
  after: string;
  /** Counts are added here. */
  trimmed: Trimmed;
}

/** Trims a batch and answers after which row the next begins; null where there is none. */
type TrimPart = (batch: TrimBatch) => Promise<string | null>;

/** Runs go before the changes that they keep. */
const PARTS: readonly { setting: keyof OrganizationRetention; trim: TrimPart }[] = [
  { setting: "runsDays", trim: trimRuns },
  { setting: "runsDays", trim: trimDigests },
  { setting: "changesDays", trim: trimChanges },
  { setting: "jobsDays", trim: trimJobs },
  { setting: "jobsDays", trim: trimBackfills },
];

/** How often an organization's history is looked at. */
const EVERY = "23 hours";

/**
 * Trims what is past its time, batch by batch, for as long as `goesOn`. Answers what was trimmed, and where to go on; null when
 * nothing is left. What is open is never trimmed, nor what something open or kept still needs: see each part.
 */
export async function trimSlice(
  sql: Sql,
  from: TrimPosition | null,
  goesOn: () => boolean,
): Promise<{ trimmed: Trimmed; position: TrimPosition | null }> {
  const trimmed: Trimmed = { changes: 0, runs: 0, notifications: 0, jobs: 0, jobResults: 0, idempotencyKeys: 0 };
  if (from === null) {
    trimmed.idempotencyKeys = await trimIdempotencyKeys(sql);
    await trimCounters(sql);
  }
  let position = from ?? (await nextDue(sql));
  while (position !== null && goesOn()) position = await trimBatch(sql, position, trimmed);
  return { trimmed, position };
}

async function trimBatch(sql: Sql, position: TrimPosition, trimmed: Trimmed): Promise<TrimPosition | null> {
  const { organizationId, part, after } = position;
  const step = PARTS[part];
  if (step === undefined) {
    await sql`update organizations set trimmed_at = now() where id = ${organizationId}`;
    return nextDue(sql);
  }
  const days = (await retentionOf(sql, organizationId))[step.setting];
  const next = days == null ? null : await step.trim({ sql, organizationId, days, after, trimmed });
  return next === null ? { organizationId, part: part + 1, after: "" } : { organizationId, part, after: next };
}

/** The beginning of the next organization whose history is to be looked at. */
async function nextDue(sql: Queryable): Promise<TrimPosition | null> {
  const [row] = await sql<{ organizationId: string }[]>`
    select id as "organizationId" from organizations
    where retention <> '{}' and (trimmed_at is null or trimmed_at < now() - ${EVERY}::interval) order by id limit 1`;
  return row === undefined ? null : { ...row, part: 0, after: "" };
}

async function retentionOf(sql: Queryable, organizationId: string): Promise<OrganizationRetention> {
  const [row] = await sql<{ retention: OrganizationRetention }[]>`
    select retention from organizations where id = ${organizationId}`;
  return row?.retention ?? {};
}
