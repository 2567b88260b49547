import { z } from "@hono/zod-openapi";
import { EXAMPLE_ID, instant, reference } from "../schemas.ts";
import { runStatus } from "./runs.ts";

const MOST_NAMED = 10_000;

/** Which runs, and what to do with them. */
export const runsAction = z
  .strictObject({
    action: z.enum(["pause", "resume", "cancel", "retry", "replay", "undo"]),
    runIds: z.array(reference).min(1).max(MOST_NAMED).optional(),
    ruleId: reference.optional(),
    filter: z
      .strictObject({
        status: z.union([runStatus, z.array(runStatus).min(1)]).optional(),
        since: instant.optional(),
        customerId: reference.optional(),
        changeId: reference.optional(),
        backfillId: reference.optional(),
      })
      .optional(),
    after: reference.optional().openapi({ description: "Only runs after this one: the `next` of the answer before." }),
    dryRun: z.boolean().default(true).openapi({ description: "For replay and undo." }),
    facts: z.enum(["recorded", "current"]).default("recorded").openapi({ description: "For replay." }),
    resend: z.boolean().default(false).openapi({ description: "For replay: send messages, again too." }),
  })
  .refine(({ runIds, ruleId, filter }) => runIds !== undefined || ruleId !== undefined || filter !== undefined, {
    path: ["runIds"],
    message: "Name runs: by runIds, ruleId or filter",
  })
  .openapi("RunsAction", {
    description: "Runs that all of what is given selects. Without a status, those that the action concerns.",
    example: { action: "resume", ruleId: EXAMPLE_ID, filter: { since: "2026-01-05T09:00:00.000Z" } },
  });

const slotOwner = z.looseObject({ source: z.string() }).nullable();

/** What undoing comes to, for one run. */
export const undoFields = {
  undone: z
    .array(z.object({ slot: z.string(), from: z.unknown(), to: z.unknown(), owner: slotOwner }))
    .openapi({ description: "Slots that go back, and to whom each belongs again." }),
  kept: z
    .array(
      z.object({
        type: z.string(),
        slot: z.string().nullable(),
        reason: z.enum(["touched", "released", "irreversible", "sent", "excluded", "missing", "undone"]),
        by: slotOwner.optional(),
      }),
    )
    .openapi({ description: "What stays, and why; `by`: who has set the slot since." }),
  wouldSet: z
    .array(z.object({ ruleId: z.string(), ruleName: z.string(), slot: z.string() }))
    .openapi({ description: "Rules that would set one of these slots at the customer's next change." }),
};

/** Why a rule matches, judged again, and what it does. */
export const replayFields = {
  replayOf: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  ruleVersion: z.int(),
  customerId: z.string(),
  changeId: z.string(),
  matched: z.boolean(),
  reason: z.string(),
  trigger: z.looseObject({ fired: z.boolean() }),
  conditions: z.array(z.looseObject({ holds: z.boolean() })),
  actions: z.array(z.looseObject({ type: z.string(), status: z.string() })),
  messages: z.array(z.object({ recipient: z.unknown(), channel: z.string(), subject: z.string(), body: z.string() })),
};

/** What became of a selection; counted in full, listed up to a bound, what was refused first. */
export const selectionAnswer = z
  .object({
    action: z.string(),
    dryRun: z.boolean().optional(),
    selected: z.int(),
    done: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    more: z.boolean().openapi({ description: "More runs are selected than one request works on." }),
    next: z.string().nullable().openapi({ description: "Where to go on: send it as `after`." }),
    results: z.array(
      z.looseObject({
        runId: z.string(),
        result: z.enum(["done", "unchanged", "refused"]),
        status: z.string().optional(),
        code: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
  })
  .openapi("RunsActionResult", {
    example: {
      action: "cancel",
      selected: 2,
      done: 1,
      unchanged: 0,
      refused: 1,
      more: false,
      next: null,
      results: [
        { runId: EXAMPLE_ID, result: "refused", status: "applied", code: "run_ended", message: "The run has ended." },
        { runId: EXAMPLE_ID, result: "done", status: "cancelled" },
      ],
    },
  });
