import { setTimeout as pause } from "node:timers/promises";
import { DemoError } from "./errors.ts";
import { withProgress } from "./progress.ts";
import type { Session } from "./session.ts";

/** Two requests a second leave most of the default rate limit (600 a minute) to others. */
const POLL_MS = 500;
/** So long may nothing move before the demo gives up. */
const STALLED_MS = 60_000;
const MESSAGES_MS = 30_000;

/** How many changes the organization has. */
export async function countChanges(session: Session): Promise<number> {
  return await total(session, {});
}

async function total({ client }: Session, query: { evaluated?: boolean }): Promise<number> {
  const params = { query: { ...query, limit: 1 } };
  return (await client.demand(client.tripline.GET("/v1/changes", { params }))).total;
}

/** Waits until every change of the organization is evaluated, and shows how far the last `total` of them have come. */
export async function waitForEvaluation(session: Session, label: string, total: number): Promise<void> {
  // What rules write in answer waits too and may outnumber what is counted here.
  await withProgress(label, total, (update) => untilNone(session, (waiting) => update(Math.max(total - waiting, 0))));
}

async function untilNone(session: Session, onProgress: (waiting: number) => void): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY;
  let movedAt = Date.now();
  for (;;) {
    const waiting = await total(session, { evaluated: false });
    if (waiting === 0) return;
    onProgress(waiting);
    if (waiting < fewest) {
      fewest = waiting;
      movedAt = Date.now();
    }
    if (Date.now() - movedAt > STALLED_MS) {
      throw new DemoError(
        `${waiting} changes still wait to be evaluated and nothing has moved for a minute. Does a worker run? "npm start" starts one; with "npm run api" alone there is none. Nothing is lost: they are evaluated once it does.`,
      );
    }
    await pause(POLL_MS);
  }
}

/** Waits until every rule run has come to an end, half a minute at most. Answers how many have not. */
export async function waitForMessages(session: Session): Promise<number> {
  const deadline = Date.now() + MESSAGES_MS;
  for (;;) {
    const open = await openRuns(session);
    if (open === 0 || Date.now() > deadline) return open;
    await pause(POLL_MS);
  }
}

/** How many rule runs this organization has. */
export async function countRuns({ client }: Session, status?: "planned" | "running" | "waiting"): Promise<number> {
  const params = { query: { limit: 1, ...(status === undefined ? {} : { status }) } };
  return (await client.demand(client.tripline.GET("/v1/runs", { params }))).total;
}

async function openRuns(session: Session): Promise<number> {
  const statuses = ["planned", "running", "waiting"] as const;
  const totals = await Promise.all(statuses.map((status) => countRuns(session, status)));
  return totals.reduce((sum, count) => sum + count, 0);
}
