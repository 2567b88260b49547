import type { Transaction } from "../client.ts";
import type { ControlledRun } from "./types.ts";

/**
 * Locks runs and reads what moves ask of them, in the order of their ids; runs of another organization are left out. Their
 * messages are locked before, as by those who send them.
 */
export async function lockControlled(tx: Transaction, organizationId: string, ids: string[]): Promise<ControlledRun[]> {
  if (ids.length === 0) return [];
  await tx`
    select id from notifications
    where organization_id = ${organizationId} and run_id = any(${ids}::uuid[]) and status not in ('sent', 'cancelled')
    order by id for update`;
  await tx`
    select id from rule_runs where organization_id = ${organizationId} and id = any(${ids}::uuid[]) order by id for update`;
  return tx<ControlledRun[]>`
    select r.id, r.rule_id as "ruleId", rule.name as "ruleName", r.customer_id as "customerId", r.status,
           rule.status as "ruleStatus", r.paused_at is not null as "isPaused", r.resumed_at is not null as "wasResumed",
           r.retried_at is not null as "wasRetried", c.excluded_at is not null as excluded,
           r.actions @> '[{"status": "failed"}]'
             or exists (select from notifications n where n.run_id = r.id and n.status = 'failed') as "hasFailed"
    from rule_runs r join rules rule on rule.id = r.rule_id join customers c on c.id = r.customer_id
    where r.organization_id = ${organizationId} and r.id = any(${ids}::uuid[]) order by r.id`;
}
