import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRoot, type RunAs, runAsAccount } from "./accounts.ts";
import { serverEnv } from "./childEnv.ts";
import type { PostgresPrograms } from "./postgresBinaries.ts";
import { endProcesses, listProcesses } from "./processes.ts";
import { messageOf, StartError } from "./startError.ts";

/** The major version of the embedded Postgres; it can only open data folders of this version. */
const MAJOR = "18";
/** Without these no server starts; a folder that lacks one was half deleted or half copied. */
const PARTS = ["global/pg_control", "postgresql.conf", "pg_hba.conf", "base", "pg_wal", "pg_xact"];
const DRAFT = "postgres.new-";

/** The user and the database that Tripline keeps everything in. */
export const POSTGRES_NAME = "tripline";

/** Where the data of the embedded Postgres lies below DATA_DIR. */
export function postgresDataFolder(dataDir: string): string {
  return join(dataDir, "postgres");
}

/** Whether a complete data folder exists; throws a StartError for one that is damaged or of another version. */
export async function clusterExists(pgData: string): Promise<boolean> {
  const folder = await stat(pgData).catch(() => undefined);
  if (!folder) return false;
  if (!folder.isDirectory()) throw new StartError(`${pgData} should be the Postgres data folder, but it is a file.`);
  if (isRoot() && folder.uid === 0) {
    throw new StartError(
      `${pgData} belongs to root, as which Postgres refuses to run. Give it to an unprivileged account, for example: chown -R postgres: '${pgData}'.`,
    );
  }
  const version = await readFile(join(pgData, "PG_VERSION"), "utf8").catch(() => "");
  const missing: string[] = version.trim() === "" ? ["PG_VERSION"] : [];
  for (const part of PARTS) if (!(await stat(join(pgData, part)).catch(() => undefined))) missing.push(part);
  if (missing.length > 0) {
    throw new StartError(
      `${pgData} is not a complete Postgres data folder (missing or unreadable: ${missing.join(", ")}). Restore it from a backup, or move it away to begin with an empty database.`,
    );
  }
  if (version.trim() !== MAJOR) {
    throw new StartError(
      `${pgData} was made by Postgres ${version.trim()}, this is Postgres ${MAJOR}. Upgrade it with pg_upgrade or dump and restore, or choose another DATA_DIR.`,
    );
  }
  return true;
}

/**
 * Makes a new data folder. It is built beside its place and renamed, so that a start that is killed meanwhile leaves
 * nothing half made; leavings of such starts are removed.
 */
export async function createCluster(programs: PostgresPrograms, pgData: string, password: string) {
  const parent = dirname(pgData);
  const draft = join(parent, `${DRAFT}${process.pid}`);
  const passwordFile = join(draft, "password");
  try {
    await prepareDraft(programs.runAs, { parent, draft, passwordFile, password });
  } catch (error) {
    throw new StartError(`No Postgres data folder can be made in ${parent}: ${messageOf(error)}.`);
  }
  const result = await runAsAccount(
    programs.runAs,
    programs.initdb,
    [
      ...["-D", join(draft, "data"), "-U", POSTGRES_NAME, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
      // The builtin provider sorts by code point and folds case beyond ASCII, alike on every platform.
      ...["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ],
    { cwd: draft, env: serverEnv({ LC_ALL: "C" }) },
  );
  if (result.code !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw new StartError(
      `Postgres could not make its data folder ${pgData}: ${(result.stderr || result.stdout).trim()}`,
    );
  }
  await rename(join(draft, "data"), pgData);
  await rm(draft, { recursive: true, force: true });
}

/** Sets the password through single-user mode, which needs none: for a data folder whose secrets.json was lost. */
export async function resetPassword(programs: PostgresPrograms, pgData: string, password: string) {
  const script = `printf '%s\\n' "$3" | "$1" --single -D "$2" postgres`;
  const statement = `alter role ${POSTGRES_NAME} password '${password}'`;
  const args = ["-c", script, "sh", programs.postgres, pgData, statement];
  const result = await runAsAccount(programs.runAs, "/bin/sh", args, { cwd: "/", env: serverEnv({ LC_ALL: "C" }) });
  if (result.code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(result.stderr)) {
    throw new StartError(`The password of the Postgres in ${pgData} could not be set anew: ${result.stderr.trim()}`);
  }
}

/**
 * Ends every Postgres of this data folder that an earlier start left behind, backends too (a new server refuses to
 * start beside them), and then removes a postmaster.pid, whose process id may belong to a stranger by now.
 * Only for the holder of the DATA_DIR's lock.
 */
export async function endPostgresOf(pgData: string): Promise<number> {
  const find = async () => (await listProcesses()).filter((one) => isPostgresOf(pgData, one));
  const servers = async () => (await find()).filter((one) => one.hasArgs("-D", pgData));
  const ended = (await endProcesses(servers, "SIGINT", 15_000)) + (await endProcesses(find, "SIGQUIT", 5_000));
  if (await stat(join(pgData, "PG_VERSION")).catch(() => undefined)) {
    await rm(join(pgData, "postmaster.pid"), { force: true });
  }
  return ended;
}

function isPostgresOf(pgData: string, one: Awaited<ReturnType<typeof listProcesses>>[number]): boolean {
  // Backends rewrite their command line ("postgres: checkpointer"), but work inside the data folder.
  const isPostgres = /(^|[/\\])postgres(\.exe)?:?$/.test(one.program) || one.program.startsWith("postgres: ");
  return isPostgres && (one.hasArgs("-D", pgData) || one.cwd === pgData);
}

/** Removes the leavings of killed starts and makes the folder and the password file for a new one. */
async function prepareDraft(
  runAs: RunAs,
  { parent, draft, passwordFile, password }: { parent: string; draft: string; passwordFile: string; password: string },
) {
  for (const name of await readdir(parent)) {
    if (name.startsWith(DRAFT)) await rm(join(parent, name), { recursive: true, force: true });
  }
  await mkdir(join(draft, "data"), { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (runAs === "self") return;
  for (const path of [passwordFile, join(draft, "data"), draft]) await chown(path, runAs.uid, runAs.gid);
}
