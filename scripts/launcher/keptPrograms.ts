import { access, chmod, constants, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Finished, runToEnd } from "./runToEnd.ts";
import { messageOf } from "./startError.ts";

/** A program that is looked for on this machine and downloaded once where there is none. */
export interface Program {
  /** The name of its file. */
  file: string;
  /** Arguments that show quickly that it runs, and whether what it then says is its own. */
  probe: { args: string[]; isItsOwn: (said: Finished) => boolean };
}

/** A way to download a program: puts it into `folder` and returns its path there, or throws with the reason. */
export interface Download {
  name: string;
  fetch(folder: string, signal?: AbortSignal): Promise<string>;
}

export interface Search {
  /** Folders, in the order in which they are looked at. */
  folders: string[];
  /** In the order in which they are tried. */
  downloads: Download[];
  /** Where a download is kept. */
  cacheDir: string;
  log?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** The folders of a PATH. */
export const foldersOf = (path: string) => path.split(delimiter).filter((folder) => folder !== "");

/** The path of a program that runs: from the first folder that has one, else downloaded; or all that was tried, in words. */
export async function findProgram(program: Program, search: Search): Promise<{ found: string } | { tried: string[] }> {
  const { folders, downloads, cacheDir, log = () => undefined, signal } = search;
  const tried: string[] = [];
  for (const folder of folders) {
    const file = join(folder, program.file);
    const problem = await whyItDoesNotRun(program, file);
    if (problem === undefined) return { found: file };
    if (problem !== "absent") tried.push(`${file}: ${problem}`);
  }
  const places = folders.slice(-2).join(" or in ");
  tried.push(`no ${program.file} on the PATH, in ${places}`);
  for (const download of downloads) {
    signal?.throwIfAborted();
    log(`no ${program.file} program found; trying ${download.name}`);
    try {
      return { found: await keep(program, download, cacheDir, signal) };
    } catch (error) {
      tried.push(`${download.name}: ${messageOf(error)}`);
    }
  }
  return { tried };
}

/** Undefined when the program runs, "absent" when there is none, else what is wrong with it. */
export async function whyItDoesNotRun({ probe }: Program, file: string): Promise<string | undefined> {
  if (!(await exists(file, constants.F_OK))) return "absent";
  if (!(await exists(file, constants.X_OK))) return "it is not executable";
  const said = await runToEnd(file, probe.args, { limitMs: 20_000 });
  if (probe.isItsOwn(said)) return undefined;
  return `${probe.args.join(" ")} answered ${JSON.stringify((said.stdout + said.stderr).trim().slice(0, 200))}`;
}

async function exists(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Downloads into a folder of its own and moves the program in place once it ran, so that no start sees half a file. */
async function keep(program: Program, download: Download, cacheDir: string, signal?: AbortSignal): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  await removeLeavings(cacheDir);
  const folder = await mkdtemp(join(cacheDir, "download-"));
  try {
    const fetched = await download.fetch(folder, signal);
    const draft = join(folder, "checked", program.file);
    await mkdir(join(folder, "checked"));
    await copyFile(fetched, draft);
    await chmod(draft, 0o755);
    const problem = await whyItDoesNotRun(program, draft);
    if (problem !== undefined) throw new Error(`the downloaded program does not run: ${problem}`);
    await rename(draft, join(cacheDir, program.file));
    return join(cacheDir, program.file);
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
