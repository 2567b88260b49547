import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { eventually } from "../helpers/poll.ts";
import { freePort } from "../helpers/ports.ts";
import { type NpmStart, npmStart, processesOf, signalGroup } from "./npmStart.ts";

const SLOW = 240_000;
let env: Record<string, string>;
const started: NpmStart[] = [];

beforeAll(async () => {
  env = { PORT: String(await freePort()), TEMPORAL_CLI_PATH: inject("temporalProgram") };
});
afterEach(async () => {
  for (const run of started.splice(0)) {
    run.child.kill("SIGTERM");
    await run.exited;
  }
}, SLOW);

function start(folder: string, more: Record<string, string> = {}): NpmStart {
  const run = npmStart(folder, { ...env, ...more });
  started.push(run);
  return run;
}

async function nothingRuns(folder: string) {
  await eventually(async () => (await processesOf(folder)).size === 0, { message: `no process left on ${folder}` });
}

describe("a start that cannot work says so, exits and leaves nothing running", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "tripline-refused-")));
    await chmod(folder, 0o755);
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
