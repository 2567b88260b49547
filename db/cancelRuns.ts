import type { Transaction } from "./client.ts";

/**
 * Cancels the runs of a rule or of customers that are held or wait for another attempt, with the messages that they still have
 * to send. An attempt that is under way at this moment ends as it ends; nothing is sent after it.
 */
export async function cancelWaitingRuns(
  tx: Transaction,
  of: { ruleId: string } | { customerIds: string[] },
  reason: "inactive" | "excluded",
): Promise<void> {
  const whose = "ruleId" in of ? tx`rule_id = ${of.ruleId}` : tx`customer_id = any(${of.customerIds}::uuid[])`;
  await tx`
    with cancelled as (
      update rule_runs r set status = 'cancelled', reason = ${reason}, finished_at = now(),
        actions = (
          select jsonb_agg(case when action ->> 'status' in ('held', 'planned', 'running', 'waiting')
                                then action || jsonb_build_object('status', 'cancelled', 'reason', ${reason}::text) else action end
                           order by place)
          from jsonb_array_elements(r.actions) with ordinality as listed(action, place))
      where ${whose} and status in ('held', 'waiting') returning id
    )
    update notifications set status = 'cancelled'
    where run_id in (select id from cancelled) and status in ('planned', 'held', 'running')`;
}
