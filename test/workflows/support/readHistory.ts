import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { HISTORIES } from "../../../scripts/recordHistory.ts";

type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;

// The SDK's own historyFromJSON (1.24) compares classes of two copies of protobufjs and throws wherever npm cannot merge them, so
// the message is made by the SDK's generated code itself.
const ofTheClient = createRequire(createRequire(import.meta.url).resolve("@temporalio/client"));
const { temporal }: { temporal: { api: { history: { v1: { History: { fromObject(json: unknown): History } } } } } } =
  ofTheClient("@temporalio/proto");

/** A recorded history as the SDK replays it. */
export async function readHistory(name: string): Promise<History> {
  return temporal.api.history.v1.History.fromObject(JSON.parse(await readFile(join(HISTORIES, name), "utf8")));
}
