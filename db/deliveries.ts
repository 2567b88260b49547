import { type ActionOutcome, runStatus } from "../rules/runStatus.ts";
import type { Queryable, Sql, Transaction } from "./client.ts";
import type { RuleStatus } from "./rules.ts";
import { inTransaction } from "./transaction.ts";
import { newId } from "./uuid.ts";
import { insertTimeline } from "./writes/timelineEntries.ts";

/** A notification as it is about to be sent. */
export interface Delivery {
  id: string;
  channelId: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  status: string;
  /** Whether the workflow that asks has claimed it. */
  isOurs: boolean;
  /** With the one that begins now. */
  attempts: number;
  recipient: { userId?: string; email: string };
  subject: string;
  body: string;
  createdAt: string;
  url: string | null;
  secret: string | null;
  /** The organization's switch: nothing is sent until its rules are started again. */
  rulesStopped: boolean;
  /** What it tells of; null for a digest, which tells of many. */
  about: DeliveryOrigin | null;
}

/** Where a message comes from. */
export interface DeliveryOrigin {
  run: { id: string; changeId: string };
  rule: { id: string; version: number; name: string };
  ruleStatus: RuleStatus;
  customer: { id: string; externalId: string | null; name: string | null };
}

/** Counts an attempt and reads what it sends; null when there is no such notification. */
export async function beginDelivery(
  sql: Queryable,
  organizationId: string,
  id: string,
  temporalWorkflowId?: string,
): Promise<Delivery | null> {
  // One that was held in between and claimed anew is the other workflow's to attempt.
  const ours =
    temporalWorkflowId === undefined ? sql`true` : sql`coalesce(n.temporal_workflow_id = ${temporalWorkflowId}, false)`;
  const [row] = await sql<Delivery[]>`
    with attempt as (
      update notifications n set attempts = attempts + 1, send_at = null
      where id = ${id} and organization_id = ${organizationId} and status = 'running' and ${ours}
        and not exists (select from organizations where id = ${organizationId} and rules_stopped)
      returning id, attempts
    )
    select n.id, n.channel_id as "channelId", n.kind, n.status, ${ours} as "isOurs", coalesce(attempt.attempts, n.attempts) as attempts, n.recipient,
           n.subject, n.body, n.created_at as "createdAt", ch.url, ch.secret, o.rules_stopped as "rulesStopped",
           case when run.id is not null then jsonb_build_object(
             'run', jsonb_build_object('id', run.id, 'changeId', run.change_id),
             'rule', jsonb_build_object('id', r.id, 'version', run.rule_version, 'name', v.definition ->> 'name'),
             'ruleStatus', r.status,
             'customer', jsonb_build_object('id', c.id, 'externalId', c.external_id, 'name', c.name)) end as about
    from notifications n
    join channels ch on ch.id = n.channel_id
    join organizations o on o.id = n.organization_id
    left join rule_runs run on run.id = n.run_id
    left join rules r on r.id = run.rule_id
    left join rule_versions v on v.rule_id = run.rule_id and v.version = run.rule_version
    left join customers c on c.id = n.customer_id
    left join attempt on attempt.id = n.id
    where n.id = ${id} and n.organization_id = ${organizationId}`;
  return row ?? null;
}

/** Notes why an attempt failed that will be made again; a digest's attempt is one of each message that it carries. */
export async function noteFailedAttempt(sql: Sql, id: string, error: string): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const noted = await tx<{ runId: string | null }[]>`
      update notifications set error = ${error} where id = ${id} and status = 'running' returning run_id as "runId"`;
    await tx`
      update notifications n set error = ${error}, attempts = digest.attempts from notifications digest
      where digest.id = ${id} and n.digest_id = digest.id and n.status = 'gathering'`;
    await settleRuns(
      tx,
      noted.flatMap(({ runId }) => runId ?? []),
    );
  });
}

export type FinalStatus = "sent" | "failed" | "cancelled";

/** Messages of a digest that are recorded in one transaction. */
const AT_ONCE = 500;

/**
 * Records what became of a notification, its action and its run, and of all that a digest carried; the digest itself last, so that
 * whoever dies in between is followed by somebody. A second call for the same one changes nothing.
 */
export async function finishDelivery(sql: Sql, id: string, status: FinalStatus, error: string | null): Promise<void> {
  for (let rest = AT_ONCE; rest === AT_ONCE; ) {
    const carried = await sql<{ id: string }[]>`
      select id from notifications where digest_id = ${id} and status = 'gathering' order by id limit ${AT_ONCE}`;
    const ids = carried.map((row) => row.id);
    if (ids.length > 0) await inTransaction(sql, (tx) => finish(tx, ids, status, error));
    rest = ids.length;
  }
  await inTransaction(sql, (tx) => finish(tx, [id], status, error));
}

interface Finished {
  id: string;
  organizationId: string;
  customerId: string | null;
  runId: string | null;
  ruleId: string | null;
  ruleName: string | null;
  kind: string;
  recipient: unknown;
  subject: string;
}

