import type { Sql } from "./client.ts";

export interface QueueDepths {
  /** Changes that no evaluation has recorded yet, per lane. */
  unevaluated: { live: number; background: number };
  /** Organizations that have such changes. */
  organizationsWaiting: number;
  /** Age of the oldest of them in seconds; 0 when there is none. */
  oldestSeconds: number;
  /** Changes whose evaluation was recorded as failed in the last 24 hours. */
  failedLately: number;
  notificationsPlanned: number;
}

/** What waits to be done, over all organizations. */
export async function queueDepths(sql: Sql): Promise<QueueDepths> {
  const [row] = await sql<
    { live: number; background: number; organizations: number; oldest: number; failed: number; notifications: number }[]
  >`
    select count(*) filter (where lane = 0) as live, count(*) filter (where lane > 0) as background,
           count(distinct organization_id) as organizations,
           coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 as oldest,
           (select count(*) from evaluations
            where outcome = 'failed' and evaluated_at > now() - interval '24 hours') as failed,
           (select count(*) from notifications where status = 'planned') as notifications
    from change_queue`;
  const { live, background, organizations, oldest, failed, notifications } = row!;
  return {
    unevaluated: { live, background },
    organizationsWaiting: organizations,
    oldestSeconds: Math.max(0, oldest),
    failedLately: failed,
    notificationsPlanned: notifications,
  };
}

/** Resolves when Postgres answers; throws otherwise. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}
