import type { Queryable, Sql } from "./client.ts";
import { ELECTION_LOCK } from "./election.ts";
import type { Fragment } from "./lists.ts";
import { inTransaction } from "./transaction.ts";

/** What waits to be done, over all organizations. Ages are in seconds; 0 where nothing waits. */
export interface Waiting {
  /** Whether some worker is elected to start again what stands still: without one, no worker is up. */
  reconciler: boolean;
  /** Changes that no evaluation has recorded yet, with the age of the oldest whose organization's rules are not stopped. */
  changes: { lane: "live" | "background"; count: number; oldestSeconds: number }[];
  organizations: { waiting: number; stopped: number; ratingsLate: number };
  rulesTripped: number;
  /** Changes whose evaluation was recorded as failed in the last 24 hours. */
  changesFailed: number;
  /** At most 100,000 are counted, and 10,000 overdue ones of each shard. */
  timers: { kind: string; count: number; overdue: number; overdueSeconds: number }[];
  /** Runs that have not ended. */
  runs: { status: string; count: number; oldestSeconds: number }[];
  notifications: { status: string; kind: string; count: number; oldestSeconds: number }[];
  /** Those that failed and were made in the last 48 hours: an attempt may be the last after 24. */
  notificationsFailed: { kind: string; count: number }[];
  /** With the time since one of them last moved. */
  backfills: { status: string; count: number; idleSeconds: number }[];
  jobs: { status: string; count: number; idleSeconds: number }[];
}

/** Seconds since the earliest of some instants. */
const age = (sql: Queryable, instant: Fragment): Fragment =>
  sql`greatest(0, coalesce(extract(epoch from clock_timestamp() - ${instant}), 0))::float8`;

/** Many timers may wait for days without anything being wrong: they are not all counted at every look. */
const TIMERS_COUNTED = 100_000;
/** For each shard. */
const OVERDUE_COUNTED = 10_000;

/**
 * The statements behind {@link readWaiting}. Each reads what waits and nothing that is settled: tables whose rows go once they
 * are done, partial indexes, or tables with a row per organization, rule or job.
 */
export const WAITING_QUERIES = {
  reconciler: (sql: Queryable) => sql<{ up: boolean }[]>`
    select exists (
      select from pg_locks where locktype = 'advisory' and granted and classid = 0 and objid = ${ELECTION_LOCK}
        and database = (select oid from pg_database where datname = current_database())) as up`,

  changes: (sql: Queryable) => sql<(Waiting["changes"][number] & { organizations: string[] })[]>`
    select case lane when 0 then 'live' else 'background' end as lane, sum(waiting)::bigint as count,
           ${age(sql, sql`min(oldest) filter (where not o.rules_stopped)`)} as "oldestSeconds",
           array_agg(o.id) as organizations
    from (
      select organization_id, lane, count(*) as waiting, min(queued_at) as oldest from change_queue group by 1, 2
    ) q join organizations o on o.id = q.organization_id group by 1`,

  organizations: (sql: Queryable) => sql<{ stopped: number; ratingsLate: number }[]>`
    select count(*) filter (where rules_stopped) as stopped,
           count(*) filter (where ratings_enabled and coalesce(ratings_as_of, (created_at at time zone time_zone)::date)
             < (now() at time zone time_zone)::date - 1) as "ratingsLate"
    from organizations`,

  rulesTripped: (sql: Queryable) => sql<{ count: number }[]>`
    select count(*) as count from rules where tripped is not null and status = 'paused'`,

  changesFailed: (sql: Queryable) => sql<{ count: number }[]>`
    select count(*) as count from evaluations
    where outcome = 'failed' and evaluated_at > now() - interval '24 hours'`,

  timers: (sql: Queryable) => sql<Waiting["timers"]>`
    with listed as (
      select kind, count(*) as count from (select kind from timers limit ${TIMERS_COUNTED}) few group by kind
    ), overdue as (
      select t.kind, count(*) as count, ${age(sql, sql`min(t.due_at)`)} as seconds
      from organizations o cross join lateral generate_series(0, o.shards - 1) as s(shard) cross join lateral (
        select kind, due_at from timers
        where organization_id = o.id and shard = s.shard and due_at <= now() order by due_at limit ${OVERDUE_COUNTED}
      ) t
      where not o.rules_stopped group by t.kind
    )
    select kind, coalesce(l.count, 0) as count, coalesce(o.count, 0) as overdue, coalesce(o.seconds, 0) as "overdueSeconds"
    from listed l full join overdue o using (kind)`,

  runs: (sql: Queryable) => sql<Waiting["runs"]>`
    select status, count(*) as count, ${age(sql, sql`min(created_at)`)} as "oldestSeconds" from rule_runs
    where status in ('planned', 'held', 'running', 'waiting') group by status`,

  notifications: (sql: Queryable) => sql<Waiting["notifications"]>`
    select status, kind, count(*) as count, ${age(sql, sql`min(created_at)`)} as "oldestSeconds" from notifications
    where status in ('gathering', 'planned', 'held', 'running') group by status, kind`,

  notificationsFailed: (sql: Queryable) => sql<Waiting["notificationsFailed"]>`
    select kind, count(*) as count from notifications
    where status = 'failed' and created_at > now() - interval '48 hours' group by kind`,

  backfills: (sql: Queryable) => sql<Waiting["backfills"]>`
    select status, count(*) as count, ${age(sql, sql`min(updated_at)`)} as "idleSeconds" from backfills
    where status not in ('completed', 'cancelled', 'failed') group by status`,

  jobs: (sql: Queryable) => sql<Waiting["jobs"]>`
    select status, count(*) as count, ${age(sql, sql`min(updated_at)`)} as "idleSeconds" from jobs
    where status in ('receiving', 'queued', 'running') group by status`,
};

const LONGEST = "5s";

/** Reads what waits. Throws where a statement takes longer than five seconds: whoever asks will ask again. */
export function readWaiting(sql: Sql): Promise<Waiting> {
  return inTransaction(sql, async (tx) => {
    await tx`select set_config('statement_timeout', ${LONGEST}, true)`;
    const [[reconciler], changes, [organizations], [tripped], [failed], timers, runs, notifications] =
      await Promise.all([
        WAITING_QUERIES.reconciler(tx),
        WAITING_QUERIES.changes(tx),
        WAITING_QUERIES.organizations(tx),
        WAITING_QUERIES.rulesTripped(tx),
        WAITING_QUERIES.changesFailed(tx),
        WAITING_QUERIES.timers(tx),
        WAITING_QUERIES.runs(tx),
        WAITING_QUERIES.notifications(tx),
      ]);
    const [notificationsFailed, backfills, jobs] = await Promise.all([
      WAITING_QUERIES.notificationsFailed(tx),
      WAITING_QUERIES.backfills(tx),
      WAITING_QUERIES.jobs(tx),
    ]);
    const waiting = new Set(changes.flatMap((lane) => lane.organizations)).size;
    return {
      reconciler: reconciler?.up === true,
      changes: changes.map(({ organizations: _, ...lane }) => lane),
      organizations: { waiting, stopped: organizations?.stopped ?? 0, ratingsLate: organizations?.ratingsLate ?? 0 },
      rulesTripped: tripped?.count ?? 0,
      changesFailed: failed?.count ?? 0,
      ...{ timers, runs, notifications, notificationsFailed, backfills, jobs },
    };
  });
}

/** Resolves when Postgres answers; throws otherwise. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}