/** Records what became of these notifications, their actions and runs. */
export async function finish(tx: Transaction, ids: string[], status: FinalStatus, error: string | null): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx<Finished[]>`
    with finished as (
      update notifications n set status = ${status}, error = ${error}, sent_at = case when ${status} = 'sent' then now() end,
        attempts = coalesce((select digest.attempts from notifications digest where digest.id = n.digest_id), n.attempts)
      where n.id = any(${ids}::uuid[])
        and (n.status in ('gathering', 'planned', 'running', 'held') or (n.status = 'cancelled' and ${status} = 'sent'))
      returning n.*
    )
    select n.id, n.organization_id as "organizationId", n.customer_id as "customerId", n.run_id as "runId", r.rule_id as "ruleId",
           v.definition ->> 'name' as "ruleName", n.kind, n.recipient, n.subject
    from finished n
    left join rule_runs r on r.id = n.run_id
    left join rule_versions v on v.rule_id = r.rule_id and v.version = r.rule_version
    order by n.id`;
  await settleRuns(
    tx,
    rows.flatMap(({ runId }) => runId ?? []),
  );
  const [first] = rows;
  if (!first) return;
  await insertTimeline(
    tx,
    first.organizationId,
    rows.flatMap(({ id, customerId, runId, ruleId, ruleName, kind, recipient, subject }) => {
      if (customerId === null || runId === null || ruleId === null) return [];
      const data = { notificationId: id, channel: kind, recipient, subject, status, error };
      return [
        {
          id: newId(),
          customerId,
          kind: "notification",
          source: "rule" as const,
          actor: { ruleId, ruleName, runId },
          data,
        },
      ];
    }),
  );
}

interface NotificationState {
  runId: string;
  actionIndex: number;
  status: string;
  attempts: number;
  error: string | null;
  /** The instant of this look. */
  at: string;
}

interface OpenRun {
  id: string;
  status: string;
  actions: Record<string, unknown>[];
}

/**
 * Brings runs up to date with their notifications, under the runs' locks: the last one to end ends the run. `unsent` says why where
 * all messages of an action were cancelled.
 */
export async function settleRuns(tx: Transaction, ids: string[], unsent = "inactive"): Promise<void> {
  if (ids.length === 0) return;
  const runs = await tx<OpenRun[]>`
    select id, status, actions from rule_runs where id = any(${ids}::uuid[]) order by id for update`;
  const states = await tx<NotificationState[]>`
    select run_id as "runId", action_index as "actionIndex", status, attempts, error, now() as at from notifications
    where run_id = any(${ids}::uuid[])`;
  // What was cancelled stays so, whatever an attempt that was under way came to.
  const settled = runs
    .filter(({ status }) => status !== "cancelled")
    .map((run) =>
      settle(
        run,
        states.filter(({ runId }) => runId === run.id),
        unsent,
      ),
    );
  await tx`
    update rule_runs run set actions = s.actions, status = s.status, reason = s.reason,
      finished_at = case when s.open then null else now() end
    from jsonb_to_recordset(${tx.json(settled as never)}) as s(id uuid, actions jsonb, status text, reason text, open boolean)
    where run.id = s.id`;
}

function settle(run: OpenRun, states: NotificationState[], unsent: string) {
  const actions = run.actions.map((action, index) => {
    const own = states.filter((state) => state.actionIndex === index);
    if (own.length === 0) return action;
    // While it was gathered, that was its reason.
    const { reason: _, ...rest } = action;
    const outcome = actionOf(own, unsent);
    return { ...rest, ...outcome, ...(outcome.status === rest.status ? {} : { at: own[0]?.at }) };
  });
  const { status, reason } = runStatus(actions as unknown as ActionOutcome[]);
  // A run that waits for another attempt says so.
  const retries = states.some((state) => state.status === "running" && state.error !== null);
  const shown = status === "planned" ? (retries ? "waiting" : "running") : status;
  return { id: run.id, actions, status: shown, reason, open: ["planned", "waiting", "held"].includes(status) };
}

/** An action's outcome from its messages. */
function actionOf(states: NotificationState[], unsent: string): Record<string, unknown> {
  const count = (status: string) => states.filter((state) => state.status === status).length;
  const attempts = states.reduce((most, state) => Math.max(most, state.attempts), 0);
  const error = states.find((state) => state.error !== null)?.error ?? null;
  const base = { attempts, error, sent: count("sent"), failed: count("failed") };
  if (count("planned") + count("running") > 0) return { ...base, status: error === null ? "running" : "waiting" };
  if (count("held") > 0) return { ...base, status: "held", reason: "paused" };
  if (count("gathering") > 0) return { ...base, status: "waiting", reason: "digest" };
  if (count("failed") > 0)
    return { ...base, status: count("sent") > 0 ? "partlyApplied" : "failed", reason: "delivery" };
  if (count("sent") > 0) return { ...base, error: null, status: "applied" };
  return { ...base, status: "skipped", reason: unsent };
}
