import type { Queryable, Sql, Transaction } from "../client.ts";
import { lockRulesetExclusive } from "../rulesets.ts";
import { inTransaction } from "../transaction.ts";
import { dropOrphans, repairQueue } from "./repairQueue.ts";
import { correctTracking } from "./trackedValues.ts";
import { addRebuilt, NOTHING_REBUILT, type Rebuilt } from "./types.ts";

/** Customers per transaction: an organization's writes and evaluations wait meanwhile. */
const PAGE = 1_000;

export interface RebuildOptions {
  /** Says what would be put right, and leaves everything as it is. */
  dryRun?: boolean;
  /** Customers per transaction. */
  page?: number;
}

/** Takes a dry run's page back. */
class Rehearsed extends Error {
  override name = "Rehearsed";
  constructor(readonly page: Page) {
    super("a dry run leaves nothing");
  }
}

interface Page {
  rebuilt: Rebuilt;
  /** The last customer looked at; null when there are no more. */
  last: string | null;
}

/**
 * Rebuilds from changes and evaluations what evaluation goes by: the queue and, per customer, the version reached and the
 * previous values. For a database that was restored in parts or touched by hand; where nothing is wrong it changes nothing, and
 * it may be broken off and repeated at any time, beside API and workers.
 */
export async function rebuildTracking(
  sql: Sql,
  organizationId: string,
  { dryRun = false, page = PAGE }: RebuildOptions = {},
): Promise<Rebuilt> {
  let rebuilt = NOTHING_REBUILT;
  let after: string | null = null;
  do {
    const done: Page = await rebuildPage(sql, organizationId, after, { dryRun, page });
    rebuilt = addRebuilt(rebuilt, done.rebuilt);
    after = done.last;
  } while (after !== null);
  return rebuilt;
}

/** Ids of all organizations. */
export async function allOrganizations(sql: Queryable): Promise<{ id: string; shards: number }[]> {
  return sql<{ id: string; shards: number }[]>`select id, shards from organizations order by id`;
}

async function rebuildPage(
  sql: Sql,
  organizationId: string,
  after: string | null,
  { dryRun, page }: Required<RebuildOptions>,
): Promise<Page> {
  try {
    return await inTransaction(sql, async (tx) => {
      // Writes and evaluations hold it shared: nobody moves a version while it is looked at.
      await lockRulesetExclusive(tx, organizationId);
      const done = await workPage(tx, organizationId, after, page);
      if (dryRun) throw new Rehearsed(done);
      return done;
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.page;
    throw error;
  }
}

async function workPage(tx: Transaction, organizationId: string, after: string | null, limit: number): Promise<Page> {
  const rows = await tx<{ id: string }[]>`
    select id from customers where organization_id = ${organizationId} and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${limit}`;
  const ids = rows.map(({ id }) => id);
  const orphans = after === null ? await dropOrphans(tx, organizationId) : 0;
  const queue = await repairQueue(tx, organizationId, ids);
  const tracking = await correctTracking(tx, organizationId, ids);
  const isLast = ids.length < limit;
  const rebuilt = { customers: ids.length, ...queue, ...tracking, unqueued: queue.unqueued + orphans };
  return { rebuilt, last: isLast ? null : (ids.at(-1) ?? null) };
}
