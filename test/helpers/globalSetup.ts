import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { loadConfig } from "../../config.ts";
import { connect } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { startPostgres } from "../../scripts/launcher/postgresServer.ts";
import { startTemporal } from "../../scripts/launcher/temporalServer.ts";
import { findTemporalCli } from "../../scripts/temporalCli.ts";
import { endWithParent } from "./endWithParent.ts";
import { freePort } from "./ports.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The administrator's database of the Postgres that all tests share. */
    postgresUrl: string;
    /** A database with every migration applied, to copy from; nobody may be connected to it. */
    templateDatabase: string;
    /** host:port of the Temporal that all tests share. */
    temporalAddress: string;
    /** The `temporal` program, for tests that start a server of their own. */
    temporalProgram: string;
    /** A folder that goes with the run. */
    folder: string;
  }
}

const TEMPLATE = "tripline_template";

/** Starts one Postgres and one Temporal for the whole run, in a temporary folder; both are gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tripline-test-")));
  await chmod(folder, 0o755);
  const log = () => undefined;
  const stops: (() => Promise<void>)[] = [];
  const teardown = async () => {
    await Promise.all(stops.map((stop) => stop()));
    // What tests have started may end a moment after them.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const program = await findTemporalCli(loadConfig(), { log: (line) => console.error(line) });
    const [postgres, temporal] = await Promise.all([
      startPostgres({ dataDir: folder, port: await freePort(), log, fsync: false }),
      startTemporal({
        ...{ program, dataDir: folder, log, namespace: "default", headless: true },
        ...{ port: await freePort(), uiPort: await freePort() },
      }),
    ]);
    stops.push(endWithParent(postgres), endWithParent(temporal));
    await createTemplate(postgres.url);
    project.provide("postgresUrl", postgres.url);
    project.provide("templateDatabase", TEMPLATE);
    project.provide("temporalAddress", temporal.address);
    project.provide("temporalProgram", program);
    project.provide("folder", folder);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function createTemplate(adminUrl: string) {
  const admin = connect(adminUrl, { max: 1 });
  try {
    await admin`create database ${admin(TEMPLATE)}`;
    const url = new URL(adminUrl);
    url.pathname = `/${TEMPLATE}`;
    await migrate(url.href);
  } finally {
    await admin.end();
  }
}
