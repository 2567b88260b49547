import { access, chmod, constants, mkdir, realpath, stat } from "node:fs/promises";
import { isRoot } from "./accounts.ts";
import { codeOf, messageOf, StartError } from "./startError.ts";

/** Makes DATA_DIR when it is missing and returns its real path. Throws a StartError for one that cannot be used. */
export async function prepareDataDir(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory()) throw new StartError(`DATA_DIR is ${path}, but that is not a folder.`);
  if (!found) await makeFolder(path);
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new StartError(`DATA_DIR is ${path}, but this account may not write there.`);
  }
  return realpath(path);
}

async function makeFolder(path: string) {
  try {
    await mkdir(path, { recursive: true });
    // Root hands Postgres to another account, which must be able to enter whatever the umask says.
    if (isRoot()) await chmod(path, 0o755);
  } catch (error) {
    const reason = codeOf(error) === "ENOTDIR" ? "a part of that path is a file" : messageOf(error);
    throw new StartError(`DATA_DIR is ${path}, but that folder cannot be made: ${reason}.`);
  }
}
