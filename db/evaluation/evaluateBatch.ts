import { type CompiledRuleset, compileRuleset, evaluate, type Verdicts } from "../../rules/evaluate.ts";
import type { Transaction } from "../client.ts";
import { loadAhead } from "./ahead.ts";
import { loadActing } from "./context.ts";
import { type JudgedChange, type JudgingContext, judgeChange, unmoved } from "./judgeChange.ts";
import { loadMemory } from "./memory.ts";
import { plannedOf } from "./occasion.ts";
import { type EvaluationTarget, openEvaluation, readBatch } from "./readBatch.ts";
import { recordBatch } from "./record.ts";
import type { RulesetCache } from "./rulesetCache.ts";
import { trackedValuesOf } from "./trackedValues.ts";
import type { BatchOutcome, EvaluationScope, QueuedChange, TrackedValues } from "./types.ts";

export const NOTHING: BatchOutcome = { evaluated: 0, matched: 0, failed: 0, planned: 0, customers: [] };

const NO_RULES = compileRuleset([], { customFields: new Map(), timeZone: "UTC" });

/** A queued change and what its own ruleset says of it. */
interface Verdict {
  change: QueuedChange;
  ruleset: CompiledRuleset;
  verdicts: Verdicts;
  error: string | null;
}

/**
 * Evaluates the next changes of a shard or a part of it and carries out their effects, all in this transaction: each change against its
 * customer's preceding one, under the ruleset it was written under, effects in (version, list position) order. A change whose
 * evaluation throws is recorded as failed and holds up nobody. While the organization's rules are stopped, nothing is taken.
 */
export async function evaluateBatch(
  tx: Transaction,
  cache: RulesetCache,
  target: EvaluationTarget,
  limit: number,
): Promise<BatchOutcome> {
  const scope = await openEvaluation(tx, target);
  return scope.rulesStopped ? NOTHING : evaluateChanges(tx, cache, target, scope, await readBatch(tx, target, limit));
}

/** Evaluates these changes, which are the next ones of their customers, within an evaluation that is open. */
export async function evaluateChanges(
  tx: Transaction,
  cache: RulesetCache,
  target: EvaluationTarget,
  scope: EvaluationScope,
  changes: QueuedChange[],
): Promise<BatchOutcome> {
  if (changes.length === 0) return NOTHING;
  const verdicts: Verdict[] = [];
  for (const change of changes) verdicts.push(await verdictOf(tx, cache, scope, change));
  const context = await openContext(tx, cache, scope, verdicts);
  const judged = verdicts.map((verdict) => judge(context, verdict));
  const tracked = trackedValues(changes);
  await recordBatch(tx, target, judged, context, tracked);
  return {
    evaluated: judged.length,
    matched: verdicts.reduce((sum, { verdicts: { matched } }) => sum + matched.length, 0),
    failed: judged.filter((change) => change.outcome === "failed").length,
    planned: judged.reduce((sum, change) => sum + plannedOf(change), 0),
    customers: tracked,
  };
}

/** What its ruleset says of a change; a ruleset that cannot be compiled fails its changes and nobody else's. */
async function verdictOf(
  tx: Transaction,
  cache: RulesetCache,
  scope: EvaluationScope,
  change: QueuedChange,
): Promise<Verdict> {
  let ruleset = NO_RULES;
  try {
    ruleset = await cache.get(tx, scope, change.rulesetNumber);
    const codes = "E".repeat(ruleset.rules.length);
    const verdicts = change.excluded ? { codes, matched: [] } : evaluate(ruleset, change);
    return { change, ruleset, verdicts, error: null };
  } catch (error) {
    // What Postgres or the way to it refuses carries a code and is for the whole batch to try again.
    if (error instanceof Error && "code" in error) throw error;
    return { change, ruleset, verdicts: { codes: "", matched: [] }, error: String(error) };
  }
}

/** Reads what the rules remember, locks the customers that they may act on and reads what their effects depend on. */
async function openContext(
  tx: Transaction,
  cache: RulesetCache,
  scope: EvaluationScope,
  verdicts: Verdict[],
): Promise<JudgingContext> {
  const customerIds = [...new Set(verdicts.map(({ change }) => change.customerId))];
  const memory = await loadMemory(tx, cache, scope, customerIds);
  const touched = verdicts.filter(
    ({ change, ruleset, verdicts: { matched } }) =>
      matched.length > 0 || (memory.fired.has(change.customerId) && ruleset.timed.length > 0),
  );
  const ruleIds = verdicts.flatMap(({ ruleset, verdicts: { matched } }) => [
    ...matched.map((place) => ruleset.rules[place]!.ruleId),
    ...ruleset.timed.map((place) => ruleset.rules[place]!.ruleId),
  ]);
  const context = await loadActing(tx, scope, {
    limited: true,
    customerIds: [...new Set(touched.map(({ change }) => change.customerId))],
    ruleIds: [...new Set(ruleIds)],
    roots: touched.filter(({ change }) => change.cause.length > 0).map(({ change }) => change.rootId),
  });
  return { ...context, memory, ahead: await loadAhead(tx, customerIds) };
}

function judge(context: JudgingContext, { change, ruleset, verdicts, error }: Verdict): JudgedChange {
  if (change.excluded) return unmoved(change, { outcome: "excluded", codes: verdicts.codes });
  if (error !== null) return unmoved(change, { outcome: "failed", error });
  try {
    return judgeChange(context, ruleset, change, verdicts);
  } catch (thrown) {
    return unmoved(change, { outcome: "failed", error: String(thrown) });
  }
}

/** The last evaluated values of each customer of the batch. */
function trackedValues(changes: QueuedChange[]): TrackedValues[] {
  return [...new Map(changes.map((change) => [change.customerId, trackedValuesOf(change)])).values()];
}
