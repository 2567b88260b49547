import type { Sql } from "./client.ts";

/** One of all workers holds it at a time. */
export const ELECTION_LOCK = 7_203_116;

/** A connection of one's own. */
type Reserved = Awaited<ReturnType<Sql["reserve"]>>;

/** Whether this connection is elected: it holds the lock, or has just got it. The lock ends with the connection. */
export async function elect(session: Reserved): Promise<boolean> {
  const [row] = await session<{ elected: boolean }[]>`
    select exists (
      select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = ${ELECTION_LOCK}
    ) or pg_try_advisory_lock(${ELECTION_LOCK}) as elected`;
  return row?.elected === true;
}

/**
 * Gives the lock up. Back in the pool with it, a connection would keep everybody, its own process too, from being elected.
 * Throws where the connection is gone, and the lock with it.
 */
export async function resign(session: Reserved): Promise<void> {
  await session`select pg_advisory_unlock_all()`;
}
