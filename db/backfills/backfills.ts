import type { Filter } from "../../rules/schema.ts";
import type { Queryable, Sql, Transaction } from "../client.ts";
import { type Listed, listPage, type Page } from "../lists.ts";
import { isUuid, newId } from "../uuid.ts";
import type { Actor } from "../writes/types.ts";
import type { Backfill, BackfillRule, BackfillStatus } from "./types.ts";

const columns = (sql: Queryable) => sql`
  t.id, t.organization_id as "organizationId", t.status, t.rules, t.filter, t.dry_run as "dryRun", t.notifications, t.irreversible,
  t.max_per_second as "maxPerSecond", t.actor, t.approved_by as "approvedBy", t.approved_at as "approvedAt", t.total, t.counts, t.error,
  t.created_at as "createdAt", t.queued_at as "queuedAt", t.started_at as "startedAt", t.finished_at as "finishedAt",
  t.updated_at as "updatedAt",
  (t.ran_ms / 1000.0 + coalesce(extract(epoch from clock_timestamp() - t.running_since), 0))::float8 as "ranSeconds",
  o.rules_stopped as "rulesStopped"`;

const from = (sql: Queryable) => sql`backfills t join organizations o on o.id = t.organization_id`;

export interface NewBackfill {
  organizationId: string;
  rules: BackfillRule[];
  filter: Filter[];
  dryRun: boolean;
  notifications: boolean;
  irreversible: boolean;
  maxPerSecond: number | null;
  source: string;
  actor: Actor;
}

/** Records a backfill. Its scope are the customers who are there when its workflow counts them. */
export async function createBackfill(tx: Transaction, backfill: NewBackfill): Promise<Backfill> {
  const { organizationId, rules, filter, dryRun, notifications, irreversible, maxPerSecond, source, actor } = backfill;
  const id = newId();
  await tx`
    insert into backfills (id, organization_id, status, rules, filter, dry_run, notifications, irreversible, max_per_second, source, actor)
    values (${id}, ${organizationId}, 'counting', ${tx.json(rules as never)}, ${tx.json(filter as never)}, ${dryRun}, ${notifications},
            ${irreversible}, ${maxPerSecond}, ${source}, ${tx.json({ ...actor })})`;
  return (await getBackfill(tx, organizationId, id))!;
}

export async function getBackfill(sql: Queryable, organizationId: string, id: string): Promise<Backfill | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql<Backfill[]>`
    select ${columns(sql)} from ${from(sql)} where t.organization_id = ${organizationId} and t.id = ${id}`;
  return row ?? null;
}

/** Newest first. */
export function listBackfills(
  sql: Sql,
  organizationId: string,
  page: Page,
  status?: BackfillStatus,
): Promise<Listed<Backfill>> {
  return listPage<Backfill>(sql, {
    columns: columns(sql),
    from: from(sql),
    where: [sql`t.organization_id = ${organizationId}`, ...(status === undefined ? [] : [sql`t.status = ${status}`])],
    order: sql`t.id desc`,
    page,
  });
}
