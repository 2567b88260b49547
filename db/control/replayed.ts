import type { Facts, Source } from "../../rules/facts.ts";
import type { Rule } from "../../rules/schema.ts";
import type { Transaction } from "../client.ts";
import { isUuid } from "../uuid.ts";
import type { CauseStep } from "../writes/recordChanges.ts";

/** A run to be replayed, with its change and how its rule stands. */
export interface ReplayedRun {
  id: string;
  /** What the rule acted on; of a replay, what the run that it repeats did. */
  kind: "change" | "exit" | "backfill";
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  rule: { version: number; status: "draft" | "active" | "inactive" | "paused" | "deleted" };
  customerId: string;
  rootId: string;
  cause: CauseStep[];
  backfillId: string | null;
  change: {
    id: string;
    version: number;
    kind: "created" | "updated";
    source: Source;
    rulesetNumber: number;
    before: Facts | null;
    after: Facts;
  };
}

/** The run to replay: a replay of a replay repeats the run that both repeat, while that is kept. Null when there is none. */
export async function loadReplayed(
  tx: Transaction,
  organizationId: string,
  runId: string,
): Promise<ReplayedRun | null> {
  if (!isUuid(runId)) return null;
  const [row] = await tx<ReplayedRun[]>`
    select r.id, case when r.kind = 'replay' then 'change' else r.kind end as kind, r.rule_id as "ruleId", rule.name as "ruleName", r.rule_version as "ruleVersion",
           jsonb_build_object('version', rule.version, 'status', rule.status) as rule, r.customer_id as "customerId",
           r.root_id as "rootId", r.cause, r.backfill_id as "backfillId",
           jsonb_build_object('id', c.id, 'version', c.version, 'kind', c.kind, 'source', c.source, 'rulesetNumber', c.ruleset_number,
                              'before', c.before, 'after', c.after) as change
    from rule_runs asked
    left join rule_runs original on original.id = asked.replay_of
    join rule_runs r on r.id = coalesce(original.id, asked.id)
    join rules rule on rule.id = r.rule_id
    join changes c on c.id = r.change_id
    where asked.id = ${runId} and asked.organization_id = ${organizationId}`;
  return row ?? null;
}

/** The rule with the actions that the run carries out. */
export function actedRule(rule: Rule, kind: ReplayedRun["kind"]): Rule {
  return kind === "exit" ? { ...rule, actions: rule.exitActions ?? [] } : rule;
}
