import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockPath, takeLock } from "../../scripts/launcher/lock.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tripline-lock-")));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** Another process that takes the lock and says "held", or "refused: …". */
async function otherStart(): Promise<{ child: ChildProcess; said: string }> {
  const lock = new URL("../../scripts/launcher/lock.ts", import.meta.url).href;
  const script = `const { takeLock } = await import(${JSON.stringify(lock)});
    await takeLock(${JSON.stringify(folder)}, { patienceMs: 0 }).then(() => console.log("held"), (e) => console.log("refused: " + e.message));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [chunk] = await once(child.stdout, "data");
  return { child, said: String(chunk) };
}

test("a second start is refused while the first lives, and let in once it has released", async () => {
  const lock = await takeLock(folder);
  await expect(takeLock(folder)).rejects.toThrow(`process ${process.pid}`);
  expect((await otherStart()).said).toMatch(/^refused: Another npm start/);
  await lock.release();
  await (await takeLock(folder)).release();
});

test("the lock of a killed process is taken over, its socket left behind notwithstanding", async () => {
  const { child, said } = await otherStart();
  expect(said).toBe("held\n");
  await expect(takeLock(folder)).rejects.toThrow(`process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await takeLock(folder)).release();
});

test("of several starts that take over a dead one's lock at once, exactly one wins", async () => {
  const { child } = await otherStart();
  child.kill("SIGKILL");
  await once(child, "exit");
  const outcomes = await Promise.all([otherStart(), otherStart(), otherStart(), otherStart()]);
  expect(outcomes.filter(({ said }) => said === "held\n")).toHaveLength(1);
});

test("a start waits for one that is stopping", async () => {
  const first = await takeLock(folder);
  first.stopping();
  const second = takeLock(folder, { patienceMs: 20_000 });
  await first.release();
  await (await second).release();
});

test("a stopped process that does not answer still counts as running", async () => {
  const { child } = await otherStart();
  child.kill("SIGSTOP");
  await expect(takeLock(folder)).rejects.toThrow("though it does not answer");
});

test("the holder hears of every question, so that it can look whether it is still wanted", async () => {
  let asked = 0;
  const lock = await takeLock(folder, {
    onAsked: () => {
      asked++;
    },
  });
  const before = asked;
  await expect(takeLock(folder)).rejects.toThrow();
  expect(asked).toBe(before + 1);
  await lock.release();
});

test("a folder with a long path has a lock of its own, too", async () => {
  const long = join(folder, "x".repeat(100));
  await mkdir(long);
  expect(Buffer.byteLength(lockPath(long))).toBeLessThanOrEqual(103);
  const lock = await takeLock(long);
  await expect(takeLock(long)).rejects.toThrow("already runs");
  await (await takeLock(folder)).release();
  await lock.release();
});
