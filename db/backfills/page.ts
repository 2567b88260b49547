import { compileFilters } from "../../rules/compile.ts";
import type { Facts } from "../../rules/facts.ts";
import type { CompileContext } from "../../rules/fields.ts";
import type { Match } from "../../rules/plan.ts";
import type { Rule } from "../../rules/schema.ts";
import type { Transaction } from "../client.ts";
import { todayOf } from "../evaluation/context.ts";
import { readScope } from "../evaluation/readBatch.ts";
import type { EvaluationScope } from "../evaluation/types.ts";
import { lockRulesetShared } from "../rulesets.ts";
import { loadFieldDefinitions } from "../writes/references.ts";
import { getBackfill } from "./backfills.ts";
import { lockBackfillShared } from "./locks.ts";
import type { BackfillRulesCache, StandingRule } from "./rulesCache.ts";
import type { Backfill } from "./types.ts";

/** A stretch of customers: by their ids in order, or some that had failed. */
export interface PageRow {
  number: number;
  afterId: string | null;
  upToId: string | null;
  customerIds: string[] | null;
  customers: number;
}

/** A rule that a page's customers are asked about, in list order. */
export interface PageRule extends StandingRule {
  ruleId: string;
  version: number;
  name: string;
  rule: Rule;
  status: Match["status"];
  /** Not in scope: an earlier rule in force, which keeps its slots from those that are. */
  onlyClaims: boolean;
}

/** What a page is worked on with. */
export interface PageScope {
  evaluation: EvaluationScope;
  /** The organization's day. */
  today: string;
  backfill: Backfill;
  rules: PageRule[];
  /** Whether a customer meets the backfill's own filter. */
  inScope: (facts: Facts) => boolean;
  customFields: CompileContext["customFields"];
}

/**
 * Opens a page: no rule is moved, and the backfill neither paused nor cancelled, until it is committed. Null where the backfill
 * does not run.
 */
export async function openPage(
  tx: Transaction,
  cache: BackfillRulesCache,
  organizationId: string,
  backfillId: string,
): Promise<PageScope | null> {
  await tx`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true)`;
  await lockRulesetShared(tx, organizationId);
  await lockBackfillShared(tx, backfillId);
  const backfill = await getBackfill(tx, organizationId, backfillId);
  if (backfill?.status !== "running" || (backfill.rulesStopped && !backfill.dryRun)) return null;
  const evaluation = await readScope(tx, organizationId);
  const rules = await rulesOf(tx, cache, evaluation, backfill);
  const customFields = await loadFieldDefinitions(tx, organizationId);
  const inScope = compileFilters(backfill.filter, { customFields, timeZone: evaluation.timeZone }).stand;
  return { evaluation, today: todayOf(evaluation), backfill, rules, inScope, customFields };
}

/** The rules in scope and, before the last of them, those in force beside them, in list order. */
async function rulesOf(
  tx: Transaction,
  cache: BackfillRulesCache,
  evaluation: EvaluationScope,
  { organizationId, rules, dryRun }: Backfill,
): Promise<PageRule[]> {
  const versions = new Map(rules.map(({ ruleId, version }) => [ruleId, version]));
  const listed = await tx<{ ruleId: string; version: number; name: string; status: Match["status"] }[]>`
    select id as "ruleId", version, name, status from rules
    where organization_id = ${organizationId} and (status in ('active', 'paused') or id = any(${[...versions.keys()]}::uuid[]))
    order by position, id`;
  const last = listed.findLastIndex(({ ruleId }) => versions.has(ruleId));
  const found: PageRule[] = [];
  for (const { ruleId, version: present, name, status } of listed.slice(0, last + 1)) {
    const own = versions.get(ruleId);
    const version = own ?? present;
    const standing = await cache.get(tx, evaluation, ruleId, version);
    // A dry run tells what a rule would do once it is active.
    const asked = dryRun && own !== undefined ? "active" : status;
    found.push({ ruleId, version, name, status: asked, onlyClaims: own === undefined, ...standing });
  }
  return found;
}

/** Takes a page: whoever else works on it waits. Null once it is done. */
export async function takePage(tx: Transaction, backfillId: string, number: number): Promise<PageRow | null> {
  const [page] = await tx<PageRow[]>`
    select number, after_id as "afterId", up_to_id as "upToId", customer_ids as "customerIds", customers from backfill_pages
    where backfill_id = ${backfillId} and number = ${number} and done_at is null for update`;
  return page ?? null;
}
