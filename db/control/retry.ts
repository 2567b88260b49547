import type { Transaction } from "../client.ts";

/**
 * Makes what failed of ended runs held again, to go on from there: messages under their keys, other actions by the tracker. A
 * wait that failed was over and is not waited for again.
 */
export async function reopenFailed(tx: Transaction, ids: string[]): Promise<void> {
  await tx`
    update notifications set status = 'held', temporal_workflow_id = null, send_at = null, digest_id = null
    where run_id = any(${ids}::uuid[]) and status = 'failed'`;
  await tx`
    update rule_runs r set status = 'held', reason = 'paused', retried_at = now(), finished_at = null, actions = (
      select jsonb_agg(
        case when not failed then action
             when action ->> 'type' = 'wait' then (action - 'error' - 'reason') || '{"status": "applied"}'
             else (action - 'error') || '{"status": "held", "reason": "paused"}' end order by place)
      from (
        select action, place, action ->> 'status' = 'failed' or exists (
          select from notifications n where n.run_id = r.id and n.action_index = place - 1 and n.status = 'held') as failed
        from jsonb_array_elements(r.actions) with ordinality as listed(action, place)) marked)
    where id = any(${ids}::uuid[])`;
}
