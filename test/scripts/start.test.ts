import { chmod, mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { sendSignal } from "../../scripts/launcher/processes.ts";
import { headersOf } from "../../scripts/launcher/readyKey.ts";
import { readSecrets } from "../../scripts/launcher/secrets.ts";
import { eventually } from "../helpers/poll.ts";
import { freePort } from "../helpers/ports.ts";
import { killProcessesOf, type NpmStart, npmStart, pidsOf, processesOf, signalGroup } from "./npmStart.ts";

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
  await killProcessesOf(dataDir);
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
      await eventually(() => second.output().includes("Another npm start"));
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
        sendSignal(pid, "SIGKILL");
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
      await killProcessesOf(dataDir);
      await killed.exited;
      const { api } = await start().ready();
      expect((await withKey(api, "/v1/customers/external:KEPT")).status).toBe(200);
    },
    SLOW,
  );

  test(
    "when npm itself is killed, the launcher ends too and the next start waits for that",
    async () => {
      const throughNpm = npmStart(dataDir, env, ["npm", "start"]);
      started.push(throughNpm);
      await throughNpm.ready();
      throughNpm.child.kill("SIGKILL");
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
