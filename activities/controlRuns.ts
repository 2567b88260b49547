import { z } from "zod";
import { controlRuns as control } from "../db/control/controlRuns.ts";
import { pauseRule, resumeRule } from "../db/control/rules.ts";
import { endPart, type SignalPart, takePart } from "../db/control/signals.ts";
import { getRule } from "../db/rules.ts";
import { lockRulesetExclusive } from "../db/rulesets.ts";
import { inTransaction } from "../db/transaction.ts";
import type { ControlOutcome } from "../workflows/contract.ts";
import type { ActivityContext } from "./context.ts";

const signalSchema = z
  .strictObject({
    action: z.enum(["pause", "resume", "cancel", "retry", "replay", "undo", "pauseRule", "resumeRule"]),
    runIds: z.array(z.string()).min(1).max(10_000).optional(),
    ruleId: z.string().optional(),
    filter: z
      .strictObject({
        status: z.union([z.string(), z.array(z.string())]).optional(),
        since: z.iso.datetime({ offset: true }).optional(),
        customerId: z.string().optional(),
        changeId: z.string().optional(),
        backfillId: z.string().optional(),
      })
      .optional(),
    dryRun: z.boolean().default(true),
    facts: z.enum(["recorded", "current"]).default("recorded"),
    resend: z.boolean().default(false),
  })
  .refine(({ runIds, ruleId, filter }) => runIds ?? ruleId ?? filter, "name runs: by runIds, ruleId or filter");
type Signal = z.output<typeof signalSchema>;

/** Pages that one signal works through at most: 10,000 runs each, 500 of a replay or undo. */
const MOST_PAGES = 1_000;

/**
 * Carries out what an operator asked for from Temporal. What makes no sense is answered and not tried again: nobody waits for it.
 * @param key names the activity, so that its next attempt finds what this one has done
 */
export async function controlRuns(
  context: ActivityContext,
  { organizationId, signal }: { organizationId: string; signal: unknown },
  key: string,
): Promise<ControlOutcome> {
  const outcome: ControlOutcome = { done: 0, unchanged: 0, refused: 0 };
  const parsed = signalSchema.safeParse(signal);
  if (!parsed.success) return { ...outcome, error: z.prettifyError(parsed.error) };
  const { action } = parsed.data;
  if (action === "pauseRule" || action === "resumeRule") {
    return { ...outcome, ...(await controlRule(context, organizationId, action, parsed.data.ruleId)) };
  }
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const part = await workPage(context, organizationId, { ...parsed.data, action }, `${key}:${page}`, after);
    for (const result of ["done", "unchanged", "refused"] as const) outcome[result] += part[result];
    if (part.next === null) break;
    after = part.next;
  }
  // A hint; what one run workflow does not claim is found by the reconciler.
  if (action !== "pause" && action !== "cancel") context.startRuns(organizationId, 1);
  return outcome;
}

type RunAction = Exclude<Signal["action"], "pauseRule" | "resumeRule">;

async function workPage(
  { sql, wake }: ActivityContext,
  organizationId: string,
  { action, runIds, ruleId, filter = {}, dryRun, facts, resend }: Omit<Signal, "action"> & { action: RunAction },
  key: string,
  after: string | undefined,
): Promise<SignalPart> {
  const { status, ...rest } = filter;
  const statuses = status === undefined ? undefined : [status].flat();
  const selection = { ...rest, runIds, ruleId, statuses, after };
  const by = { organizationId, source: "manual" as const, actor: null };
  const { part, shards } = await inTransaction(sql, async (tx) => {
    const standing = await takePart(tx, organizationId, key);
    if (standing !== null) return { part: standing, shards: [] };
    const { results, shards, next } = await control(tx, by, { action, selection, options: { dryRun, facts, resend } });
    const part: SignalPart = { done: 0, unchanged: 0, refused: 0, next };
    for (const { result } of results) part[result] += 1;
    await endPart(tx, organizationId, key, part);
    return { part, shards };
  });
  if (shards.length > 0) wake({ organizationId, shards });
  return part;
}

async function controlRule(
  { sql, wake }: ActivityContext,
  organizationId: string,
  action: "pauseRule" | "resumeRule",
  ruleId: string | undefined,
): Promise<Partial<ControlOutcome>> {
  const pausing = action === "pauseRule";
  const { shards, ...outcome } = await inTransaction(sql, async (tx) => {
    await lockRulesetExclusive(tx, organizationId);
    const rule = ruleId === undefined ? null : await getRule(tx, organizationId, ruleId);
    if (rule === null) return { shards: [], refused: 1, error: "there is no such rule" };
    if (rule.status === (pausing ? "paused" : "active")) return { shards: [], unchanged: 1 };
    if (rule.status !== (pausing ? "active" : "paused")) {
      return { shards: [], refused: 1, error: `the rule is ${rule.status}` };
    }
    if (!pausing) return { shards: await resumeRule(tx, organizationId, rule.id), done: 1 };
    await pauseRule(tx, organizationId, rule.id);
    return { shards: [], done: 1 };
  });
  if (shards.length > 0) wake({ organizationId, shards });
  return outcome;
}
