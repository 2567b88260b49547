import type { Transaction } from "../client.ts";
import type { Fragment } from "../lists.ts";

/**
 * Holds back what these runs still have to send. A message whose digest is made already is taken out of it as it goes out; an
 * attempt that is under way ends as it ends.
 */
async function holdMessages(tx: Transaction, ids: string[]): Promise<void> {
  await tx`
    update notifications set status = 'held', temporal_workflow_id = null, send_at = null
    where run_id = any(${ids}::uuid[]) and (status in ('planned', 'running') or (status = 'gathering' and digest_id is null))`;
}

/** The run's actions with those that meet the condition on `action` held. */
function heldActions(tx: Transaction, condition: Fragment): Fragment {
  return tx`(
    select jsonb_agg(case when ${condition} then action || '{"status": "held", "reason": "paused"}' else action end order by place)
    from jsonb_array_elements(r.actions) with ordinality as listed(action, place))`;
}

/** Holds runs that were paused by hand: all that is left of them, until they are resumed. Their timers go on. */
export async function holdRuns(tx: Transaction, ids: string[]): Promise<void> {
  await holdMessages(tx, ids);
  await tx`delete from timers where run_id = any(${ids}::uuid[]) and kind = 'release'`;
  const open = tx`action ->> 'status' in ('planned', 'running', 'waiting', 'held')`;
  await tx`
    update rule_runs r set status = 'held', reason = 'paused', paused_at = now(), resumed_at = null, actions = ${heldActions(tx, open)}
    where id = any(${ids}::uuid[])`;
}

/** Holds what runs of a rule that was paused still have to send. What waits for a timer waits on, and is held when it is due. */
export async function holdRunsOfRule(tx: Transaction, organizationId: string, ruleId: string): Promise<void> {
  const sending = await tx<{ id: string }[]>`
    select distinct r.id from notifications n join rule_runs r on r.id = n.run_id
    where n.organization_id = ${organizationId} and n.status in ('planned', 'running', 'gathering') and r.rule_id = ${ruleId}`;
  const ids = sending.map(({ id }) => id);
  if (ids.length === 0) return;
  await holdMessages(tx, ids);
  const message = tx`
    action ->> 'type' = 'sendNotification' and action ->> 'status' in ('planned', 'running', 'waiting')
    and action ->> 'reason' is distinct from 'wait'`;
  await tx`
    update rule_runs r set status = 'held', reason = 'paused', actions = ${heldActions(tx, message)}
    where id = any(${ids}::uuid[]) and status in ('planned', 'running', 'waiting', 'held')`;
}
