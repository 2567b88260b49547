import type { Transaction } from "../client.ts";

/** What a part of a signal came to. */
export interface SignalPart {
  done: number;
  unchanged: number;
  refused: number;
  /** The run after which the next part begins; null at the end. */
  next: string | null;
}

/**
 * Takes a part of a signal, to be carried out by this transaction and recorded by {@link endPart}; answers what it came to where
 * an attempt before has done it. Which runs it selects may be others by now, so that it must not be looked for again.
 */
export async function takePart(tx: Transaction, organizationId: string, key: string): Promise<SignalPart | null> {
  await tx`
    delete from control_signals where organization_id = ${organizationId} and created_at < now() - interval '7 days'`;
  const taken = await tx`
    insert into control_signals (organization_id, key) values (${organizationId}, ${key}) on conflict do nothing`;
  if (taken.count > 0) return null;
  const [part] = await tx<{ outcome: SignalPart | null }[]>`
    select outcome from control_signals where organization_id = ${organizationId} and key = ${key}`;
  return part?.outcome ?? { done: 0, unchanged: 0, refused: 0, next: null };
}

export async function endPart(tx: Transaction, organizationId: string, key: string, part: SignalPart): Promise<void> {
  await tx`
    update control_signals set outcome = ${tx.json({ ...part })} where organization_id = ${organizationId} and key = ${key}`;
}
