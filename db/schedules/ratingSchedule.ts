import type { Queryable, Sql, Transaction } from "../client.ts";

/** When an organization's ratings are recomputed by themselves. */
export interface RatingSchedule {
  organizationId: string;
  /** Local time of day, HH:MM. */
  at: string;
  enabled: boolean;
  /** The organization's; IANA name. */
  timeZone: string;
}

export interface RatingScheduleState extends RatingSchedule {
  /** Temporal has been told of these settings. */
  inForce: boolean;
  /** Somebody has asked for a run that Temporal has not been told of yet. */
  requested: boolean;
  updatedAt: string;
}

const columns = (sql: Queryable) => sql`
  id as "organizationId", ratings_at as at, ratings_enabled as enabled, time_zone as "timeZone"`;

/** The settings as one text; what it is compared with says what Temporal was told. `epoch` is what else the schedule is made from. */
const settings = (sql: Queryable, epoch?: string) =>
  epoch === undefined
    ? sql`concat_ws(' ', ratings_at, ratings_enabled, time_zone)`
    : sql`concat_ws(' ', ratings_at, ratings_enabled, time_zone, ${epoch}::text)`;

export async function getRatingSchedule(sql: Queryable, organizationId: string): Promise<RatingScheduleState> {
  const [row] = await sql<RatingScheduleState[]>`
    select ${columns(sql)}, coalesce(starts_with(ratings_applied, ${settings(sql)} || ' '), false) as "inForce",
           ratings_requested_at is not null as requested, updated_at as "updatedAt"
    from organizations where id = ${organizationId}`;
  if (row === undefined) throw new Error(`organization ${organizationId} does not exist`);
  return row;
}

/** Changes the fields given; the reconciler then tells Temporal. */
export async function editRatingSchedule(
  tx: Transaction,
  organizationId: string,
  edit: { at?: string | undefined; enabled?: boolean | undefined },
): Promise<RatingScheduleState> {
  await tx`
    update organizations set ratings_at = coalesce(${edit.at ?? null}, ratings_at),
      ratings_enabled = coalesce(${edit.enabled ?? null}, ratings_enabled), updated_at = now()
    where id = ${organizationId}`;
  return getRatingSchedule(tx, organizationId);
}

/** Asks for a run now; asking again before Temporal was told changes nothing. */
export async function requestRatings(tx: Transaction, organizationId: string): Promise<RatingScheduleState> {
  await tx`
    update organizations set ratings_requested_at = coalesce(ratings_requested_at, now()) where id = ${organizationId}`;
  return getRatingSchedule(tx, organizationId);
}

/** A schedule that Temporal is to be told of. */
export interface UnappliedSchedule extends RatingSchedule {
  /** To be noted once it is told. */
  settings: string;
}

/** Schedules that are not made from their present settings and `epoch`. */
export async function unappliedSchedules(sql: Sql, epoch: string, limit: number): Promise<UnappliedSchedule[]> {
  const rows = await sql<UnappliedSchedule[]>`
    select ${columns(sql)}, ${settings(sql, epoch)} as settings from organizations
    where ratings_applied is distinct from ${settings(sql, epoch)} order by id limit ${limit}`;
  return [...rows];
}

/** Notes what a schedule was made from; settings that have changed since then are another text. */
export async function noteApplied(sql: Sql, { organizationId, settings }: UnappliedSchedule): Promise<void> {
  await sql`update organizations set ratings_applied = ${settings} where id = ${organizationId}`;
}

/** Every schedule that Temporal should have as it is set. */
export async function appliedSchedules(sql: Sql): Promise<RatingSchedule[]> {
  const rows = await sql<RatingSchedule[]>`
    select ${columns(sql)} from organizations where starts_with(ratings_applied, ${settings(sql)} || ' ')`;
  return [...rows];
}

/** Has these schedules made anew. */
export async function forgetApplied(sql: Sql, organizationIds: string[]): Promise<void> {
  await sql`update organizations set ratings_applied = null where id = any(${organizationIds}::uuid[])`;
}

/** Runs that were asked for and that Temporal has not been told of. */
export async function requestedRatings(sql: Sql, limit: number): Promise<{ organizationId: string; at: string }[]> {
  const rows = await sql<{ organizationId: string; at: string }[]>`
    select id as "organizationId", ratings_requested_at::text as at from organizations
    where ratings_requested_at is not null order by ratings_requested_at limit ${limit}`;
  return [...rows];
}

/** Temporal was told; what was asked for since then stays. */
export async function noteRequested(sql: Sql, { organizationId, at }: { organizationId: string; at: string }) {
  await sql`
    update organizations set ratings_requested_at = null
    where id = ${organizationId} and ratings_requested_at = ${at}::text::timestamptz`;
}
