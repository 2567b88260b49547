import { type CompiledRuleset, evaluate, type Verdicts } from "../../rules/evaluate.ts";
import type { Transaction } from "../client.ts";
import { isUuid } from "../uuid.ts";
import { shardOf } from "../writes/scope.ts";
import type { WriteContext } from "../writes/types.ts";
import { loadAhead } from "./ahead.ts";
import { catchUp } from "./catchUp.ts";
import { loadActing } from "./context.ts";
import { isPermanent } from "./evaluateShard.ts";
import { type JudgedChange, judgeChange, unmoved } from "./judgeChange.ts";
import { factsSince, forgetLater, returnedSince } from "./lateMemory.ts";
import { loadMemory, storeMemory } from "./memory.ts";
import { openEvaluation } from "./readBatch.ts";
import { storeEffects } from "./record.ts";
import { RulesetCache } from "./rulesetCache.ts";
import type { EvaluationScope, QueuedChange } from "./types.ts";

/** Why a change is not evaluated again. */
export class RetryRefused extends Error {
  override name = "RetryRefused";

  constructor(
    readonly code: "not_evaluated" | "not_failed" | "rules_stopped" | "busy",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Evaluates a change again whose evaluation failed, on its recorded facts and under its own ruleset, and carries out its effects
 * late: a slot that was written for a newer change stays (`superseded`), and what they raise is as of today. Its one evaluation is
 * brought up to date in the same transaction, also where it fails again. A change that was retried with success stays as it is.
 * @returns the shards to wake; null when there is no such change. Throws {@link RetryRefused}.
 */
export async function retryChange(
  tx: Transaction,
  { organizationId, actor }: WriteContext,
  changeId: string,
): Promise<number[] | null> {
  if (!isUuid(changeId)) return null;
  const [place] = await tx<{ customerId: string; shards: number }[]>`
    select c.customer_id as "customerId", o.shards from changes c join organizations o on o.id = c.organization_id
    where c.id = ${changeId} and c.organization_id = ${organizationId}`;
  if (!place) return null;
  const shard = shardOf(place.customerId, place.shards);
  const scope = await open(tx, organizationId, shard);
  if (!(await demandFailed(tx, changeId))) return [];
  if (scope.rulesStopped) throw new RetryRefused("rules_stopped", "The organization's rules are stopped.");
  const change = await readChange(tx, changeId);
  try {
    return (await tx.savepoint((inner) => evaluateLate(inner as Transaction, scope, change, actor))) as number[];
  } catch (error) {
    // What carries a code and is not for good (Postgres, or rules of a newer build) is not the change's own failure.
    if (!(error instanceof Error) || ("code" in error && !isPermanent(error))) throw error;
    const told = "code" in error ? error.message : String(error);
    await record(tx, unmoved(change, { outcome: "failed", error: told }), actor);
    return [];
  }
}

const LOCK_NOT_AVAILABLE = "55P03";

/** Under the shard's lock no other evaluation moves what the rules remember of the customer. */
async function open(tx: Transaction, organizationId: string, shard: number): Promise<EvaluationScope> {
  try {
    return await openEvaluation(tx, { organizationId, shard });
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new RetryRefused("busy", "Other changes are being evaluated. Try again.");
  }
}

/** Locks the change's evaluation; false where a retry has succeeded before. */
async function demandFailed(tx: Transaction, changeId: string): Promise<boolean> {
  const [evaluation] = await tx<{ outcome: string; retried: boolean }[]>`
    select outcome, retried_at is not null as retried from evaluations where change_id = ${changeId} for update`;
  if (!evaluation) throw new RetryRefused("not_evaluated", "The change waits for its evaluation.");
  if (evaluation.outcome === "failed") return true;
  if (evaluation.retried) return false;
  throw new RetryRefused("not_failed", "The evaluation of the change did not fail.");
}

async function readChange(tx: Transaction, changeId: string): Promise<QueuedChange> {
  const [change] = await tx<[QueuedChange]>`
    select c.id, 0 as lane, c.customer_id as "customerId", c.version, c.kind, c.source, c.ruleset_number as "rulesetNumber",
           c.root_id as "rootId", c.cause, c.before, c.after, c.created_at as "createdAt", coalesce(t.version, 0) as tracked,
           coalesce(u.excluded_at is not null and c.version >= (u.assignments #>> '{excluded,version}')::int, false) as excluded
    from changes c join customers u on u.id = c.customer_id left join customer_tracking t on t.customer_id = c.customer_id
    where c.id = ${changeId}`;
  return change;
}

async function evaluateLate(
  tx: Transaction,
  scope: EvaluationScope,
  change: QueuedChange,
  actor: unknown,
): Promise<number[]> {
  const { organizationId } = scope;
  const { customerId } = change;
  const cache = new RulesetCache();
  const ruleset = await cache.get(tx, scope, change.rulesetNumber);
  if (change.excluded) {
    await record(tx, unmoved(change, { outcome: "excluded", codes: "E".repeat(ruleset.rules.length) }), actor);
    return [];
  }
  const memory = await loadMemory(tx, cache, scope, [customerId]);
  const since = ruleset.timed.length > 0 || memory.pending.size > 0 ? await factsSince(tx, change) : [];
  await forgetLater(tx, memory, ruleset, change, since);
  const ruleIds = ruleset.rules.map(({ ruleId }) => ruleId);
  const involved = { customerIds: [customerId], ruleIds, roots: [change.rootId], limited: true };
  const acting = await loadActing(tx, scope, involved);
  const caughtUp = await catchUp(tx, acting, [...acting.customers.values()]);
  const context = { ...acting, memory, ahead: await loadAhead(tx, [customerId]) };
  const returned = returnedSince(ruleset, since);
  const verdicts = withoutMoot(ruleset, evaluate(ruleset, change), returned);
  const judged = judgeChange(context, ruleset, change, verdicts);
  const gone = new Set([...returned].map((place) => ruleset.rules[place]!.ruleId));
  memory.remembered = memory.remembered.filter(({ ruleId }) => !gone.has(ruleId));
  await storeEffects(tx, { organizationId }, context, [judged]);
  await storeMemory(tx, organizationId, memory);
  await record(tx, judged, actor);
  const raised = [...caughtUp, ...(judged.raised ? [judged.raised] : []), ...judged.timers];
  return [...new Set(raised.map(({ shard }) => shard))];
}

/**
 * What fires only after a while, or has exit actions, is moot where the value has come back since: it would have been cancelled, or
 * undone by the exit actions.
 */
function withoutMoot(ruleset: CompiledRuleset, verdicts: Verdicts, returned: ReadonlySet<number>): Verdicts {
  const moot = (place: number) => {
    const timing = ruleset.compiled[place]!.timing;
    return returned.has(place) && timing !== null && (timing.forDays !== null || timing.hasExit);
  };
  const codes = [...verdicts.codes].map((code, place) => {
    // `forDays` begin with the crossing; whether the filters hold is asked at their end.
    const crossed = code === "M" || (code === "F" && ruleset.compiled[place]!.timing?.forDays != null);
    return crossed && moot(place) ? "C" : code;
  });
  return { codes: codes.join(""), matched: verdicts.matched.filter((place) => !moot(place)) };
}

async function record(tx: Transaction, judged: JudgedChange, actor: unknown): Promise<void> {
  const { changeId, outcome, codes, details, error } = judged;
  await tx`
    update evaluations set outcome = ${outcome}, codes = ${codes}, details = ${details && tx.json(details as never)},
      failed_before = error, error = ${error}, evaluated_at = now(), retried_at = now(), retried_by = ${tx.json(actor as never)}
    where change_id = ${changeId}`;
}
