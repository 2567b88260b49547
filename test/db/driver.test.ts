import { randomBytes } from "node:crypto";
import { createConnection, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { connect, type Sql } from "../../db/client.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
const opened: { end(): Promise<void> }[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.end();
});
afterAll(() => database.drop());

/** A pool whose connections go through a proxy that can cut them, gently (FIN) or not (RST). */
async function cuttable(max: number): Promise<{ sql: Sql; cut: (how: "FIN" | "RST") => Promise<void> }> {
  const target = new URL(database.url);
  const pairs = new Set<[Socket, Socket]>();
  const proxy = createServer((near) => {
    const far = createConnection({ host: target.hostname, port: Number(target.port) });
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) socket.on("error", () => socket.destroy());
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy listens on no port");
  const url = new URL(database.url);
  url.port = String(address.port);
  const sql = connect(url.href, { max });
  const cut = async (how: "FIN" | "RST") => {
    const closed = [...pairs].map(([near]) => new Promise((resolve) => near.once("close", resolve)));
    for (const [near, far] of pairs) {
      far.unpipe(near);
      if (how === "FIN") near.end();
      else near.resetAndDestroy();
    }
    pairs.clear();
    await Promise.all(closed);
  };
  opened.push({
    end: async () => {
      await sql.end({ timeout: 1 });
      await new Promise((resolve) => proxy.close(resolve));
    },
  });
  return { sql, cut };
}

const table = async () => {
  const name = `t_${randomBytes(6).toString("hex")}`;
  await database.sql`create table ${database.sql(name)} (n int)`;
  return name;
};

it.each(["FIN", "RST"] as const)(
  "fails a transaction whose connection is cut (%s) and serves the next one",
  async (how) => {
    const { sql, cut } = await cuttable(1);
    for (let round = 0; round < 5; round++) {
      const lost = sql.begin(async (tx) => {
        await tx`select 1`;
        const sleeping = tx`select pg_sleep(20)`.execute();
        await cut(how);
        return sleeping;
      });
      await expect(lost).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/) });
      expect(await sql`select ${round}::int as n`).toEqual([{ n: round }]);
    }
  },
);

it.each(["FIN", "RST"] as const)(
  "writes nothing of a transaction that goes on after its connection was cut (%s)",
  async (how) => {
    const { sql, cut } = await cuttable(1);
    const name = await table();
    let settle: (outcome: Promise<unknown>) => void = () => undefined;
    const late = new Promise<unknown>((resolve) => {
      settle = resolve;
    });
    const lost = sql.begin(async (tx) => {
      await tx`insert into ${tx(name)} values (1)`;
      await cut(how);
      // The same connection serves others by now.
      await eventually(() => sql`select 1`);
      const refused = tx`insert into ${tx(name)} values (2)`;
      settle(refused);
      await refused;
    });
    await expect(lost).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/) });
    await expect(late).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/) });
    expect(await database.sql`select n from ${database.sql(name)}`).toEqual([]);
  },
);

it.each(["FIN", "RST"] as const)(
  "refuses what is asked of a reserved connection after it was cut (%s)",
  async (how) => {
    const { sql, cut } = await cuttable(2);
    const reserved = await sql.reserve();
    await reserved`select 1`;
    await cut(how);
    await expect(reserved`select 1`).rejects.toMatchObject({
      code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/),
    });
    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
    await expect(reserved`select 1`).rejects.toMatchObject({
      code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/),
    });
    reserved.release();
    expect(await Promise.all([sql`select 1 as n`, sql`select 2 as n`])).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  },
);

it("keeps its whole pool through cuts under load", async () => {
  const { sql, cut } = await cuttable(4);
  for (const how of ["FIN", "RST", "FIN", "RST"] as const) {
    const work = Array.from({ length: 40 }, (_, n) =>
      sql.begin((tx) => [tx`select pg_sleep(0.01)`, tx`select ${n}::int`]),
    );
    const outcomes = Promise.allSettled(work);
    await eventually(() => sql`select 1`);
    await cut(how);
    await outcomes;
  }
  // A connection that lay idle may not know yet that it was cut: it fails whoever is first to use it, and is replaced.
  const backends = await eventually(async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => sql.reserve()));
    try {
      const asked = held.map((one) => one`select pg_backend_pid() as pid`.execute());
      await Promise.allSettled(asked);
      return new Set((await Promise.all(asked)).map(([row]) => row?.pid));
    } finally {
      for (const one of held) one.release();
    }
  });
  expect(backends.size).toBe(4);
});
