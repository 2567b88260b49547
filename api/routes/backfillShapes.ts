import { z } from "@hono/zod-openapi";
import { doneOf } from "../../db/backfills/step.ts";
import type { Backfill } from "../../db/backfills/types.ts";
import { Filters } from "../../rules/schema.ts";
import { backfillWorkflowId } from "../../workflows/contract.ts";
import { EXAMPLE_ID, exampleTimes, reference, timestamps } from "../schemas.ts";

export const BACKFILL_STATUSES = [
  ...(["counting", "awaitingApproval", "queued", "running", "paused"] as const),
  ...(["completed", "cancelled", "failed"] as const),
] as const;

export const maxPerSecond = z.int().min(1).max(100_000).openapi({ description: "Customers a second at most." });

const scope = {
  ruleIds: z.array(reference).min(1).max(1_000).optional(),
  allActiveRules: z.boolean().optional().openapi({ description: "Instead of ruleIds." }),
  // Checked like a rule's filters, which names the path of each mistake.
  filter: z
    .array(z.unknown())
    .max(200)
    .optional()
    .openapi({ description: "Only customers that meet these conditions." }),
  dryRun: z.boolean().default(false),
  notifications: z.boolean().default(false).openapi({ description: "Sends messages; they are counted otherwise." }),
  confirmIrreversible: z.boolean().default(false).openapi({ description: "Needed where a rule excludes customers." }),
  maxPerSecond: maxPerSecond.optional(),
};

export const backfillBody = z.strictObject(scope).openapi("BackfillInput", { example: { ruleIds: [EXAMPLE_ID] } });
export const documentedBackfillBody = z
  .strictObject({ ...scope, filter: Filters.optional() })
  .openapi("BackfillRequest", { example: { ruleIds: [EXAMPLE_ID], dryRun: true } });

const count = z.int();
const progress = z.object({
  total: count.nullable().openapi({ description: "Customers in scope; null until counted." }),
  done: count.openapi({ description: "changed + unchanged + skipped + failed" }),
  changed: count,
  unchanged: count,
  skipped: z.record(z.string(), count).openapi({ description: "By reason." }),
  failed: count,
  notifications: count.openapi({ description: "Messages sent, or counted where they are not sent." }),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
const actor = z.object({ keyId: z.string(), userId: z.string().optional() });

const exampleBackfill = {
  id: EXAMPLE_ID,
  status: "running" as const,
  ruleIds: [EXAMPLE_ID],
  rules: [{ ruleId: EXAMPLE_ID, version: 3, name: "Big balance" }],
  filter: [],
  dryRun: false,
  notifications: false,
  irreversible: false,
  maxPerSecond: null,
  progress: {
    ...{
      total: 100000,
      done: 42000,
      changed: 20000,
      unchanged: 990,
      skipped: { filters: 21000, lostTo: 3 },
      failed: 7,
    },
    ...{ notifications: 20000, perSecond: 7000, secondsLeft: 8 },
  },
  waitsFor: null,
  actor: { keyId: EXAMPLE_ID },
  approvedBy: null,
  approvedAt: null,
  error: null,
  temporalWorkflowId: `backfill:${EXAMPLE_ID}:${EXAMPLE_ID}`,
  startedAt: exampleTimes.createdAt,
  finishedAt: null,
  ...exampleTimes,
};

export const backfillAnswer = z
  .object({
    id: z.string(),
    status: z.enum(BACKFILL_STATUSES),
    ruleIds: z.array(z.string()),
    rules: z.array(z.object({ ruleId: z.string(), version: count, name: z.string() })),
    filter: Filters,
    dryRun: z.boolean(),
    notifications: z.boolean(),
    irreversible: z.boolean(),
    maxPerSecond: count.nullable(),
    progress,
    waitsFor: z
      .enum(["approval", "turn", "rules", "resume"])
      .nullable()
      .openapi({ description: "turn: another backfill runs. rules: the organization's rules are stopped." }),
    actor,
    approvedBy: actor.nullable(),
    approvedAt: z.string().nullable(),
    error: z.string().nullable().openapi({ description: "Why it failed as a whole." }),
    temporalWorkflowId: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    ...timestamps,
  })
  .openapi("Backfill", { example: exampleBackfill });

/** The backfill as it is answered; one that stands still because the rules are stopped shows as paused. */
export function toBackfillAnswer(backfill: Backfill) {
  const { organizationId, queuedAt: _queuedAt, counts: _counts, total: _total, ranSeconds: _ran, ...rest } = backfill;
  const { rulesStopped, status, ...shown } = rest;
  const isHeldUp = rulesStopped && !backfill.dryRun && (status === "running" || status === "queued");
  return {
    ...shown,
    status: isHeldUp ? ("paused" as const) : status,
    ruleIds: backfill.rules.map(({ ruleId }) => ruleId),
    waitsFor: isHeldUp ? "rules" : (WAITS[status] ?? null),
    progress: progressOf(backfill),
    temporalWorkflowId: backfillWorkflowId(organizationId, backfill.id),
  };
}

const WAITS: Partial<Record<Backfill["status"], string>> = {
  awaitingApproval: "approval",
  queued: "turn",
  paused: "resume",
};

const SKIPPED = "skipped.";

function progressOf({ total, counts, ranSeconds, finishedAt }: Backfill) {
  const { changed = 0, unchanged = 0, failed = 0, notifications = 0 } = counts;
  const done = doneOf(counts);
  const skipped = Object.fromEntries(
    Object.entries(counts).flatMap(([key, value]) =>
      key.startsWith(SKIPPED) ? [[key.slice(SKIPPED.length), value]] : [],
    ),
  );
  const perSecond = ranSeconds > 0 && done > 0 ? Math.round((done / ranSeconds) * 10) / 10 : null;
  const left = finishedAt === null && perSecond && total !== null ? Math.max(0, total - done) / perSecond : null;
  const secondsLeft = left === null ? null : Math.round(left);
  return { total, done, changed, unchanged, skipped, failed, notifications, perSecond, secondsLeft };
}
