import { cancelWaitingRuns } from "../cancelRuns.ts";
import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import { insertChanges } from "../writes/recordChanges.ts";
import { insertTimeline } from "../writes/timelineEntries.ts";
import type { JudgedChange, NewRun } from "./judgeChange.ts";
import type { PlannedNotification } from "./planNotifications.ts";
import type { EvaluationTarget } from "./readBatch.ts";
import type { TrackedValues } from "./types.ts";

/**
 * Writes a batch: evaluations, runs, notifications, slots, raised changes, timeline, previous values, and takes the changes off
 * the queue, each in one statement. All of it commits or nothing does.
 */
export async function recordBatch(
  tx: Transaction,
  target: EvaluationTarget,
  judged: JudgedChange[],
  moved: CustomerRow[],
  tracked: TrackedValues[],
): Promise<void> {
  const { organizationId } = target;
  // Sent without waiting in between: the connection runs them in this order.
  await Promise.all([
    insertRuns(
      tx,
      target,
      judged.flatMap((change) => change.runs),
    ),
    insertEvaluations(tx, organizationId, judged),
    insertNotifications(
      tx,
      organizationId,
      judged.flatMap((change) => change.notifications),
    ),
    storeSlots(tx, moved),
    insertChanges(
      tx,
      organizationId,
      judged.flatMap((change) => change.raised ?? []),
    ),
    insertTimeline(
      tx,
      organizationId,
      judged.flatMap((change) => change.timeline),
    ),
    storeTracking(tx, organizationId, tracked),
    tx`delete from change_queue where change_id = any(${judged.map((change) => change.changeId)}::uuid[])`,
  ]);
}

async function insertEvaluations(tx: Transaction, organizationId: string, judged: JudgedChange[]): Promise<void> {
  const rows = judged.map(({ changeId, customerId, outcome, codes, details, error }) => ({
    changeId,
    customerId,
    outcome,
    codes,
    details,
    error,
  }));
  await tx`
    insert into evaluations (change_id, organization_id, customer_id, outcome, codes, details, error)
    select "changeId", ${organizationId}, "customerId", outcome, codes, details, error
    from jsonb_to_recordset(${tx.json(rows as never)}) as r(
      "changeId" uuid, "customerId" uuid, outcome text, codes text, details jsonb, error text)`;
}

async function insertRuns(tx: Transaction, target: EvaluationTarget, runs: NewRun[]): Promise<void> {
  if (runs.length === 0) return;
  const { organizationId, execution } = target;
  await tx`
    insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, cause, status, reason, actions,
                           temporal_workflow_id, temporal_run_id, finished_at)
    select id, ${organizationId}, "ruleId", "ruleVersion", "customerId", "changeId", "rootId", cause, status, reason, actions,
           ${execution?.workflowId ?? null}, ${execution?.runId ?? null},
           case when status in ('planned', 'held') then null else now() end
    from jsonb_to_recordset(${tx.json(runs as never)}) as r(
      id uuid, "ruleId" uuid, "ruleVersion" int, "customerId" uuid, "changeId" uuid, "rootId" uuid, cause jsonb, status text,
      reason text, actions jsonb)`;
}

async function insertNotifications(
  tx: Transaction,
  organizationId: string,
  notifications: PlannedNotification[],
): Promise<void> {
  if (notifications.length === 0) return;
  await tx`
    insert into notifications (id, organization_id, run_id, action_index, channel_id, kind, customer_id, recipient, user_id, subject, body)
    select id, ${organizationId}, "runId", "actionIndex", "channelId", kind, "customerId", recipient, "userId", subject, body
    from jsonb_to_recordset(${tx.json(notifications as never)}) as r(
      id uuid, "runId" uuid, "actionIndex" int, "channelId" uuid, kind text, "customerId" uuid, recipient jsonb, "userId" uuid,
      subject text, body text)`;
}

/** Stores what effects move: slots, their owners, version and facts; the rest of the row stays as its writers left it. */
async function storeSlots(tx: Transaction, rows: CustomerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const slots = rows.map(({ id, workflowId, userIds, paymentMethodIds, assignments, excludedAt, version, facts }) => ({
    id,
    workflowId,
    excludedAt,
    userIds,
    paymentMethodIds,
    assignments,
    version,
    facts,
  }));
  await tx`
    update customers c set workflow_id = r."workflowId", user_ids = r."userIds", payment_method_ids = r."paymentMethodIds",
      assignments = r.assignments, excluded_at = r."excludedAt", version = r.version, facts = r.facts, updated_at = now()
    from jsonb_to_recordset(${tx.json(slots as never)}) as r(
      id uuid, "workflowId" uuid, "userIds" uuid[], "paymentMethodIds" uuid[], assignments jsonb, "excludedAt" timestamptz, version int, facts jsonb)
    where c.id = r.id`;
  const customerIds = rows.flatMap((row) => (row.excludedAt === null ? [] : [row.id]));
  if (customerIds.length > 0) await cancelWaitingRuns(tx, { customerIds }, "excluded");
}

async function storeTracking(tx: Transaction, organizationId: string, tracked: TrackedValues[]): Promise<void> {
  await tx`
    insert into customer_tracking (customer_id, organization_id, version, outstanding, average_payment_delay, rating)
    select "customerId", ${organizationId}, version, outstanding, "averagePaymentDelay", rating
    from jsonb_to_recordset(${tx.json(tracked as never)}) as r(
      "customerId" uuid, version int, outstanding bigint, "averagePaymentDelay" numeric, rating char(1))
    on conflict (customer_id) do update set version = excluded.version, outstanding = excluded.outstanding,
      average_payment_delay = excluded.average_payment_delay, rating = excluded.rating, updated_at = now()`;
}
