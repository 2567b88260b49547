import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time";
import { ConfigError, loadConfig } from "../config.ts";
import { temporalOptions } from "../temporal/connect.ts";
import { EXIT_CONFIGURATION, exitMisconfigured } from "./launcher/asChild.ts";
import { pause } from "./launcher/childProcess.ts";
import { ensureSearchAttributes } from "./launcher/searchAttributes.ts";
import { messageOf, StartError } from "./launcher/startError.ts";

// Makes a Temporal of one's own ready for Tripline: its namespace and its search attributes. Harmless when repeated.

/** Kept history of finished workflows; what lasts is in Postgres. */
const RETENTION = "7 days";
const NOT_FOUND = 5;
const DEADLINE_MS = 60_000;

async function prepare() {
  const config = loadConfig();
  if (!config.TEMPORAL_ADDRESS) {
    exitMisconfigured("Set TEMPORAL_ADDRESS to the Temporal to prepare; `npm start` prepares its own.");
  }
  const options = temporalOptions(config);
  await ensureNamespace(await Connection.connect({ connectTimeout: 30_000, ...options }), config.TEMPORAL_NAMESPACE);
  await ensureSearchAttributes(options, config.TEMPORAL_NAMESPACE);
  console.log(`namespace ${config.TEMPORAL_NAMESPACE} of ${config.TEMPORAL_ADDRESS} is ready`);
}

async function ensureNamespace(connection: Connection, namespace: string) {
  try {
    if (await exists(connection, namespace)) return;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(RETENTION),
    });
    // The servers' caches learn of it within some seconds.
    const deadline = Date.now() + DEADLINE_MS;
    while (!(await exists(connection, namespace))) {
      if (Date.now() > deadline) throw new StartError(`Temporal does not know its new namespace ${namespace} yet.`);
      await pause(500);
    }
  } finally {
    await connection.close();
  }
}

async function exists(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    await connection.operatorService.listSearchAttributes({ namespace });
    return true;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === NOT_FOUND) return false;
    throw error;
  }
}

try {
  await prepare();
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof ConfigError ? EXIT_CONFIGURATION : 1);
}
