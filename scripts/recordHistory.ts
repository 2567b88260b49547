import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "@temporalio/client";
import { loadConfig } from "../config.ts";
import { connectClient } from "../temporal/connect.ts";

/**
 * Keeps the history of a workflow run in test/histories, where the tests replay it against the workflows as they are now:
 *
 *   npx tsx scripts/recordHistory.ts <name of the file> <temporalWorkflowId> [temporalRunId]
 *
 * Reads the same environment as the worker. test/workflows/record.ts plays and records all that are kept there.
 */

export const HISTORIES = fileURLToPath(new URL("../test/histories/", import.meta.url));

/** Downloads one run's history (the latest without `runId`) and writes it to test/histories/<name>.json. */
export async function recordHistory(client: Client, name: string, workflowId: string, runId?: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const file = join(HISTORIES, `${name}.json`);
  await writeFile(file, `${JSON.stringify(scrubbed(JSON.parse(JSON.stringify(history))), null, 1)}\n`);
  return file;
}

/** What tells of the machine that recorded it and means nothing to a replay. */
const OF_THE_MACHINE = new Set([
  "identity",
  "lastWorkerIdentity",
  "stackTrace",
  "workerVersion",
  "requestId",
  "buildId",
]);

/** A copy of a history without host names, process ids, paths and task queue names. */
function scrubbed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrubbed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (OF_THE_MACHINE.has(key)) return [];
    if (key === "taskQueue") return [[key, { name: "tripline", kind: "TASK_QUEUE_KIND_NORMAL" }]];
    return [[key, scrubbed(inner)]];
  });
  return Object.fromEntries(entries);
}

const [, program, name, workflowId, runId] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (!name || !workflowId) {
    console.error(
      "Say which: npx tsx scripts/recordHistory.ts <name of the file> <temporalWorkflowId> [temporalRunId]",
    );
    process.exit(1);
  }
  const client = connectClient(loadConfig());
  console.log(await recordHistory(client, name, workflowId, runId));
  await client.connection.close();
}
