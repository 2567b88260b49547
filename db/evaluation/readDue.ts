import type { Facts } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import type { Fragment } from "../lists.ts";
import type { CauseStep } from "../writes/recordChanges.ts";
import { type EvaluationTarget, PARTS } from "./readBatch.ts";
import type { EvaluationScope } from "./types.ts";

/** A timer that is due, with the change that it belongs to. */
export interface DueTimer {
  id: string;
  kind: "forDays" | "wait" | "release";
  customerId: string;
  ruleId: string;
  ruleVersion: number;
  runId: string | null;
  place: number | null;
  /** The rule's place in the list now. */
  position: number;
  /** The version that the customer was last evaluated at. */
  tracked: number;
  /** The customer's facts at that version where the timer fell due before the next one was written; null where none is known. */
  factsThen: Facts | null;
  /** ISO instant. */
  dueAt: string;
  change: { id: string; version: number; before: Facts | null; after: Facts; rootId: string; cause: CauseStep[] };
}

/** A run that goes on, locked. */
export interface StandingRun {
  id: string;
  kind: "change" | "exit" | "backfill" | "replay";
  /** Whether it carries out exit actions: it is of that kind, or replays one. */
  isExit: boolean;
  status: string;
  isPaused: boolean;
  backfillId: string | null;
  replayOf: string | null;
  actions: Record<string, unknown>[];
}

/**
 * Timers of the shard that are due, for each customer only those of one change that fell due first, together and whatever the
 * limit, in list order: what they lead to is evaluated before the next ones are read, as it is where nothing is late. Changes that
 * were written before a timer fell due are judged before it, those that were written after it wait for it: the order is that of
 * the instants, however late the judging.
 */
export function readDue(
  tx: Transaction,
  { organizationId, shard, part }: EvaluationTarget,
  scope: EvaluationScope,
  limit: number,
): Promise<DueTimer[]> {
  return tx<DueTimer[]>`
    select t.id, t.kind, t.customer_id as "customerId", t.rule_id as "ruleId", t.rule_version as "ruleVersion",
           t.run_id as "runId", t.place, r.position, k.version as tracked,
           t.due_at as "dueAt", n.before as "factsThen",
           jsonb_build_object('id', c.id, 'version', c.version, 'before', c.before, 'after', c.after, 'rootId', c.root_id,
                              'cause', c.cause) as change
    from (
      select distinct customer_id from (
        select customer_id from timers d
        where organization_id = ${organizationId} and shard = ${shard} and due_at <= ${scope.at}
          ${part === undefined ? tx`` : tx`and get_byte(uuid_send(customer_id), 15) % ${PARTS}::int = ${part}`}
          and ${isNext(tx)}
        order by due_at limit ${limit}
      ) due
    ) f
    -- Of all that is due for them, whatever the limit has cut off: timers that are due at once are in no order.
    cross join lateral (
      select first.change_id, first.due_at from timers first join changes on changes.id = first.change_id
      where first.customer_id = f.customer_id and first.due_at <= ${scope.at}
      order by first.due_at, changes.version limit 1
    ) g
    join timers t on t.customer_id = f.customer_id and t.change_id = g.change_id and t.due_at = g.due_at
    join changes c on c.id = t.change_id
    join rules r on r.id = t.rule_id
    join customer_tracking k on k.customer_id = t.customer_id
    left join changes n on n.customer_id = t.customer_id and n.version = k.version + 1
    order by t.customer_id, r.position, t.id`;
}

/**
 * Whether every change of the customer of the timer `d` that was written before it fell due has been evaluated. Look-ups by key:
 * the queue has no index by customer, and is long just when it matters.
 */
const isNext = (tx: Transaction): Fragment => tx`
  exists (
    select from customer_tracking k join customers u on u.id = k.customer_id
    left join changes n on n.customer_id = k.customer_id and n.version = k.version + 1
    where k.customer_id = d.customer_id and (k.version = u.version or n.created_at >= d.due_at))`;

/** Locks the runs that go on. */
export async function lockRuns(tx: Transaction, ids: string[]): Promise<Map<string, StandingRun>> {
  if (ids.length === 0) return new Map();
  const rows = await tx<StandingRun[]>`
    select id, kind, status,
           kind = 'exit' or exists (select from rule_runs o where o.id = r.replay_of and o.kind = 'exit') as "isExit",
           paused_at is not null as "isPaused", backfill_id as "backfillId", replay_of as "replayOf", actions
    from rule_runs r where id = any(${ids}::uuid[]) order by id for update`;
  return new Map(rows.map((row) => [row.id, row]));
}
