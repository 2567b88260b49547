import { hasItsTurn } from "../backfills/open.ts";
import type { Transaction } from "../client.ts";
import { lockRulesetShared } from "../rulesets.ts";
import type { EvaluationScope, QueuedChange } from "./types.ts";

/**
 * Into how many parts a shard's customers fall, by the random end of their ids. Parts can be evaluated side by side, which keeps
 * this process and Postgres busy at the same time: a batch is about half of each, and waits for its commit. On two cores
 * four parts drain a queue about twice as fast as two.
 */
export const PARTS = 4;

/** What is evaluated: the whole shard, or one part of its customers. */
export interface EvaluationTarget {
  organizationId: string;
  shard: number;
  /** From 0 to PARTS - 1. */
  part?: number;
  /** The tracker's time in ms: where it skips time, Postgres' clock does not. */
  now?: number;
  /** The Temporal execution that evaluates; runs record it as what carried out their effects. */
  execution?: { workflowId: string; runId: string };
}

/**
 * Opens an evaluation: the organization's shared ruleset lock (so that no rule is stopped between the look at its status and
 * the commit of its effects), then the lock of the part or of all parts (a tracker that was reset or started twice waits for
 * the other).
 */
export async function openEvaluation(tx: Transaction, target: EvaluationTarget): Promise<EvaluationScope> {
  const { organizationId, shard, part, now = 0 } = target;
  // A batch is done in well below a second; what hangs longer is given up and tried again.
  await tx`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '20s', true)`;
  await lockRulesetShared(tx, organizationId);
  await tx`
    select pg_advisory_xact_lock(hashtextextended('shard:' || ${organizationId} || ':' || ${shard}::text || ':' || part, 0))
    from generate_series(${part ?? 0}::int, ${part ?? PARTS - 1}::int) part`;
  return readScope(tx, organizationId, now);
}

/** Reads the organization as evaluation needs it; `now` in ms may lie ahead of Postgres' clock. */
export async function readScope(tx: Transaction, organizationId: string, now = 0): Promise<EvaluationScope> {
  const [scope] = await tx<EvaluationScope[]>`
    select id as "organizationId", time_zone as "timeZone", locale, currency, delay_mode as "delayMode",
           ratings_as_of as "ratingsAsOf", shards, ruleset_number as "rulesetNumber", rules_stopped as "rulesStopped",
           greatest(now(), to_timestamp(${now / 1_000}::float8)) as at,
           exists (select from rule_states s where s.organization_id = o.id)
             or exists (select from timers t where t.organization_id = o.id) as remembers
    from organizations o where id = ${organizationId}`;
  if (!scope) throw new Error(`organization ${organizationId} does not exist`);
  return scope;
}

/**
 * The shard's next changes, live lane first, each customer's in version order: only those that follow the customer's last
 * evaluated version without a gap, and only once everything is judged that fell due for the customer before they were written.
 */
export async function readBatch(tx: Transaction, target: EvaluationTarget, limit: number): Promise<QueuedChange[]> {
  const { organizationId, shard, part } = target;
  const rows = await tx<QueuedChange[]>`
    select c.id, q.lane, c.customer_id as "customerId", c.version, c.kind, c.source, c.ruleset_number as "rulesetNumber",
           c.root_id as "rootId", c.cause, c.before, c.after, c.created_at as "createdAt", coalesce(t.version, 0) as tracked,
           u.excluded_at is not null and c.version >= (u.assignments #>> '{excluded,version}')::int as excluded
    from (
      select change_id, seq, lane from change_queue q
      where organization_id = ${organizationId} and shard = ${shard}
        ${part === undefined ? tx`` : tx`and get_byte(uuid_send(customer_id), 15) % ${PARTS}::int = ${part}`}
        and ${hasItsTurn(tx, organizationId)}
      order by lane, seq limit ${limit}
    ) q
    join changes c on c.id = q.change_id
    join customers u on u.id = c.customer_id
    left join customer_tracking t on t.customer_id = c.customer_id
    where not exists (
      -- With the joins of the reading of timers: none may hold back a change that is not itself judged.
      select from timers d join changes o on o.id = d.change_id join rules r on r.id = d.rule_id
      where d.customer_id = c.customer_id and d.due_at <= c.created_at and t.customer_id is not null)
    order by q.lane, q.seq`;
  const next = new Map<string, number>();
  return rows.filter((row) => {
    const expected = next.get(row.customerId) ?? row.tracked + 1;
    if (row.version !== expected) return false;
    next.set(row.customerId, expected + 1);
    return true;
  });
}
