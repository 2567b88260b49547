import { RULES_FORMAT } from "../rules/format.ts";
import type { Rule } from "../rules/schema.ts";
import type { Queryable, Transaction } from "./client.ts";

/** One rule of a ruleset, as it stood when the ruleset was published. */
export interface RulesetEntry {
  ruleId: string;
  version: number;
  name: string;
  rule: Rule;
}

/** Waits until no one is moving the organization's ruleset and keeps it still until the transaction ends. Sent at once. */
export async function lockRulesetShared(tx: Transaction, organizationId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(hashtextextended('ruleset:' || ${organizationId}, 0))`.execute();
}

/** Waits for every write that read the organization's ruleset number, then holds back new ones until the transaction ends. */
export async function lockRulesetExclusive(tx: Transaction, organizationId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('ruleset:' || ${organizationId}, 0))`;
}

/**
 * Puts the rules that are now active or paused, in list order, in force as the organization's next ruleset.
 * Call it under {@link lockRulesetExclusive}, after the rules were changed. Returns the new number.
 */
export async function publishRuleset(tx: Transaction, organizationId: string): Promise<number> {
  const [row] = await tx<{ number: number }[]>`
    update organizations set ruleset_number = ruleset_number + 1 where id = ${organizationId}
    returning ruleset_number as number`;
  if (row === undefined) throw new Error(`No organization ${organizationId}`);
  await tx`
    insert into rulesets (organization_id, number, format, rules)
    select ${organizationId}, ${row.number}, ${RULES_FORMAT}::integer,
           coalesce(jsonb_agg(jsonb_build_object('ruleId', id, 'version', version) order by position, id), '[]')
    from rules where organization_id = ${organizationId} and status in ('active', 'paused')`;
  return row.number;
}

/**
 * A newer build published this ruleset. The code marks it as nothing that the changes are to blame for: they wait for a worker
 * that can read it.
 */
export class RulesetTooNew extends Error {
  override name = "RulesetTooNew";
  readonly code = "RULESET_TOO_NEW";

  constructor(number: number, format: number) {
    super(`Ruleset ${number} has format ${format}; this build reads up to ${RULES_FORMAT}`);
  }
}

/**
 * The rules of one ruleset in list order; number 0 is the empty one. Throws when the number was never published, and
 * {@link RulesetTooNew} where a newer build published it.
 */
export async function loadRuleset(sql: Queryable, organizationId: string, number: number): Promise<RulesetEntry[]> {
  if (number === 0) return [];
  const [ruleset] = await sql<{ format: number; entries: RulesetEntry[] }[]>`
    select s.format, coalesce(
             jsonb_agg(jsonb_build_object('ruleId', v.rule_id, 'version', v.version, 'name', v.definition ->> 'name',
                                          'rule', v.definition) order by listed.place)
               filter (where v.rule_id is not null), '[]') as entries
    from rulesets s
    left join lateral jsonb_array_elements(s.rules) with ordinality as listed(entry, place) on true
    left join rule_versions v
      on v.rule_id = (listed.entry ->> 'ruleId')::uuid and v.version = (listed.entry ->> 'version')::integer
    where s.organization_id = ${organizationId} and s.number = ${number}
    group by s.organization_id, s.number`;
  if (ruleset === undefined) throw new Error(`Organization ${organizationId} has no ruleset ${number}`);
  if (ruleset.format > RULES_FORMAT) throw new RulesetTooNew(number, ruleset.format);
  return ruleset.entries;
}
