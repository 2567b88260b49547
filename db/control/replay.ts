import type { Facts } from "../../rules/facts.ts";
import { isInForce } from "../../rules/inForce.ts";
import type { Transaction } from "../client.ts";
import { act } from "../evaluation/act.ts";
import { catchUp } from "../evaluation/catchUp.ts";
import { factsToday, loadActing } from "../evaluation/context.ts";
import type { ActingContext, ActingMatch, Effects, NewRun, Occasion } from "../evaluation/occasion.ts";
import { readScope } from "../evaluation/readBatch.ts";
import { storeEffects } from "../evaluation/record.ts";
import { RulesetCache } from "../evaluation/rulesetCache.ts";
import { lockRulesetShared } from "../rulesets.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import { earlierMatches, judgeReplay, type ReplayVerdict } from "./judgeReplay.ts";
import { noteControl } from "./moveRuns.ts";
import { actedRule, loadReplayed, type ReplayedRun } from "./replayed.ts";
import type { ControlContext } from "./types.ts";

export interface ReplayOptions {
  /** The facts recorded after the change, judged by the run's own version of the rule; or today's, by the rule's present version. */
  facts: "recorded" | "current";
  dryRun: boolean;
  /** Whether messages are sent, again where they were sent before. */
  resend: boolean;
}

/** What a replay comes to, or came to. */
export interface Replayed extends Omit<ReplayVerdict, "reason"> {
  reason: ReplayVerdict["reason"] | "excluded" | "lostTo";
  /** The run that is repeated. */
  replayOf: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  /** Empty where the rule does not match. */
  actions: Record<string, unknown>[];
  messages: { recipient: unknown; channel: string; subject: string; body: string }[];
  /** The new run; null for a dry one, and where nothing matched. */
  runId: string | null;
  shards: number[];
}

/** Why a replay for real is refused. */
export class ReplayRefused extends Error {
  override name = "ReplayRefused";

