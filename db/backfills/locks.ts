import type { Transaction } from "../client.ts";

/**
 * Held by everything that moves a backfill on, so that whoever takes the exclusive one knows that nothing moves any more. An
 * advisory lock, because those are given in the order they were asked for: a steady stream of pages keeps no one waiting who
 * wants to pause them, as row locks would.
 */
export async function lockBackfillShared(tx: Transaction, id: string): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(hashtextextended('backfill:' || ${id}, 0))`;
}

/** Waits for the pages under work and holds back further ones until the transaction ends. */
export async function lockBackfillExclusive(tx: Transaction, id: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('backfill:' || ${id}, 0))`;
}

/** Held while it is decided whose turn it is among the backfills of an organization. */
export async function lockTurns(tx: Transaction, organizationId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('backfills:' || ${organizationId}, 0))`;
}
