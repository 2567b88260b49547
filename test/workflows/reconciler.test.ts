import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../db/client.ts";
import type { Waker } from "../../temporal/waker.ts";
import { Backoff } from "../../worker/backoff.ts";
import { doRound, type ReconcilerDeps, startReconciler } from "../../worker/reconciler.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let worker: TestWorker;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporalAddress() });
});
afterAll(async () => {
  await worker?.stop();
  await database?.drop();
});

const queued = async (org: TestOrganization) => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int as count from change_queue where organization_id = ${org.id}`;
  return row!.count;
};

/** Changes whose wake-up was lost more than a second ago. */
async function forgotten(): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  await org.customers([{ externalId: "C", name: "Globex" }]);
  await database.sql`update change_queue set queued_at = queued_at - interval '1 minute' where organization_id = ${org.id}`;
  return org;
}

describe("one round of the reconciler", () => {
  it("wakes the trackers of changes that nobody evaluates", async () => {
    const org = await forgotten();
    await doRound(worker.reconciler, new Backoff(0, 0));
    await eventually(async () => (await queued(org)) === 0);
  });

  it("leaves organizations alone whose rules are stopped", async () => {
    const org = await forgotten();
    await database.sql`update organizations set rules_stopped = true where id = ${org.id}`;
    const woken: string[] = [];
    await doRound({ ...worker.reconciler, waker: noting(woken) }, new Backoff(0, 0));
    expect(woken).not.toContain(org.id);
    await database.sql`delete from change_queue where organization_id = ${org.id}`;
  });

  it("makes at most 20 calls, and reaches those behind them in the next ones", async () => {
    const organizations = await Promise.all(Array.from({ length: 30 }, forgotten));
    const woken: string[] = [];
    const backoff = new Backoff(60_000, 60_000);
    const deps = { ...worker.reconciler, waker: noting(woken) };
    await doRound(deps, backoff);
    expect(woken).toHaveLength(20);
    await doRound(deps, backoff);
    expect(new Set(woken)).toEqual(new Set(organizations.map(({ id }) => id)));
    expect(woken).toHaveLength(30);
    await database.sql`delete from change_queue`;
  });
});

describe("the elected reconciler", () => {
  it("lets another be elected once it fails", async () => {
    await forgotten();
    const woken: string[] = [];
    const pools = [connect(database.url, { max: 3 }), connect(database.url, { max: 3 })] as const;
    let tries = 0;
    const failing: Waker = {
      ...worker.waker,
      wakeNow: () => {
        tries += 1;
        return Promise.reject(new Error("away"));
      },
    };
    const reconcilers = [startReconciler({ ...depsOn(pools[0]), waker: failing })];
    try {
      // Elected for one round, it must not sit on the lock afterwards.
      await eventually(async () => tries > 0 && (await election()) === 0);
      reconcilers.push(startReconciler({ ...depsOn(pools[1]), waker: noting(woken) }));
      await eventually(() => woken.length > 0);
    } finally {
      await Promise.all(reconcilers.map((reconciler) => reconciler.stop()));
      await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
    }
    expect(await election()).toBe(0);
  });

  const depsOn = (sql: ReconcilerDeps["sql"]): ReconcilerDeps => ({
    ...worker.reconciler,
    sql,
    logger: pino({ level: "silent" }),
  });

  /** How many connections hold the election lock. */
  async function election(): Promise<number> {
    const [row] = await database.sql<{ count: number }[]>`
      select count(*)::int as count from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and l.objid = 7203116 and d.datname = current_database()`;
    return row!.count;
  }
});

function noting(woken: string[]): Waker {
  return {
    ...worker.waker,
    wakeNow: async (organizationId) => {
      woken.push(organizationId);
    },
  };
}
