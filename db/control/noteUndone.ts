import type { Transaction } from "../client.ts";
import type { UndoneRun } from "./undoneRuns.ts";

/** Notes on runs that slots they had set were put back. */
export async function noteUndone(tx: Transaction, runs: UndoneRun[]): Promise<void> {
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
