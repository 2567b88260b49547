import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import { controlRuns, undoResult } from "../../db/control/controlRuns.ts";
import { moveRuns } from "../../db/control/moveRuns.ts";
import { OPEN } from "../../db/control/moves.ts";
import { ReplayRefused, replayRun } from "../../db/control/replay.ts";
import type { Move } from "../../db/control/types.ts";
import { undoRuns } from "../../db/control/undo.ts";
import { findCustomerId } from "../../db/customers.ts";
import { getRun } from "../../db/runs.ts";
import { type Caller, customerScope, writeContextOf } from "../access.ts";
import { conflict, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { idParams } from "../schemas.ts";
import { replayFields, runsAction, selectionAnswer, undoFields } from "./runSelection.ts";
import { runAnswer, runFields, toRunAnswer } from "./runs.ts";

const tag = "Runs";
const right = "rules";
/** Results that one answer lists. */
const LISTED = 1_000;

const MOVES: Record<Move, { summary: string; description: string }> = {
  pause: {
    summary: "Pause a run: what is left of it is held",
    description:
      "Messages that were not sent are held; a wait goes on, and what comes after it is held. An attempt that is under way ends as it ends.",
  },
  resume: {
    summary: "Resume a run that is held",
    description: "409 `rule_paused` where it is held only because its rule is paused.",
  },
  cancel: {
    summary: "Cancel a run: what is left of it is not done",
    description: "What it has done stays; undo puts it back.",
  },
  retry: {
    summary: "Try again what failed of a run",
    description: "The same run: messages go out under the same idempotency keys.",
  },
};

const undoBody = z
  .strictObject({ dryRun: z.boolean().default(true) })
  .openapi("RunUndo", { example: { dryRun: false } });
const undoAnswer = z
  .object({ ...runFields, dryRun: z.boolean(), ...undoFields })
  .openapi("UndoneRun", { description: "The run, with what undoing it comes to." });

const replayBody = z
  .strictObject({
    facts: z.enum(["recorded", "current"]).default("recorded").openapi({
      description:
        "recorded: those after the change, judged by the run's own version of the rule. current: today's, judged by its present version.",
    }),
    dryRun: z.boolean().default(true),
    resend: z.boolean().default(false).openapi({ description: "Send messages; without it none goes out." }),
  })
  .openapi("RunReplay", { example: { facts: "recorded", dryRun: true } });
const replayAnswer = z
  .object({
    ...replayFields,
    dryRun: z.boolean(),
    facts: z.string(),
    id: z.string().nullable().openapi({ description: "The new run; null for a dry one, and where nothing matched." }),
    run: z.union([runAnswer, z.null()]),
  })
  .openapi("ReplayedRun", { description: "Why the rule matches, judged again, and what it does or would do." });

/** Control of runs, one by one and many at once. */
export function runControlRoutes(router: Router): void {
  for (const move of Object.keys(MOVES) as Move[]) {
    router.write(
      {
        methods: ["post"],
        path: `/v1/runs/{id}/${move}`,
        tag,
        ...MOVES[move],
        right,
        params: idParams,
        answers: { 200: runAnswer },
      },
      async ({ params, caller }, tx) => {
        const { id } = await standing(tx, caller, params.id);
        const { outcomes, shards } = await moveRuns(tx, writeContextOf(caller), move, [id]);
        const [outcome] = outcomes;
        if (outcome?.result === "refused") throw conflict(outcome.code ?? "refused", outcome.message ?? "Refused.");
        return { status: 200, body: await standing(tx, caller, id), wake: wake(caller, shards, SENDS.has(move)) };
      },
    );
  }

  router.write(
    {
      methods: ["post"],
      path: "/v1/runs/{id}/undo",
      tag,
      summary: "Undo a run: slots that nobody has written since go back to what they were",
      description: "A dry run unless `dryRun: false`. Messages and exclusions cannot be undone: they are listed.",
      right,
      params: idParams,
      body: undoBody,
      bodyOptional: true,
      answers: { 200: undoAnswer },
    },
    async ({ params, body: { dryRun }, caller }, tx) => {
      const run = await standing(tx, caller, params.id);
      if (OPEN.has(run.status)) throw conflict("run_open", `The run has not ended (${run.status}): cancel it first.`);
      const { outcomes, shards } = await undoRuns(tx, writeContextOf(caller), [run.id], dryRun);
      const { undone, kept, wouldSet } = outcomes[0]!;
      const { code, message } = undoResult({ undone, kept });
      if (code === "nothing_to_undo") throw conflict(code, message ?? "");
      const body = { ...(await standing(tx, caller, run.id)), dryRun, undone, kept, wouldSet };
      return { status: 200, body, wake: wake(caller, shards) };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/runs/{id}/replay",
      tag,
      summary: "Evaluate a run's rule again for its change",
      description:
        "A dry run unless `dryRun: false`: then the rule acts as a new run (`replayOf`) of the same root. On recorded facts a slot that was written for a newer change stays (`superseded`); on today's the rule acts as for a new change. Rules above it keep their slots.",
      right,
      params: idParams,
      body: replayBody,
      bodyOptional: true,
      answers: { 200: replayAnswer },
    },
    async ({ params, body: options, caller }, tx) => {
      await standing(tx, caller, params.id);
      const { runId, shards, ...replayed } = (await refusing(
        replayRun(tx, writeContextOf(caller), params.id, options),
      ))!;
      const run = runId === null ? null : await standing(tx, caller, runId);
      const { dryRun, facts } = options;
      return {
        status: 200,
        body: { ...replayed, dryRun, facts, id: runId, run },
        wake: wake(caller, shards, !dryRun && options.resend),
      };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/runs/actions",
      tag,
      summary: "Pause, resume, cancel, retry, replay or undo many runs",
      description:
        "Each run for itself: what its status does not allow is told and holds up no other. Up to 10,000 at once, 500 for replay and undo; then `next` says where to go on (`after`).",
      right,
      body: runsAction,
      answers: { 200: selectionAnswer },
    },
    async ({ body, caller }, tx) => {
      const { action, runIds, ruleId, filter = {}, after, dryRun, facts, resend } = body;
      const { status, customerId, ...rest } = filter;
      const customer =
        customerId === undefined ? undefined : ((await findCustomerId(tx, customerScope(caller), customerId)) ?? "");
      const statuses = status === undefined ? undefined : [status].flat();
      const selection = { ...rest, runIds, ruleId, customerId: customer, statuses, after };
      const options = { dryRun, facts, resend };
      const request = { action, selection, options };
      const { results, shards, next } = await controlRuns(tx, writeContextOf(caller), request);
      const count = (result: string) => results.filter((one) => one.result === result).length;
      const counts = { done: count("done"), unchanged: count("unchanged"), refused: count("refused") };
      const listed = results.toSorted((a, b) => ORDER[a.result] - ORDER[b.result]).slice(0, LISTED);
      const isDry = action === "replay" || action === "undo" ? { dryRun } : {};
      return {
        status: 200,
        body: { action, ...isDry, selected: results.length, ...counts, more: next !== null, next, results: listed },
        wake: wake(caller, shards, SENDS.has(action)),
      };
    },
  );
}

const ORDER = { refused: 0, unchanged: 1, done: 2 };

const wake = ({ organizationId }: Caller, shards: number[], messages = false) => ({ organizationId, shards, messages });

/** After these there may be messages to send. */
const SENDS: ReadonlySet<string> = new Set(["resume", "retry", "replay"]);

/** The run as it is answered, without its facts; throws 404. */
async function standing(tx: Transaction, caller: Caller, id: string) {
  const run = await getRun(tx, customerScope(caller), id);
  if (run === null) throw notFound("run");
  const { before: _before, after: _after, ...shown } = run;
  return toRunAnswer(shown);
}

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ReplayRefused) throw conflict(error.code, error.message);
    throw error;
  }
}
