import { endPostgresOf, postgresDataFolder } from "./postgresCluster.ts";
import { endProcesses, listProcesses } from "./processes.ts";
import { endTemporalOf, temporalDatabase } from "./temporalServer.ts";

/** The argument by which a worker or API tells whose it is; it has no other meaning. */
export function ownerArgument(dataDir: string): string {
  return `--data-dir=${dataDir}`;
}

/**
 * Ends every server, worker and API of this DATA_DIR that a killed start left behind; API and worker first, because
 * they work with the servers. Returns how many there were. Only for the holder of the lock.
 */
export async function endOrphans(dataDir: string): Promise<number> {
  const children = async () => (await listProcesses()).filter((one) => one.hasArgs(ownerArgument(dataDir)));
  const endedChildren = await endProcesses(children, "SIGTERM", 10_000);
  const endedTemporal = await endTemporalOf(temporalDatabase(dataDir));
  const endedPostgres = await endPostgresOf(postgresDataFolder(dataDir));
  return endedChildren + endedTemporal + endedPostgres;
}
