import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from "@temporalio/client";
import { CUSTOMER_TRACKER, parseRatingsScheduleId, parseTrackerId, trackerId } from "../workflows/contract.ts";
import type { Waker } from "./waker.ts";

/** What is in Temporal and should be: organizations of the database with their numbers of shards. */
export type KnownOrganizations = readonly { id: string; shards: number }[];

export interface Restarted {
  /** Trackers that ran and run anew, without what they held in memory. */
  restarted: number;
  /** Trackers of organizations or shards that the database does not know, ended. */
  ended: number;
  /** Schedules of organizations that the database does not know, deleted. */
  schedules: number;
}

const REASON = "started anew, to go by what Postgres says";
/** Calls to Temporal at the same time. */
const AT_ONCE = 10;

/**
 * Starts the trackers that run anew: they hold nothing that Postgres does not, and give up the previous values that they
 * mirror. With `endsUnknown`, what belongs to organizations that are not among these is ended. Only what is on this task queue is touched.
 */
export async function restartTrackers(
  client: Client,
  taskQueue: string,
  waker: Pick<Waker, "wakeNow">,
  known: KnownOrganizations,
  { endsUnknown }: { endsUnknown: boolean },
): Promise<Restarted> {
  let restarted = 0;
  const places = known.flatMap(({ id, shards }) => Array.from({ length: shards }, (_, shard) => ({ id, shard })));
  await eachOf(places, async ({ id, shard }) => {
    // By their ids, because Temporal's list may be some seconds behind.
    if (!(await end(client, trackerId(id, shard)))) return;
    await waker.wakeNow(id, shard);
    restarted += 1;
  });
  if (!endsUnknown) return { restarted, ended: 0, schedules: 0 };
  const ended = await endUnknown(client, taskQueue, new Set(places.map(({ id, shard }) => trackerId(id, shard))));
  const schedules = await deleteUnknown(client, taskQueue, new Set(known.map(({ id }) => id)));
  return { restarted, ended, schedules };
}

async function endUnknown(client: Client, taskQueue: string, known: ReadonlySet<string>): Promise<number> {
  const query = `WorkflowType = '${CUSTOMER_TRACKER}' and ExecutionStatus = 'Running' and TaskQueue = '${taskQueue}'`;
  const unknown: WorkflowExecutionInfo[] = [];
  for await (const execution of client.workflow.list({ query })) {
    if (parseTrackerId(execution.workflowId) && !known.has(execution.workflowId)) unknown.push(execution);
  }
  let ended = 0;
  await eachOf(unknown, async ({ workflowId }) => {
    if (await end(client, workflowId)) ended += 1;
  });
  return ended;
}

async function deleteUnknown(client: Client, taskQueue: string, known: ReadonlySet<string>): Promise<number> {
  let deleted = 0;
  for await (const { scheduleId } of client.schedule.list({ pageSize: 1_000 })) {
    const organizationId = parseRatingsScheduleId(scheduleId);
    if (organizationId === null || known.has(organizationId)) continue;
    const handle = client.schedule.getHandle(scheduleId);
    // Several installations may share a namespace where each has a task queue of its own.
    const { action } = await handle.describe();
    if (action.type !== "startWorkflow" || action.taskQueue !== taskQueue) continue;
    await handle.delete();
    deleted += 1;
  }
  return deleted;
}

/** Ends a workflow; false where it does not run. */
async function end(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).terminate(REASON);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
