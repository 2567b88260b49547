import { type ActionOutcome, runStatus } from "../../rules/runStatus.ts";
import type { Transaction } from "../client.ts";
import { releaseRuns } from "../timers.ts";

interface HeldRun {
  id: string;
  actions: Record<string, unknown>[];
  /** Indexes of the actions whose messages go out again, and of those whose messages are gathered. */
  planned: number[];
  gathering: number[];
  /** Whether its wait is not over. */
  waits: boolean;
}

/**
 * Lets held runs whose rule acts go on: their messages are planned again under their keys, a wait that is not over goes on, and
 * the tracker carries out the rest. Call it under the runs' locks. Answers the shards to wake.
 */
export async function goOnWith(tx: Transaction, organizationId: string, ids: string[]): Promise<number[]> {
  if (ids.length === 0) return [];
  await tx`
    update notifications set digest_id = null, status = case when digest is null then 'planned' else 'gathering' end
    where run_id = any(${ids}::uuid[]) and status = 'held'`;
  const runs = await tx<HeldRun[]>`
    select r.id, r.actions,
           coalesce(array_agg(distinct n.action_index) filter (where n.status in ('planned', 'running')), '{}') as planned,
           coalesce(array_agg(distinct n.action_index) filter (where n.status = 'gathering'), '{}') as gathering,
           exists (select from timers t where t.run_id = r.id and t.kind = 'wait') as waits
    from rule_runs r left join notifications n on n.run_id = r.id and n.status in ('planned', 'running', 'gathering')
    where r.id = any(${ids}::uuid[]) group by r.id
    having count(n.id) > 0 or exists (select from timers t where t.run_id = r.id and t.kind = 'wait')`;
  const moved = runs.flatMap((run) => goOn(run) ?? []);
  await tx`
    update rule_runs r set actions = m.actions, status = m.status, reason = m.reason, finished_at = null
    from jsonb_to_recordset(${tx.json(moved as never)}) as m(id uuid, actions jsonb, status text, reason text)
    where r.id = m.id`;
  return releaseRuns(tx, organizationId, ids);
}

/** The run with its messages on their way and its wait going on; null where all of it is the tracker's to carry out. */
function goOn({ id, actions, planned, gathering, waits }: HeldRun) {
  if (planned.length === 0 && gathering.length === 0 && !waits) return null;
  const wait = waits ? actions.findIndex(({ type, status }) => type === "wait" && status !== "applied") : -1;
  const moved = actions.map((action, index) => {
    if (action.status !== "held") return action;
    const { reason: _, ...rest } = action;
    if (planned.includes(index)) return { ...rest, status: "planned" };
    if (gathering.includes(index)) return { ...rest, status: "waiting", reason: "digest" };
    return wait >= 0 && index >= wait ? { ...rest, status: "waiting", reason: "wait" } : action;
  });
  const { status, reason } = runStatus(moved as unknown as ActionOutcome[]);
  return { id, actions: moved, status, reason };
}
