import { factsChanged } from "../../rules/changes.ts";
import type { Facts, Source } from "../../rules/facts.ts";
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