  constructor(
    readonly code: "rule_inactive" | "customer_excluded" | "rules_stopped",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Evaluates a run's rule again for its change and, unless it is a dry run, lets it act: as a new run of the same root, linked to
 * the one that it repeats; what it raises is as of today. On recorded facts it acts as of its change, so that a slot written for a
 * newer one stays; on today's facts it acts as of the customer's present one, as a new change would. Null when there is no such
 * run; throws {@link ReplayRefused}.
 */
export async function replayRun(
  tx: Transaction,
  context: ControlContext,
  runId: string,
  options: ReplayOptions,
): Promise<Replayed | null> {
  const { organizationId } = context;
  await lockRulesetShared(tx, organizationId);
  const run = await loadReplayed(tx, organizationId, runId);
  if (run === null) return null;
  const scope = await readScope(tx, organizationId);
  const current = options.facts === "current";
  const cache = new RulesetCache();
  const number = current || run.kind === "backfill" ? scope.rulesetNumber : run.change.rulesetNumber;
  const ruleset = await cache.get(tx, scope, number);
  const ruleIds = [run.ruleId, ...ruleset.rules.map(({ ruleId }) => ruleId)];
  const acting = await loadActing(tx, scope, { customerIds: [run.customerId], ruleIds, roots: [] });
  const row = acting.customers.get(run.customerId);
  if (!row?.facts) throw new Error(`customer ${run.customerId} has no facts`);
  if (!options.dryRun) demandActing(run, row.excludedAt !== null, scope.rulesStopped);

  const caughtUp = await catchUp(tx, acting, [row], { dryRun: options.dryRun });
  const wake = options.dryRun ? [] : caughtUp.map(({ shard }) => shard);
  const after = current ? factsToday(row.facts, scope) : run.change.after;
  const ruleVersion = current ? run.rule.version : run.ruleVersion;
  const { rule } = await cache.rule(tx, scope, run.ruleId, ruleVersion);
  const fields = { customFields: await loadFieldDefinitions(tx, organizationId), timeZone: scope.timeZone };
  const verdict = judgeReplay(run, rule, after, fields);
  const base = {
    ...verdict,
    ...{ replayOf: run.id, ruleId: run.ruleId, ruleName: rule.name, ruleVersion, customerId: run.customerId },
    ...{ changeId: run.change.id, actions: [], messages: [], runId: null, shards: wake },
  };
  if (!verdict.matched) return base;
  if (row.excludedAt !== null) return { ...base, reason: "excluded" };

  const earlier = earlierMatches(ruleset, run, after, fields).flatMap((place): ActingMatch[] => {
    const { version, ...listed } = ruleset.rules[place]!;
    const status = acting.ruleStatus.get(listed.ruleId);
    if (!isInForce(status)) return [];
    return [{ ...listed, place, status, acted: false, onlyClaims: true, ruleVersion: version, kind: "change" }];
  });
  const match: ActingMatch = {
    place: ruleset.rules.length,
    ruleId: run.ruleId,
    ruleVersion,
    name: rule.name,
    rule: actedRule(rule, run.kind),
    status: run.rule.status,
    acted: false,
    kind: "replay",
    replayOf: run.id,
    silent: !options.resend,
  };
  const asOf = current ? await presentChange(tx, run, row.version) : run.change;
  const occasion = occasionOf(run, after, asOf);
  const { effects, acted } = act(acting, occasion, [...earlier, match]);
  const [made] = effects.runs;
  const actions = made?.actions ?? (acted[0]?.planned.actions as Record<string, unknown>[] | null | undefined) ?? [];
  const reason = made ? verdict.reason : ("lostTo" as const);
  const replayed = { ...base, reason, actions: actions.map(shownAction), messages: messagesOf(effects) };
  if (options.dryRun || !made) return replayed;
  const shards = await store(tx, context, acting, effects, made, run);
  return { ...replayed, runId: made.id, shards: [...new Set([...wake, ...shards])] };
}

function demandActing({ rule: { status } }: ReplayedRun, isExcluded: boolean, rulesStopped: boolean): void {
  if (!isInForce(status)) {
    throw new ReplayRefused(
      "rule_inactive",
      `The rule does not act any more (${status}); a dry run says what it would do.`,
    );
  }
  if (isExcluded) throw new ReplayRefused("customer_excluded", "The customer is excluded.");
  if (rulesStopped) throw new ReplayRefused("rules_stopped", "The organization's rules are stopped.");
}

/** The change that the customer stands at: what the new run still waits to do is judged as of it, and on its facts. */
async function presentChange(
  tx: Transaction,
  { customerId, change }: ReplayedRun,
  version: number,
): Promise<Pick<ReplayedRun["change"], "id" | "version">> {
  const [present] = await tx<{ id: string; version: number }[]>`
    select id, version from changes where customer_id = ${customerId} and version = ${version}`;
  return present ?? { id: change.id, version };
}

function occasionOf(
  { change: { before }, customerId, rootId, cause }: ReplayedRun,
  after: Facts,
  { id: changeId, version }: Pick<ReplayedRun["change"], "id" | "version">,
): Occasion {
  return { changeId, customerId, version, writtenFor: version, before, after, rootId, cause, lane: 0 };
}

const shownAction = ({ beforeOwner: _, ...action }: Record<string, unknown>) => action;

const messagesOf = ({ notifications }: Effects) =>
  notifications.map(({ recipient, kind: channel, subject, body }) => ({ recipient, channel, subject, body }));

async function store(
  tx: Transaction,
  context: ControlContext,
  acting: ActingContext,
  effects: Effects,
  made: NewRun,
  { id, ruleId, ruleName, customerId }: ReplayedRun,
): Promise<number[]> {
  await storeEffects(tx, { organizationId: context.organizationId }, acting, [effects]);
  await noteControl(tx, context, "replay", [{ id, ruleId, ruleName, customerId }], { newRunId: made.id });
  const shards = [...(effects.raised ? [effects.raised.shard] : []), ...effects.timers.map(({ shard }) => shard)];
  return [...new Set(shards)];
}
