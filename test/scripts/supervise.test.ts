import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { type Exit, exitOf, type RunningProcess, stopInSteps } from "../../scripts/launcher/childProcess.ts";
import { ConfigurationExit, type Supervised, supervise } from "../../scripts/launcher/supervise.ts";
import { eventually } from "../helpers/poll.ts";

const IGNORES_SIGTERM = 'process.on("SIGTERM", () => undefined); console.log("up"); setInterval(() => undefined, 1000)';
const LIVES = 'console.log("up"); setInterval(() => undefined, 1000)';
const backoff = { firstMs: 20, mostMs: 80, healthyMs: 60_000 };
const calm = new AbortController().signal;
const supervised: Supervised<RunningProcess>[] = [];
afterEach(async () => {
  const hurry = AbortSignal.abort();
  for (const one of supervised.splice(0)) await one.stop(hurry);
});

/** A small real process; resolves when it has said that it is up, rejects when it ends before. */
async function startNode(code: string, drainMs = 5_000): Promise<RunningProcess> {
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  const exited = exitOf(child);
  const first = await Promise.race([once(child.stdout, "data"), exited]);
  if (!Array.isArray(first)) throw new Error(`it ended with ${first.code}`);
  const stop = (hurry?: AbortSignal) => stopInSteps(child, exited, [{ signal: "SIGTERM", waitMs: drainMs }], hurry);
  return { pid: child.pid ?? 0, exited, stop };
}

/** Supervises what `start` makes and remembers all of it. */
async function keep(start: (attempt: number) => Promise<RunningProcess>) {
  const seen = { processes: [] as RunningProcess[], attempts: 0, lines: [] as string[], hopeless: [] as Error[] };
  const one = await supervise(
    {
      name: "it",
      start: async () => {
        const process = await start(seen.attempts++);
        seen.processes.push(process);
        return process;
      },
    },
    { log: (line) => seen.lines.push(line), onHopeless: (error) => seen.hopeless.push(error), backoff },
  );
  supervised.push(one);
  return { one, seen };
}

test("a process that is killed is started again, as often as it takes", async () => {
  const { seen } = await keep(() => startNode(LIVES));
  for (const count of [1, 2, 3]) {
    await eventually(() => seen.processes.length === count, { message: `start ${count}` });
    process.kill(seen.processes.at(-1)?.pid ?? 0, "SIGKILL");
  }
  await eventually(() => seen.processes.length === 4);
  expect(seen.lines.filter((line) => line.includes("signal SIGKILL"))).toHaveLength(3);
});

test("a restart that fails is tried again with a growing wait", async () => {
  const { seen } = await keep((attempt) => startNode(attempt === 0 || attempt > 4 ? LIVES : "process.exit(3)"));
  process.kill(seen.processes[0]?.pid ?? 0, "SIGKILL");
  await eventually(() => seen.processes.length === 2);
  expect(seen.attempts).toBe(6);
  expect(seen.lines.filter((line) => line.includes("did not start"))).toHaveLength(4);
});

test("what the first start throws is thrown, and nothing is tried again", async () => {
  let attempts = 0;
  const service = {
    name: "it",
    start: () => {
      attempts++;
      return startNode("process.exit(3)");
    },
  };
  const options = { log: () => undefined, onHopeless: () => undefined, backoff };
  await expect(supervise(service, options)).rejects.toThrow("it ended with 3");
  expect(attempts).toBe(1);
});

test("a process that says its configuration is wrong is not started again", async () => {
  const { seen } = await keep(() => startNode('console.log("up"); setTimeout(() => process.exit(78), 100)'));
  await eventually(() => seen.hopeless.length === 1);
  expect(seen.hopeless[0]).toBeInstanceOf(ConfigurationExit);
  expect(seen.attempts).toBe(1);
});

test("a stop ends the process for good", async () => {
  const { one, seen } = await keep(() => startNode(LIVES));
  await one.stop(calm);
  expect(await seen.processes[0]?.exited).toMatchObject({ signal: "SIGTERM" });
  expect(seen.attempts).toBe(1);
});

test("a stop in the middle of a restart leaves nothing behind", async () => {
  const { one, seen } = await keep(() => startNode(LIVES));
  process.kill(seen.processes[0]?.pid ?? 0, "SIGKILL");
  await eventually(() => seen.attempts === 2, { intervalMs: 1 });
  await one.stop(calm);
  const exits: Exit[] = await Promise.all(seen.processes.map((process) => process.exited));
  expect(exits.length).toBe(seen.processes.length);
});

test("a process that does not listen to SIGTERM is killed when its time is up", async () => {
  const { one, seen } = await keep(() => startNode(IGNORES_SIGTERM, 200));
  await one.stop(calm);
  expect(await seen.processes[0]?.exited).toMatchObject({ signal: "SIGKILL" });
});

test("hurry cuts a long drain short", async () => {
  const { one, seen } = await keep(() => startNode(IGNORES_SIGTERM, 3_600_000));
  const hurry = new AbortController();
  const stopped = one.stop(hurry.signal);
  hurry.abort();
  await stopped;
  expect(await seen.processes[0]?.exited).toMatchObject({ signal: "SIGKILL" });
});
