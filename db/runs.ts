import type { Facts } from "../rules/facts.ts";
import type { RunStatus } from "../rules/runStatus.ts";
import type { Queryable, Sql } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import type { RunKind } from "./evaluation/occasion.ts";
import { allOf, type Listed, listPage, type Page } from "./lists.ts";
import { isUuid } from "./uuid.ts";
import type { CauseStep } from "./writes/recordChanges.ts";

/** What came of one action of a run. */
export interface RunAction {
  type: string;
  status: string;
  reason?: string | null;
  before?: unknown;
  after?: unknown;
  attempts?: number;
  error?: string | null;
  /** When it came to its status; absent where that was as the run began. */
  at?: string | null;
}

/** One matched rule acting on one customer because of one change. */
export interface Run {
  id: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: CauseStep[];
  kind: RunKind;
  backfillId: string | null;
  /** The run that it repeats. */
  replayOf: string | null;
  status: RunStatus;
  reason: string | null;
  actions: RunAction[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Paused by hand since then. */
  pausedAt: string | null;
  /** Slots were put back. */
  undoneAt: string | null;
}

export interface RunQuery {
  page: Page;
  descending: boolean;
  ruleId?: string | undefined;
  customerId?: string | undefined;
  changeId?: string | undefined;
  status?: RunStatus | undefined;
  /** ISO instant. */
  since?: string | undefined;
}

const columns = (sql: Queryable) => sql`
  t.id, t.rule_id as "ruleId", v.definition ->> 'name' as "ruleName", t.rule_version as "ruleVersion",
  t.customer_id as "customerId", t.change_id as "changeId", t.root_id as "rootId", t.cause, t.kind,
  t.backfill_id as "backfillId", t.replay_of as "replayOf", t.status, t.reason, t.actions,
  t.temporal_workflow_id as "temporalWorkflowId", t.temporal_run_id as "temporalRunId", t.created_at as "createdAt",
  t.finished_at as "finishedAt", t.paused_at as "pausedAt", t.undone_at as "undoneAt"`;

const from = (sql: Queryable) => sql`
  rule_runs t join customers c on c.id = t.customer_id
  join rule_versions v on v.rule_id = t.rule_id and v.version = t.rule_version`;

/** Runs of the customers in scope, oldest first unless told. */
export function listRuns(sql: Sql, scope: CustomerScope, query: RunQuery): Promise<Listed<Run>> {
  const { page, descending, ruleId, customerId, changeId, status, since } = query;
  return listPage(sql, {
    columns: columns(sql),
    from: from(sql),
    where: [
      ...visible(sql, scope),
      sql`t.organization_id = ${scope.organizationId}`,
      ...(ruleId === undefined ? [] : [sql`t.rule_id = ${isUuid(ruleId) ? ruleId : null}`]),
      ...(customerId === undefined ? [] : [sql`t.customer_id = ${customerId}`]),
      ...(changeId === undefined ? [] : [sql`t.change_id = ${isUuid(changeId) ? changeId : null}`]),
      ...(status === undefined ? [] : [sql`t.status = ${status}`]),
      ...(since === undefined ? [] : [sql`t.created_at >= ${since}`]),
    ],
    order: descending ? sql`t.id desc` : sql`t.id`,
    page,
    updatedColumn: sql`greatest(t.created_at, t.finished_at, t.paused_at, t.retried_at, t.undone_at)`,
  });
}

/** One run with the facts it was decided on. */
export async function getRun(
  sql: Queryable,
  scope: CustomerScope,
  id: string,
): Promise<(Run & { before: Facts | null; after: Facts }) | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql<(Run & { before: Facts | null; after: Facts })[]>`
    select ${columns(sql)}, ch.before, ch.after from ${from(sql)} join changes ch on ch.id = t.change_id
    where ${allOf(sql, visible(sql, scope))} and t.organization_id = ${scope.organizationId} and t.id = ${id}`;
  return row ?? null;
}
