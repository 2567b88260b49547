import type { Facts, Slot } from "../../rules/facts.ts";
import type { SlotValue } from "../../rules/plan.ts";
import type { CustomerRow } from "../customerRow.ts";
import { act } from "../evaluation/act.ts";
import { type Memory, noteFired } from "../evaluation/memory.ts";
import { type Acted, type ActingContext, type ActingMatch, type Effects, noEffects } from "../evaluation/occasion.ts";
import { newId } from "../uuid.ts";
import type { PageRule, PageScope } from "./page.ts";
import type { NewResult, ResultDetails, RuleResult, SlotChange } from "./types.ts";

/** What is known of a customer beside its row. */
export interface Standing {
  /** The change that led to its present version. */
  changeId: string;
  /** The version that its tracker has evaluated. */
  tracked: number;
  /** `ruleId:version` of rules that have acted by themselves on the write that led to its present facts. */
  live: ReadonlySet<string>;
}

/** One customer's part in a page. */
export interface Judged {
  result: NewResult;
  effects: Effects;
  /** Rules that have acted ahead of the customer's tracker. */
  ahead: PageRule[];
}

/** The rules in scope that match a customer as it stands, or why none does. */
export function matchedRules(page: PageScope, row: CustomerRow, facts: Facts) {
  const verdicts = page.rules.map((rule) => (rule.onlyClaims ? null : rule.verdict(facts)));
  const matched = page.rules.filter((_, index) => verdicts[index] === "M");
  if (matched.length === 0) {
    const reason = verdicts.includes("F") ? "filters" : "trigger";
    return { matched, skipped: skippedResult(row.id, row.version, reason) };
  }
  return { matched, skipped: null };
}

export function skippedResult(customerId: string, version: number | null, reason: string): NewResult {
  return { customerId, status: "skipped", reason, version, details: null };
}

/** Lets the rules that match a customer act on it, as it stands, in list order; nothing is stored yet. */
export function judgeCustomer(
  context: ActingContext,
  memory: Memory,
  page: PageScope,
  row: CustomerRow,
  facts: Facts,
  matched: PageRule[],
  standing: Standing,
): Judged {
  const { backfill } = page;
  const before = { ...row };
  const present = row.version;
  const wasLive = ({ ruleId, version }: PageRule) => standing.live.has(`${ruleId}:${version}`);
  const acting = matched.filter((rule) => !wasLive(rule));
  if (acting.length === 0) {
    const rules = matched.map(({ ruleId }) => ({ ruleId, status: "unchanged", reason: "alreadyActed" }));
    const result = { customerId: row.id, status: "unchanged" as const, reason: "alreadyActed", version: present };
    return { result: { ...result, details: { rules } }, effects: noEffects(), ahead: [] };
  }
  const claiming = page.rules.filter(
    (rule) => (rule.onlyClaims && rule.verdict(facts) === "M") || matched.includes(rule),
  );
  const matches = claiming.map(
    (rule): ActingMatch => ({
      place: page.rules.indexOf(rule),
      ruleId: rule.ruleId,
      name: rule.name,
      rule: rule.rule,
      ruleVersion: rule.version,
      status: rule.status,
      acted: false,
      onlyClaims: !acting.includes(rule),
      kind: "backfill",
      backfillId: backfill.id,
      ...(backfill.notifications ? {} : { silent: true }),
    }),
  );
  const { effects, acted } = act(
    context,
    {
      changeId: standing.changeId,
      customerId: row.id,
      version: present,
      writtenFor: present,
      before: row.facts,
      after: facts,
      rootId: newId(),
      cause: [],
      lane: 1,
    },
    matches,
  );
  for (const rule of acting) {
    const did = acted.find(({ match }) => match.ruleId === rule.ruleId);
    if (!did || did.planned.code === "I") continue;
    if (rule.timing?.remembers) noteFired(memory, row.id, rule.ruleId, standing.changeId);
  }
  const result = resultOf(before, row, present, acted, effects, backfill.dryRun);
  // What did nothing, because the slot held it already or went to another, is still to be done where a change that waits moves the slot.
  const did = acted.filter(({ run }) => run !== null && run.reason !== "unchanged").map(({ match }) => match.ruleId);
  const ahead = acting.filter(({ ruleId }) => did.includes(ruleId));
  return { result, effects, ahead: standing.tracked < present ? ahead : [] };
}

const SLOT_OF: readonly [Slot, (row: CustomerRow) => SlotValue][] = [
  ["workflow", ({ workflowId }) => workflowId],
  ["users", ({ userIds }) => userIds],
  ["paymentMethods", ({ paymentMethodIds }) => paymentMethodIds],
  ["excluded", ({ excludedAt }) => excludedAt],
];

function resultOf(
  before: CustomerRow,
  after: CustomerRow,
  version: number,
  acted: Acted[],
  effects: Effects,
  dryRun: boolean,
): NewResult {
  const changes = SLOT_OF.flatMap(([slot, read]): SlotChange[] => {
    const [from, to] = [read(before), read(after)];
    return from === to || JSON.stringify(from) === JSON.stringify(to) ? [] : [{ slot, from, to }];
  });
  const rules = acted.map((one) => ruleResult(one, dryRun));
  const notifications = countMessages(effects);
  const details: ResultDetails = { rules };
  if (changes.length > 0) details.changes = changes;
  if (notifications > 0) details.notifications = notifications;
  const moved = changes.length > 0 || rules.some(({ status }) => MOVING.has(status));
  const standing = { customerId: after.id, version, details };
  if (moved) return { ...standing, status: "changed", reason: null };
  const failed = rules.find(({ status }) => status === "failed");
  if (failed) return { ...standing, status: "failed", reason: failed.reason ?? null };
  const unchanged = rules.find(({ reason }) => reason === "unchanged");
  if (unchanged) return { ...standing, status: "unchanged", reason: null };
  return { ...standing, status: "skipped", reason: rules[0]?.reason ?? "unchanged" };
}

/** What counts as a change though no slot may have moved: messages on their way, and runs that go on later. */
const MOVING = new Set(["applied", "partlyApplied", "planned", "waiting"]);

function ruleResult({ match, planned, run }: Acted, dryRun: boolean): RuleResult {
  const status = run?.status ?? "skipped";
  const result: RuleResult = { ruleId: match.ruleId, status };
  const reason = run ? run.reason : planned.lostTo ? "lostTo" : "unchanged";
  if (reason !== null) result.reason = reason;
  if (planned.lostTo) result.lostTo = planned.lostTo;
  if (run && !dryRun) result.runId = run.id;
  return result;
}

/** Messages planned or only counted. */
function countMessages({ runs }: Effects): number {
  return runs
    .flatMap(({ actions }) => actions)
    .reduce((sum, { recipients }) => sum + (typeof recipients === "number" ? recipients : 0), 0);
}
