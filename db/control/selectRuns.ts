import type { Queryable } from "../client.ts";
import { allOf } from "../lists.ts";
import { isUuid } from "../uuid.ts";

/** Runs to control: named one by one, or those that all the rest says. */
export interface RunSelection {
  runIds?: string[] | undefined;
  ruleId?: string | undefined;
  customerId?: string | undefined;
  changeId?: string | undefined;
  backfillId?: string | undefined;
  /** Only those that an action of this kind finds something to do for. */
  concernedBy?: "undo" | "retry" | "replay" | undefined;
  statuses?: readonly string[] | undefined;
  /** Only runs after this one: where a request before stopped. */
  after?: string | undefined;
  /** ISO instant. */
  since?: string | undefined;
}

/** The ids of the runs selected, oldest first, at most `most`; `next` is where to go on if there are more. */
export async function selectRuns(
  sql: Queryable,
  organizationId: string,
  selection: RunSelection,
  most: number,
): Promise<{ ids: string[]; next: string | null }> {
  const { runIds, ruleId, customerId, changeId, backfillId, statuses, since } = selection;
  const uuid = (text: string) => (isUuid(text) ? text : null);
  const rows = await sql<{ id: string }[]>`
    select id from rule_runs t where ${allOf(sql, [
      sql`t.organization_id = ${organizationId}`,
      ...(runIds === undefined ? [] : [sql`t.id = any(${runIds.filter(isUuid)}::uuid[])`]),
      ...(ruleId === undefined ? [] : [sql`t.rule_id = ${uuid(ruleId)}`]),
      ...(customerId === undefined ? [] : [sql`t.customer_id = ${uuid(customerId)}`]),
      ...(changeId === undefined ? [] : [sql`t.change_id = ${uuid(changeId)}`]),
      ...(backfillId === undefined ? [] : [sql`t.backfill_id = ${uuid(backfillId)}`]),
      ...(statuses === undefined ? [] : [sql`t.status = any(${[...statuses]}::text[])`]),
      ...(selection.concernedBy === "undo"
        ? [sql`t.undone_at is null and t.actions @> '[{"status": "applied"}]'`]
        : []),
      ...(selection.concernedBy === "retry" ? [hasFailed(sql)] : []),
      // What repeats a run is no run to repeat, or what a request has made would be found by the next part of it.
      ...(selection.concernedBy === "replay" ? [sql`t.replay_of is null`] : []),
      ...(selection.after === undefined ? [] : [sql`t.id > ${uuid(selection.after)}`]),
      ...(since === undefined ? [] : [sql`t.created_at >= ${since}`]),
    ])}
    order by t.id limit ${most + 1}`;
  const ids = rows.map(({ id }) => id);
  return { ids: ids.slice(0, most), next: ids.length > most ? ids[most - 1]! : null };
}

const hasFailed = (sql: Queryable) => sql`
  t.actions @> '[{"status": "failed"}]' or exists (select from notifications n where n.run_id = t.id and n.status = 'failed')`;
