import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { headersOf } from "../../scripts/launcher/readyKey.ts";
import { readSecrets } from "../../scripts/launcher/secrets.ts";
import { eventually } from "../helpers/poll.ts";
import { freePort } from "../helpers/ports.ts";
import { type NpmStart, npmStart, pidsOf, processesOf, signalGroup } from "./npmStart.ts";

const SLOW = 240_000;
let dataDir: string;
let env: Record<string, string>;
const started: NpmStart[] = [];

beforeAll(async () => {
  dataDir = await newFolder();
  env = { PORT: String(await freePort()), TEMPORAL_CLI_PATH: inject("temporalProgram") };
});
afterEach(async () => {
  for (const start of started.splice(0)) {
    start.child.kill("SIGTERM");
    await start.exited;
  }
}, SLOW);
afterAll(async () => {
  for (const pid of (await processesOf(dataDir)).keys()) process.kill(pid, "SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tripline-start-")));
  await chmod(folder, 0o755);
  return folder;
}

function start(folder = dataDir, more: Record<string, string> = {}): NpmStart {
  const run = npmStart(folder, { ...env, ...more });
  started.push(run);
  return run;
}

/** The answer of the API to the ready-made key of the data folder. */
async function withKey(api: string, path: string, body?: object): Promise<Response> {
  const { organizationKey } = await readSecrets(dataDir);
  if (!organizationKey) throw new Error("no key was made");
  const headers = { ...headersOf(organizationKey), "Content-Type": "application/json" };
  return fetch(`${api}${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
}

async function nothingRuns(folder = dataDir) {
  await eventually(async () => (await processesOf(folder)).size === 0, { message: `no process left on ${folder}` });
}

describe("one data folder through its days", () => {
  test(
    "the first start serves, refuses a second one beside it, and Ctrl-C leaves no process",
    async () => {
      const first = start();
      const { api } = await first.ready();
      expect(first.output().match(/^tripline ready /gm)).toHaveLength(1);
      expect((await withKey(api, "/v1/customers", { externalId: "KEPT", name: "Kept", currency: "EUR" })).status).toBe(
        201,
      );
      expect((await stat(join(dataDir, "secrets.json"))).mode & 0o777).toBe(0o600);

      const second = start();
      expect((await second.exited).code).not.toBe(0);
      expect(second.output()).toContain("Another npm start");
      expect((await withKey(api, "/v1/customers/external:KEPT")).status).toBe(200);

      signalGroup(first, "SIGINT");
      expect(await first.exited).toMatchObject({ code: 0 });
      await nothingRuns();
    },
    SLOW,
  );

  test(
    "the next start goes on with the same data, key and ports",
    async () => {
      const before = JSON.parse(await readFile(join(dataDir, "ports.json"), "utf8"));
      const run = start();
      const { api } = await run.ready();
      expect((await withKey(api, "/v1/customers/external:KEPT")).status).toBe(200);
      expect(JSON.parse(await readFile(join(dataDir, "ports.json"), "utf8"))).toEqual(before);
    },
    SLOW,
  );

  test(
    "each process that is killed alone comes back on its port",
    async () => {
      const run = start();
      const { api } = await run.ready();
      for (const part of ["api/main.ts", "worker/main.ts", "server start-dev", "postgres -D"]) {
        const [pid] = pidsOf(await processesOf(dataDir), part);
        if (pid === undefined) throw new Error(`no ${part} runs`);
        process.kill(pid, "SIGKILL");
        await eventually(async () => pidsOf(await processesOf(dataDir), part).some((other) => other !== pid), {
          message: `another ${part}`,
          timeoutMs: 60_000,
        });
        await eventually(async () => (await withKey(api, "/v1/customers/external:KEPT")).ok, {
          message: `the API after the death of ${part}`,
          timeoutMs: 60_000,
        });
        await eventually(async () => (await fetch(`${api}/ready`)).ok, { message: "readiness", timeoutMs: 60_000 });
      }
    },
    SLOW,
  );

  test(
    "after kill -9 of the launcher alone, the next start takes over at once",
    async () => {
      const killed = start();
      await killed.ready();
      killed.child.kill("SIGKILL");
      await killed.exited;
      const { api } = await start().ready();
      expect((await withKey(api, "/v1/customers/external:KEPT")).status).toBe(200);
    },
    SLOW,
  );

  test(
    "after kill -9 of everything, the next start recovers",
    async () => {
      const killed = start();
      await killed.ready();
      killed.child.kill("SIGKILL");
      for (const pid of (await processesOf(dataDir)).keys()) process.kill(pid, "SIGKILL");
      await killed.exited;
      const { api } = await start().ready();
      expect((await withKey(api, "/v1/customers/external:KEPT")).status).toBe(200);
    },
    SLOW,
  );

  test(
    "a start killed before it is ready leaves nothing that hinders the next one",
    async () => {
      const killed = start();
      await eventually(() => killed.output().includes("starting worker and API"), { timeoutMs: 60_000 });
      killed.child.kill("SIGKILL");
      await killed.exited;
      const run = start();
      await run.ready();
      signalGroup(run, "SIGTERM");
      expect(await run.exited).toMatchObject({ code: 0 });
      await nothingRuns();
    },
    SLOW,
  );
});

describe("a start that cannot work says so, exits and leaves nothing running", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function refused(run: NpmStart): Promise<string> {
    const exit = await run.exited;
    expect(exit.code).toBeGreaterThan(0);
    await nothingRuns(folder);
    expect(run.output()).not.toMatch(/^\s+at /m);
    return run.output();
  }

  test.each(["PORT", "POSTGRES_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT"])(
    "%s is taken",
    async (variable) => {
      const port = await freePort();
      const stranger = createServer().listen(port, "127.0.0.1");
      await eventually(() => stranger.listening);
      const said = await refused(start(folder, { [variable]: String(port) }));
      expect(said).toContain(`${variable}: port ${port} is taken`);
      stranger.close();
    },
    SLOW,
  );

  test(
    "two servers are given the same port",
    async () => {
      const port = String(await freePort());
      expect(await refused(start(folder, { POSTGRES_PORT: port, TEMPORAL_PORT: port }))).toContain("two servers");
    },
    SLOW,
  );

  test(
    "the environment has mistakes",
    async () => {
      const said = await refused(start(folder, { PORT: "many", LOG_LEVEL: "loud" }));
      expect(said).toMatch(/^PORT: /m);
      expect(said).toMatch(/^LOG_LEVEL: /m);
    },
    SLOW,
  );

  test(
    "the temporal program does not exist",
    async () => {
      expect(await refused(start(folder, { TEMPORAL_CLI_PATH: "/no/such/program" }))).toContain("TEMPORAL_CLI_PATH");
    },
    SLOW,
  );

  test(
    "DATA_DIR is a file, or lies below one",
    async () => {
      const file = join(folder, "file");
      await writeFile(file, "");
      expect(await refused(start(file))).toContain("is not a folder");
      expect(await refused(start(join(file, "below")))).toContain("DATA_DIR");
    },
    SLOW,
  );

  test(
    "the Postgres data was half deleted",
    async () => {
      const half = join(folder, "half");
      await mkdir(join(half, "postgres", "base"), { recursive: true });
      expect(await refused(start(half))).toMatch(/postgres (belongs to root|is not a complete)/);
    },
    SLOW,
  );

  test(
    "secrets.json is not JSON",
    async () => {
      const damaged = join(folder, "damaged");
      await mkdir(damaged);
      await writeFile(join(damaged, "secrets.json"), "{");
      expect(await refused(start(damaged))).toContain("secrets.json cannot be read");
    },
    SLOW,
  );

  test(
    "the database cannot be reached",
    async () => {
      const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
      expect(await refused(start(folder, { DATABASE_URL: url }))).toContain("cannot be migrated");
    },
    SLOW,
  );

  test(
    "Ctrl-C in the middle of a first start stops it",
    async () => {
      const run = start(folder);
      await eventually(() => run.output().includes("starting Postgres"), { timeoutMs: 60_000 });
      signalGroup(run, "SIGINT");
      expect(await run.exited).toMatchObject({ code: 0 });
      await nothingRuns(folder);
    },
    SLOW,
  );
});
