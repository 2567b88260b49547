import { type ActionOutcome, runStatus } from "../rules/runStatus.ts";
import type { Queryable, Sql, Transaction } from "./client.ts";
import { inTransaction } from "./transaction.ts";
import { newId } from "./uuid.ts";
import { insertTimeline } from "./writes/timelineEntries.ts";

/** Notifications per run workflow. */
export const CLAIM = 200;

export interface Claimed {
  id: string;
  channelId: string;
  ruleId: string;
  customerId: string;
  kind: Delivery["kind"];
}

/**
 * Claims planned notifications for one Temporal workflow, oldest first. A workflow that asks again (its first answer was lost)
 * gets what it holds already. Runs get the ids of what carries them out.
 */
export async function claimNotifications(
  sql: Sql,
  organizationId: string,
  temporalWorkflowId: string,
  temporalRunId: string,
): Promise<Claimed[]> {
  return inTransaction(sql, async (tx) => {
    const standing = await tx<{ id: string; runId: string }[]>`
      select id, run_id as "runId" from notifications
      where organization_id = ${organizationId} and status = 'running' and temporal_workflow_id = ${temporalWorkflowId}`;
    const ids =
      standing.length > 0
        ? standing
        : await tx<{ id: string; runId: string }[]>`
            with picked as (
              select id from notifications where organization_id = ${organizationId} and status = 'planned'
                and not exists (select from organizations where id = ${organizationId} and rules_stopped)
              order by id limit ${CLAIM} for update skip locked
            )
            update notifications n set status = 'running', temporal_workflow_id = ${temporalWorkflowId}, claimed_at = now()
            from picked where n.id = picked.id returning n.id, n.run_id as "runId"`;
    if (ids.length === 0) return [];
    const runs = [...new Set(ids.map((row) => row.runId))];
    await tx`
      update rule_runs set status = 'running', temporal_workflow_id = ${temporalWorkflowId}, temporal_run_id = ${temporalRunId}
      where id = any(${runs}::uuid[]) and status in ('planned', 'running', 'waiting')`;
    return tx<Claimed[]>`
      select n.id, n.channel_id as "channelId", r.rule_id as "ruleId", n.customer_id as "customerId", n.kind
      from notifications n join rule_runs r on r.id = n.run_id
      where n.id = any(${ids.map((row) => row.id)}::uuid[]) order by n.id`;
  });
}

/** Gives claimed notifications back whose workflow is gone; they are planned again under the same key. */
export async function unclaimNotifications(sql: Queryable, temporalWorkflowId: string): Promise<number> {
  const result = await sql`
    update notifications set status = 'planned', temporal_workflow_id = null
    where status = 'running' and temporal_workflow_id = ${temporalWorkflowId}`;
  return result.count;
}

/** A notification as it is about to be sent. */
export interface Delivery {
  id: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  status: string;
  /** With the one that begins now. */
  attempts: number;
  recipient: { userId?: string; email: string };
  subject: string;
  body: string;
  createdAt: string;
  url: string | null;
  secret: string | null;
  ruleStatus: string;
  /** The organization's switch: nothing is sent until its rules are started again. */
  rulesStopped: boolean;
  run: { id: string; changeId: string };
  rule: { id: string; version: number; name: string };
  customer: { id: string; externalId: string | null; name: string | null };
}

/** Counts an attempt and reads what it sends; null when there is no such notification. */
export async function beginDelivery(sql: Queryable, organizationId: string, id: string): Promise<Delivery | null> {
  const [row] = await sql<Delivery[]>`
    with attempt as (
      update notifications set attempts = attempts + 1
      where id = ${id} and organization_id = ${organizationId} and status = 'running'
        and not exists (select from organizations where id = ${organizationId} and rules_stopped)
      returning id, attempts
    )
    select n.id, n.kind, n.status, coalesce(attempt.attempts, n.attempts) as attempts, n.recipient, n.subject, n.body, n.created_at as "createdAt", ch.url, ch.secret,
           r.status as "ruleStatus", o.rules_stopped as "rulesStopped",
           jsonb_build_object('id', run.id, 'changeId', run.change_id) as run,
           jsonb_build_object('id', r.id, 'version', run.rule_version, 'name', v.definition ->> 'name') as rule,
           jsonb_build_object('id', c.id, 'externalId', c.external_id, 'name', c.name) as customer
    from notifications n
    join channels ch on ch.id = n.channel_id
    join rule_runs run on run.id = n.run_id
    join rules r on r.id = run.rule_id
    join rule_versions v on v.rule_id = run.rule_id and v.version = run.rule_version
    join customers c on c.id = n.customer_id
    join organizations o on o.id = n.organization_id
    left join attempt on attempt.id = n.id
    where n.id = ${id} and n.organization_id = ${organizationId}`;
  return row ?? null;
}

