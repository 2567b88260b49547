import type { Queryable, Transaction } from "./client.ts";
import { lockRulesetExclusive } from "./rulesets.ts";

export type DelayMode = "paidOnly" | "paidAndOverdue";

export interface Organization {
  id: string;
  name: string;
  /** IANA name; days are counted in it. */
  timeZone: string;
  locale: string;
  currency: string;
  delayMode: DelayMode;
  /** True while all its rules are stopped: changes are recorded and wait. */
  rulesStopped: boolean;
  limits: OrganizationLimits;
  retention: OrganizationRetention;
  createdAt: string;
  updatedAt: string;
}

export interface OrganizationLimits {
  /** What one rule may send, and whom it may exclude, in an hour outside backfills before it is paused: 1,000 and 100 unless set. */
  notificationsPerHour?: number;
  exclusionsPerHour?: number;
  /** Customers beyond which a backfill waits for approval. */
  backfillApprovalAbove?: number;
}

/** Days that history is kept; absent means for ever. Given as null, a setting goes. */
export interface OrganizationRetention {
  /** Changes with their evaluations. */
  changesDays?: number | null | undefined;
  /** Runs with their notifications. */
  runsDays?: number | null | undefined;
  /** Ended jobs with their results. */
  jobsDays?: number | null | undefined;
}

export type NewOrganization = Pick<Organization, "id" | "name" | "timeZone" | "locale" | "currency" | "delayMode">;
export type OrganizationEdit = Partial<
  Pick<Organization, "name" | "timeZone" | "locale" | "currency" | "delayMode" | "limits" | "retention">
>;

const columns = (sql: Queryable) => sql`
  id, name, time_zone as "timeZone", locale, currency, delay_mode as "delayMode", rules_stopped as "rulesStopped",
  limits, retention, created_at as "createdAt", updated_at as "updatedAt"`;

export async function getOrganization(sql: Queryable, id: string): Promise<Organization | null> {
  const [row] = await sql<Organization[]>`select ${columns(sql)} from organizations where id = ${id}`;
  return row ?? null;
}

export async function createOrganization(tx: Transaction, organization: NewOrganization): Promise<Organization> {
  const { id, name, timeZone, locale, currency, delayMode } = organization;
  await demandTimeZone(tx, timeZone);
  const [row] = await tx<Organization[]>`
    insert into organizations (id, name, time_zone, locale, currency, delay_mode)
    values (${id}, ${name}, ${timeZone}, ${locale}, ${currency}, ${delayMode})
    returning ${columns(tx)}`;
  return row!;
}

/** Changes the fields given. */
export async function updateOrganization(tx: Transaction, id: string, edit: OrganizationEdit): Promise<Organization> {
  if (edit.timeZone !== undefined) await demandTimeZone(tx, edit.timeZone);
  const [row] = await tx<Organization[]>`
    update organizations set
      name = coalesce(${edit.name ?? null}, name),
      time_zone = coalesce(${edit.timeZone ?? null}, time_zone),
      locale = coalesce(${edit.locale ?? null}, locale),
      currency = coalesce(${edit.currency ?? null}, currency),
      delay_mode = coalesce(${edit.delayMode ?? null}, delay_mode),
      limits = limits || ${tx.json({ ...edit.limits })},
      retention = jsonb_strip_nulls(retention || ${tx.json({ ...edit.retention })}),
      updated_at = now()
    where id = ${id}
    returning ${columns(tx)}`;
  return row!;
}

/** Throws a data exception (22023) for a zone that Postgres does not know: days could not be told in it. */
async function demandTimeZone(tx: Transaction, timeZone: string): Promise<void> {
  await tx`select now() at time zone ${timeZone}`;
}

/** Throws the switch that stops or starts all rules of the organization; says how many shards must hear of it. */
export async function switchRules(
  tx: Transaction,
  id: string,
  stopped: boolean,
): Promise<{ organization: Organization; shards: number }> {
  // Waits for evaluations under way: once this is answered, no effect of a rule follows.
  await lockRulesetExclusive(tx, id);
  const [row] = await tx<(Organization & { shards: number })[]>`
    update organizations set rules_stopped = ${stopped}, updated_at = now() where id = ${id}
    returning ${columns(tx)}, shards`;
  const { shards, ...organization } = row!;
  return { organization, shards };
}
