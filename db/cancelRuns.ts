import type { Transaction } from "./client.ts";
import { excludedBySame } from "./digests.ts";
import type { Fragment } from "./lists.ts";

/**
 * Cancels the runs of a rule or of customers that are held, wait for a timer or for another attempt, with the messages that they
 * still have to send, and what else waits of them. An attempt that is under way at this moment ends as it ends; nothing is sent
 * after it, but for the messages of the very change that excludes: they go out, at once or in their digest. A rule that no longer acts forgets for whom it has fired.
 */
export async function cancelWaitingRuns(
  tx: Transaction,
  of: { ruleId: string } | { customerIds: string[] },
  reason: "inactive" | "excluded",
): Promise<void> {
  const whose = "ruleId" in of ? tx`rule_id = ${of.ruleId}` : tx`customer_id = any(${of.customerIds}::uuid[])`;
  await cancelRuns(
    tx,
    // As a union, for an `or` would read every run that the rule ever had.
    tx`id in (select id from rule_runs where ${whose} and status in ('held', 'waiting')
              union select run_id from timers where ${whose} and run_id is not null)
       and not (${reason} = 'excluded' and (reason is null or reason = 'digest') and ${excludedBySame(tx, "r")})`,
    reason,
  );
  // Of a run that is left to its messages, what was to follow a wait: its timer ends below.
  await tx`
    update rule_runs r set actions = ${cancelledActions(tx, tx`action ->> 'status' = 'waiting' and action ->> 'reason' = 'wait'`, reason)}
    where id in (select run_id from timers where ${whose} and run_id is not null) and status in ('planned', 'running', 'waiting')`;
  // A rule that has not fired yet has no run that could say so: the evaluation of the change that crossed its line does. Several
  // rules may wait for the same change.
  await tx`
    with ended as (delete from timers where ${whose} returning kind, change_id, place)
    update evaluations e
    set details = coalesce(e.details, '{}') || (
      select jsonb_object_agg(t.place::text, coalesce(e.details -> t.place::text, '{}') || jsonb_build_object('cancelled', ${reason}::text))
      from ended t where t.kind = 'forDays' and t.change_id = e.change_id)
    where e.change_id in (select change_id from ended where kind = 'forDays')`;
  await tx`delete from rule_states where ${whose}`;
}

/** Cancels the runs that a condition on `rule_runs` names, which must name open ones only; their timers are the caller's. */
export async function cancelRuns(tx: Transaction, which: ReturnType<Transaction>, reason: string): Promise<void> {
  // Messages before their runs, as by those who send them.
  await tx`
    select id from notifications
    where run_id in (select id from rule_runs r where ${which}) and status in ('planned', 'held', 'running', 'gathering')
    order by id for update`;
  await tx`
    with cancelled as (
      update rule_runs r set status = 'cancelled', reason = ${reason}, finished_at = now(),
        actions = ${cancelledActions(tx, tx`action ->> 'status' in ('held', 'planned', 'running', 'waiting')`, reason)}
      where ${which} returning id
    )
    update notifications set status = 'cancelled'
    where run_id in (select id from cancelled) and status in ('planned', 'held', 'running', 'gathering')`;
}

/** The actions of the run `r` with those that meet the condition on `action` cancelled. */
function cancelledActions(tx: Transaction, condition: Fragment, reason: string): Fragment {
  return tx`(
    select jsonb_agg(case when ${condition} then action || jsonb_build_object('status', 'cancelled', 'reason', ${reason}::text)
                          else action end order by place)
    from jsonb_array_elements(r.actions) with ordinality as listed(action, place))`;
}
