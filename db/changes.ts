import type { Facts, Source } from "../rules/facts.ts";
import type { VerdictDetails } from "../rules/verdicts.ts";
import type { Queryable, Sql } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { allOf, type Fragment, type Listed, listPage, type Page } from "./lists.ts";
import { isUuid } from "./uuid.ts";
import type { CauseStep } from "./writes/recordChanges.ts";
import type { Actor } from "./writes/types.ts";

/** One customer's facts before and after one write. */
export interface Change {
  id: string;
  /** Grows within the organization; numbers may be missing. */
  seq: number;
  customerId: string;
  kind: "created" | "updated";
  /** 1, 2, 3 … per customer without a gap. */
  version: number;
  source: Source;
  actor: Actor | null;
  at: string;
  evaluatedAt: string | null;
  /** evaluated, excluded or failed; null while it waits. */
  outcome: "evaluated" | "excluded" | "failed" | null;
  error: string | null;
  /** When a failed evaluation was last tried again, and with what it had failed before. */
  retriedAt: string | null;
  failedBefore: string | null;
  rulesetNumber: number;
  rootId: string;
  cause: CauseStep[];
  before: Facts | null;
  after: Facts;
}

/** What the evaluation recorded: one letter per rule of the ruleset, in list order. */
export interface Verdicts {
  codes: string;
  details: VerdictDetails | null;
}

export interface ChangeQuery {
  page: Page;
  descending: boolean;
  customerId?: string | undefined;
  /** ISO instant. */
  since?: string | undefined;
  evaluated?: boolean | undefined;
  outcome?: NonNullable<Change["outcome"]> | undefined;
}

const columns = (sql: Queryable) => sql`
  t.id, t.seq, t.customer_id as "customerId", t.kind, t.version, t.source, t.actor, t.created_at as at,
  e.evaluated_at as "evaluatedAt", e.outcome, e.error, e.retried_at as "retriedAt",
  e.failed_before as "failedBefore", t.ruleset_number as "rulesetNumber", t.root_id as "rootId",
  t.cause, t.before, t.after`;

const from = (sql: Queryable) => sql`
  changes t join customers c on c.id = t.customer_id left join evaluations e on e.change_id = t.id`;

function conditions(sql: Queryable, scope: CustomerScope, query: Omit<ChangeQuery, "page" | "descending">): Fragment[] {
  return [
    ...visible(sql, scope),
    sql`t.organization_id = ${scope.organizationId}`,
    ...(query.customerId === undefined ? [] : [sql`t.customer_id = ${query.customerId}`]),
    ...(query.since === undefined ? [] : [sql`t.created_at >= ${query.since}`]),
    ...(query.evaluated === undefined ? [] : [evaluatedIs(sql, query.evaluated)]),
    ...(query.outcome === undefined ? [] : [sql`e.outcome = ${query.outcome}`]),
  ];
}

/** Unevaluated changes are found by the queue, which is small, not by looking through all changes. */
function evaluatedIs(sql: Queryable, evaluated: boolean): Fragment {
  if (evaluated) return sql`e.change_id is not null`;
  return sql`exists (select from change_queue q where q.change_id = t.id)`;
}

/** Changes of the customers in scope, in the order in which they were written or the other way round. */
export function listChanges(sql: Sql, scope: CustomerScope, query: ChangeQuery): Promise<Listed<Change>> {
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: conditions(sql, scope, query),
    order: query.descending ? sql`t.seq desc` : sql`t.seq`,
    page: query.page,
    updatedColumn: sql`t.created_at`,
  });
}

/** One change with its verdicts, which are null until it is evaluated. */
export async function getChange(
  sql: Queryable,
  scope: CustomerScope,
  id: string,
): Promise<{ change: Change; verdicts: Verdicts | null } | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql<(Change & Partial<Verdicts>)[]>`
    select ${columns(sql)}, e.codes, e.details from ${from(sql)}
    where ${allOf(sql, conditions(sql, scope, {}))} and t.id = ${id}`;
  return row === undefined ? null : split(row);
}

/** A customer's changes with their verdicts, evaluated ones only. */
export async function listEvaluations(
  sql: Sql,
  scope: CustomerScope,
  query: ChangeQuery,
): Promise<Listed<{ change: Change; verdicts: Verdicts | null }>> {
  const listed = await listPage<Change & Partial<Verdicts>>(sql, {
    columns: sql`${columns(sql)}, e.codes, e.details`,
    from: from(sql),
    where: conditions(sql, scope, { ...query, evaluated: true }),
    order: query.descending ? sql`t.seq desc` : sql`t.seq`,
    page: query.page,
    updatedColumn: sql`e.evaluated_at`,
  });
  return { ...listed, rows: listed.rows.map(split) };
}

function split({ codes, details, ...change }: Change & Partial<Verdicts>) {
  return { change, verdicts: change.evaluatedAt === null ? null : { codes: codes ?? "", details: details ?? null } };
}
