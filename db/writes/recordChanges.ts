import { factsChanged } from "../../rules/changes.ts";
import type { Facts, Source } from "../../rules/facts.ts";
import type { Queryable } from "../client.ts";
import { type CustomerRow, factsOf } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import { laneOf, shardOf, type WriteScope } from "./scope.ts";

/** One entry of a change's cause: a rule run that led to it. */
export interface CauseStep {
  runId: string;
  ruleId: string;
  ruleName: string;
  changeId: string;
}

/** A change about to be recorded, with what it is queued under. */
export interface NewChange {
  id: string;
  customerId: string;
  version: number;
  kind: "created" | "updated";
  source: Source;
  actor: unknown;
  rulesetNumber: number;
  rootId: string;
  cause: CauseStep[];
  before: Facts | null;
  after: Facts;
  shard: number;
  lane: 0 | 1;
}

/**
 * Brings each locked row's facts up to date and returns the change of those that moved (or are in `forced`: a release moves
 * no fact and still raises one). Rows are changed in place: version, facts and the version that slots were written for.
 */
export function raiseChanges(scope: WriteScope, rows: CustomerRow[], forced: Set<string> = new Set()): NewChange[] {
  const changes: NewChange[] = [];
  for (const row of rows) {
    const before = row.facts;
    const after = factsOf(row, scope.today);
    if (before === null || forced.has(row.id) || factsChanged(before, after)) {
      const id = newId();
      row.version += 1;
      row.facts = after;
      changes.push({
        id,
        customerId: row.id,
        version: row.version,
        kind: before === null ? "created" : "updated",
        source: scope.source,
        actor: scope.actor,
        rulesetNumber: scope.rulesetNumber,
        rootId: id,
        cause: [],
        before,
        after,
        shard: shardOf(row.id, scope.shards),
        lane: laneOf(scope),
      });
    }
    for (const owner of Object.values(row.assignments)) if (owner.version > row.version) owner.version = row.version;
  }
  return changes;
}

/** Writes changes and queues them; a live change takes the customer's waiting ones of the second lane along, so that order stays. */
export async function insertChanges(sql: Queryable, organizationId: string, changes: NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ shard: _shard, lane: _lane, ...change }) => change);
  const queue = changes.map(({ id, customerId, version, shard, lane }) => ({ id, customerId, version, shard, lane }));
  const live = changes.filter((change) => change.lane === 0).map((change) => change.customerId);
  await sql`
    with input as (
      select *, nextval('change_seq') as seq from jsonb_to_recordset(${sql.json(rows as never)}) as r(
        id uuid, "customerId" uuid, version int, kind text, source text, actor jsonb, "rulesetNumber" bigint,
        "rootId" uuid, cause jsonb, before jsonb, after jsonb)
    ), written as (
      insert into changes (id, seq, organization_id, customer_id, version, kind, source, actor, ruleset_number, root_id, cause, before, after)
      select id, seq, ${organizationId}, "customerId", version, kind, source, actor, "rulesetNumber", "rootId", cause, before, after from input
    ), promoted as (
      update change_queue set lane = 0 where lane > 0 and customer_id = any(${live}::uuid[])
    )
    insert into change_queue (change_id, seq, organization_id, shard, lane, customer_id, version)
    select q.id, i.seq, ${organizationId}, q.shard, q.lane, q."customerId", q.version
    from jsonb_to_recordset(${sql.json(queue as never)}) as q(id uuid, "customerId" uuid, version int, shard int, lane smallint)
    join input i on i.id = q.id`;
}
