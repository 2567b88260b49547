import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger, Worker } from "@temporalio/worker";
import { beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../config.ts";
import { HISTORIES } from "../../scripts/recordHistory.ts";
import { type WorkflowBundle, workflowBundle } from "../../worker/bundle.ts";
import { readHistory } from "./support/readHistory.ts";
import { quiet } from "./support/testWorker.ts";

const names = (await readdir(HISTORIES)).filter((name) => name.endsWith(".json")).sort();
const SCENARIOS = [
  "backfill-cancelled",
  "backfill-continued",
  "backfill-done",
  "backfill-page-done",
  "backfill-page-lost",
  "backfill-page-stopped",
  "backfill-paused-resumed",
  "job-continued",
  "job-done",
  "job-page-in-progress",
  "ratings-continued",
  "ratings-done",
  "ratings-page-in-progress",
  "retention-continued",
  "retention-done",
  "run-all-sent",
  "run-controlled",
  "run-digests-sent-and-failed",
  "run-nothing-to-claim",
  "run-one-failed",
  "tracker-controlled",
  "tracker-controlled-continued",
  "tracker-idle-continued",
  "tracker-postgres-away",
  "tracker-rested-then-work",
  "tracker-timer-cut-short",
  "tracker-timer-fired",
  "tracker-woken-while-evaluating",
];

let bundle: WorkflowBundle;
beforeAll(async () => {
  quiet();
  bundle = await workflowBundle(loadConfig().cacheDir);
});

const read = (name: string) => readFile(join(HISTORIES, name), "utf8");

/** Replays one recorded history; throws where the workflow would now do something else than it did then. */
async function replay(workflowBundle: WorkflowBundle, name: string): Promise<void> {
  const results = Worker.runReplayHistories({ workflowBundle }, [
    { workflowId: name, history: await readHistory(name) },
  ]);
  for await (const { error } of results) if (error) throw error;
}

describe("recorded histories", () => {
  it("hold every scenario", () => {
    expect(names.map((name) => name.replace(/\.json$/, ""))).toEqual(expect.arrayContaining(SCENARIOS));
  });

  it.each(names)("%s replays against the workflows as they are", async (name) => {
    await replay(bundle, name);
  });

  it.each(names)("%s is small and tells of no person and no machine", async (name) => {
    const text = await read(name);
    expect((await stat(join(HISTORIES, name))).size).toBeLessThan(100_000);
    const plain = [text, ...payloads(JSON.parse(text))].join("\n");
    expect(plain).not.toMatch(/[\w.]+@[\w.]+/);
    expect(plain).not.toMatch(/\/(home|root|Users|work|tmp|var)\b|node_modules|\.ts:\d/);
    expect(plain).not.toMatch(/Globex|Paris/);
  });
});

describe("a workflow that was changed carelessly", () => {
  let changed: WorkflowBundle;
  beforeAll(async () => {
    const path = fileURLToPath(new URL("./support/changedWorkflows.ts", import.meta.url));
    changed = await bundleWorkflowCode({ workflowsPath: path, logger: new DefaultLogger("ERROR") });
  });

  it.each([
    "tracker-idle-continued.json",
    "run-all-sent.json",
    "job-done.json",
    "ratings-done.json",
    "retention-done.json",
  ])("fails the replay of %s", async (name) => {
    await expect(replay(changed, name)).rejects.toThrow(/[Nn]ondeterminism/);
  });
});

/** The text of every payload in a history, decoded. */
function payloads(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "data" && typeof inner === "string" ? [Buffer.from(inner, "base64").toString("utf8")] : payloads(inner),
  );
}
