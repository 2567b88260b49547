import { chmod, chown, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isRoot, unprivilegedAccount } from "../../scripts/launcher/accounts.ts";
import { endPostgresOf, postgresDataFolder } from "../../scripts/launcher/postgresCluster.ts";
import { type PostgresServer, startPostgres } from "../../scripts/launcher/postgresServer.ts";
import { readSecrets } from "../../scripts/launcher/secrets.ts";
import { StartError } from "../../scripts/launcher/startError.ts";
import { freePort } from "../helpers/ports.ts";

let dataDir: string;
const servers: PostgresServer[] = [];
beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), "tripline-pg-")));
  await chmod(dataDir, 0o755);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await endPostgresOf(postgresDataFolder(dataDir));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(port?: number): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, port: port ?? (await freePort()), log: () => undefined, fsync: false });
  servers.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

test("what was written is there after a stop and a start", async () => {
  const first = await start();
  await query(first.url, "create table kept (id int); insert into kept values (7)");
  await first.stop();
  expect(await first.exited).toMatchObject({ code: 0 });
  const second = await start(first.port);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "select id from kept")).toEqual([{ id: 7 }]);
});

test("a killed server is taken over, its backends and its postmaster.pid included", async () => {
  const first = await start();
  const pidFile = join(postgresDataFolder(dataDir), "postmaster.pid");
  const connected = postgres(first.url, { max: 1 });
  await connected`select 1`;
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  // The process id in the file now belongs to a stranger: this very test.
  const text = await readFile(pidFile, "utf8");
  await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));
  const second = await start(first.port);
  expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await connected.end({ timeout: 1 });
});

test("a server that its starter left running is ended before the next one starts", async () => {
  const left = await start();
  const next = await start();
  expect(await left.exited).toMatchObject({ code: 0 });
  expect(await query(next.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a lost secrets.json costs the password, not the data", async () => {
  const first = await start();
  await query(first.url, "create table kept (id int)");
  await first.stop();
  await rm(join(dataDir, "secrets.json"));
  const second = await start();
  expect(second.url).toContain((await readSecrets(dataDir)).postgresPassword);
  expect(await query(second.url, "select count(*)::int as count from kept")).toEqual([{ count: 0 }]);
});

test("leavings of a first start that was killed are swept away", async () => {
  await mkdir(join(dataDir, "postgres.new-1", "data"), { recursive: true });
  await start();
  expect((await readdir(dataDir)).filter((name) => name.startsWith("postgres."))).toEqual([]);
});

const broken: [string, RegExp, (pgData: string) => Promise<unknown>][] = [
  ["is a file", /it is a file/, (pgData) => writeFile(pgData, "")],
  ["is empty", /not a complete Postgres data folder/, (pgData) => mkdir(pgData)],
  [
    "was half deleted",
    /missing or unreadable: pg_xact/,
    async (pgData) => {
      await fakeCluster(pgData, "18\n");
      await rm(join(pgData, "pg_xact"), { recursive: true });
    },
  ],
  ["was made by another major version", /made by Postgres 12/, (pgData) => fakeCluster(pgData, "12\n")],
  ["is damaged inside", /could not be set anew|did not start/, (pgData) => fakeCluster(pgData, "18\n")],
];

test.each(broken)("a data folder that %s is refused with a sentence, and left as it is", async (_, sentence, make) => {
  const pgData = postgresDataFolder(dataDir);
  await make(pgData);
  await giveAway(pgData);
  const error = await start().catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toMatch(sentence);
  expect(await readdir(dataDir)).toContain("postgres");
});

test("a taken port is said, and nothing is left running", async () => {
  const first = await start();
  await first.stop();
  const stranger = createServer().listen(first.port, "127.0.0.1");
  await new Promise((resolve) => stranger.once("listening", resolve));
  await expect(start(first.port)).rejects.toThrow(/could not bind|Address already in use/);
  expect(await endPostgresOf(postgresDataFolder(dataDir))).toBe(0);
  stranger.close();
});

/** The outline of a data folder, without anything in its files. */
async function fakeCluster(pgData: string, version: string) {
  for (const folder of ["global", "base", "pg_wal", "pg_xact"]) {
    await mkdir(join(pgData, folder), { recursive: true, mode: 0o700 });
  }
  await chmod(pgData, 0o700);
  for (const file of ["global/pg_control", "postgresql.conf", "pg_hba.conf"]) await writeFile(join(pgData, file), "");
  await writeFile(join(pgData, "PG_VERSION"), version);
}

/** To the account that Postgres would run under, so that its content and not its owner is what is wrong. */
async function giveAway(pgData: string) {
  const account = isRoot() ? await unprivilegedAccount(pgData) : undefined;
  if (!account) return;
  const below = (await stat(pgData)).isDirectory() ? await readdir(pgData, { recursive: true }) : [];
  for (const path of [pgData, ...below.map((name) => join(pgData, name))]) await chown(path, account.uid, account.gid);
}
