import type { Transaction } from "../client.ts";
import { setRuleStatus } from "../rules.ts";
import { goOnWith } from "./goOn.ts";
import { holdRunsOfRule } from "./hold.ts";

/**
 * Pauses an active rule: it is judged as before, and what it would do is held. Its messages that were not sent are held too. Call
 * it under the exclusive ruleset lock, so that no evaluation that saw it active is still to commit.
 */
export async function pauseRule(tx: Transaction, organizationId: string, ruleId: string): Promise<void> {
  await setRuleStatus(tx, ruleId, "paused");
  await holdRunsOfRule(tx, organizationId, ruleId);
}

/**
 * Resumes a paused rule and lets its held runs go on, except those that were paused by hand. Answers the shards to wake. Call it
 * under the exclusive ruleset lock.
 */
export async function resumeRule(tx: Transaction, organizationId: string, ruleId: string): Promise<number[]> {
  await setRuleStatus(tx, ruleId, "active");
  // Whoever resumes it after its circuit breaker tripped gives it another hour's worth.
  await tx`delete from rule_hours where rule_id = ${ruleId}`;
  // Messages before their runs, as by those who send them.
  await tx`
    select n.id from notifications n join rule_runs r on r.id = n.run_id
    where r.organization_id = ${organizationId} and r.rule_id = ${ruleId} and r.status = 'held' and n.status = 'held'
    order by n.id for update of n`;
  const held = await tx<{ id: string }[]>`
    select id from rule_runs
    where organization_id = ${organizationId} and rule_id = ${ruleId} and status = 'held' and paused_at is null
    order by id for update`;
  return goOnWith(
    tx,
    organizationId,
    held.map(({ id }) => id),
  );
}
