import type { Sql } from "../../../db/client.ts";

/** What evaluation left of an organization, without ids and times, so that two organizations can be compared. */
export interface Outcome {
  /** Per change, by customer and version: who wrote it, and what the rules said of it. */
  changes: {
    customer: string;
    version: number;
    source: string;
    codes: string;
    outcome: string;
    error: string | null;
  }[];
  /** Per run, by customer, version and rule. */
  runs: { customer: string; version: number; rule: string; status: string; reason: string | null; actions: string[] }[];
  customers: { customer: string; workflow: string | null; users: string[]; version: number }[];
}

export async function readOutcome(sql: Sql, organizationId: string): Promise<Outcome> {
  const changes = await sql<Outcome["changes"]>`
    select u.external_id as customer, c.version, c.source, e.codes, e.outcome, e.error
    from changes c join customers u on u.id = c.customer_id left join evaluations e on e.change_id = c.id
    where c.organization_id = ${organizationId} order by u.external_id, c.version`;
  const runs = await sql<(Omit<Outcome["runs"][number], "actions"> & { actions: { status: string }[] })[]>`
    select u.external_id as customer, c.version, r.name as rule, x.status, x.reason, x.actions
    from rule_runs x join customers u on u.id = x.customer_id join changes c on c.id = x.change_id join rules r on r.id = x.rule_id
    where x.organization_id = ${organizationId} order by u.external_id, c.version, r.position`;
  const customers = await sql<Outcome["customers"]>`
    select u.external_id as customer, w.name as workflow, u.version,
           (select coalesce(jsonb_agg(p.email order by a.place), '[]')
            from unnest(u.user_ids) with ordinality as a(id, place) join users p on p.id = a.id) as users
    from customers u left join collection_workflows w on w.id = u.workflow_id
    where u.organization_id = ${organizationId} order by u.external_id`;
  return {
    changes: [...changes],
    runs: runs.map((run) => ({ ...run, actions: run.actions.map((action) => action.status) })),
    customers: [...customers],
  };
}