/** Gives one claimed notification back, to be claimed anew once its organization's rules are started again. */
export async function putBack(sql: Queryable, id: string): Promise<void> {
  await sql`update notifications set status = 'planned', temporal_workflow_id = null where id = ${id} and status = 'running'`;
}

/** Notes why an attempt failed that will be made again. */
export async function noteFailedAttempt(sql: Sql, id: string, error: string): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await tx`update notifications set error = ${error} where id = ${id} and status = 'running'`;
    await settleRun(tx, id);
  });
}

export type FinalStatus = "sent" | "failed" | "cancelled";

/** Records what became of a notification, its action and its run. A second call for the same one changes nothing. */
export async function finishDelivery(sql: Sql, id: string, status: FinalStatus, error: string | null): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const [row] = await tx<
      {
        organizationId: string;
        customerId: string;
        runId: string;
        ruleId: string;
        kind: string;
        recipient: unknown;
        subject: string;
      }[]
    >`
      update notifications n set status = ${status}, error = ${error}, sent_at = case when ${status} = 'sent' then now() end
      from rule_runs r where n.id = ${id} and r.id = n.run_id
        and (n.status in ('planned', 'running') or (n.status = 'cancelled' and ${status} = 'sent'))
      returning n.organization_id as "organizationId", n.customer_id as "customerId", n.run_id as "runId", r.rule_id as "ruleId",
                n.kind, n.recipient, n.subject`;
    if (!row) return;
    await settleRun(tx, id);
    const { organizationId, customerId, kind, recipient, subject, runId, ruleId } = row;
    const data = { notificationId: id, channel: kind, recipient, subject, status, error };
    await insertTimeline(tx, organizationId, [
      { id: newId(), customerId, kind: "notification", source: "rule", actor: { ruleId, runId }, data },
    ]);
  });
}

interface NotificationState {
  actionIndex: number;
  status: string;
  attempts: number;
  error: string | null;
}

/** Brings a run up to date with its notifications, under the run's lock: the last one to end ends the run. */
async function settleRun(tx: Transaction, notificationId: string): Promise<void> {
  const [run] = await tx<{ id: string; status: string; actions: Record<string, unknown>[] }[]>`
    select id, status, actions from rule_runs
    where id = (select run_id from notifications where id = ${notificationId}) for update`;
  // What was cancelled stays so, whatever an attempt that was under way came to.
  if (!run || run.status === "cancelled") return;
  const states = await tx<NotificationState[]>`
    select action_index as "actionIndex", status, attempts, error from notifications where run_id = ${run.id}`;
  const actions = run.actions.map((action, index) => {
    const own = states.filter((state) => state.actionIndex === index);
    return own.length === 0 ? action : { ...action, ...actionOf(own) };
  });
  const { status, reason } = runStatus(actions as unknown as ActionOutcome[]);
  const open = status === "planned";
  // A run that waits for another attempt says so.
  const shown = open
    ? states.some((state) => state.status === "running" && state.error !== null)
      ? "waiting"
      : "running"
    : status;
  await tx`
    update rule_runs set actions = ${tx.json(actions as never)}, status = ${shown}, reason = ${reason},
      finished_at = case when ${open} then null else now() end
    where id = ${run.id}`;
}

/** An action's outcome from its messages. */
function actionOf(states: NotificationState[]): Record<string, unknown> {
  const count = (status: string) => states.filter((state) => state.status === status).length;
  const attempts = states.reduce((most, state) => Math.max(most, state.attempts), 0);
  const error = states.find((state) => state.error !== null)?.error ?? null;
  const base = { attempts, error, sent: count("sent"), failed: count("failed") };
  if (count("planned") + count("running") > 0) return { ...base, status: error === null ? "running" : "waiting" };
  if (count("failed") > 0)
    return { ...base, status: count("sent") > 0 ? "partlyApplied" : "failed", reason: "delivery" };
  if (count("sent") > 0) return { ...base, error: null, status: "applied" };
  return { ...base, status: "skipped", reason: "inactive" };
}
