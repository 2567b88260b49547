import type { Transaction } from "../client.ts";
import type { CustomerRow } from "../customerRow.ts";
import type { UndoneRun } from "./undoneRuns.ts";

/** Stores slots that were put back, and notes it on the runs that had set them. */
export async function storePutBack(tx: Transaction, rows: CustomerRow[], runs: UndoneRun[]): Promise<void> {
  const slots = rows.map(({ id, workflowId, userIds, paymentMethodIds, assignments, version, facts }) => {
    return { id, workflowId, userIds, paymentMethodIds, assignments, version, facts };
  });
  await tx`
    update customers c set workflow_id = r."workflowId", user_ids = r."userIds", payment_method_ids = r."paymentMethodIds",
      assignments = r.assignments, version = r.version, facts = r.facts, updated_at = now()
    from jsonb_to_recordset(${tx.json(slots as never)}) as r(
      id uuid, "workflowId" uuid, "userIds" uuid[], "paymentMethodIds" uuid[], assignments jsonb, version int, facts jsonb)
    where c.id = r.id`;
  const undone = runs.flatMap(({ id, actions }) =>
    actions.flatMap(({ place, undoneNow }) => (undoneNow === true ? [{ id, place }] : [])),
  );
  await tx`
    update rule_runs r set undone_at = now(), actions = (
      select jsonb_agg(case when exists (select from jsonb_to_recordset(${tx.json(undone)}) as u(id uuid, place int)
                                         where u.id = r.id and u.place = listed.place - 1)
                            then action || '{"undone": true}' else action end order by listed.place)
      from jsonb_array_elements(r.actions) with ordinality as listed(action, place))
    where id = any(${runs.map(({ id }) => id)}::uuid[])`;
}
