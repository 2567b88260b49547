import type { Transaction } from "../client.ts";

/** Notes that a part of a signal is carried out by this transaction; false where that was done before. */
export async function takeSignal(tx: Transaction, organizationId: string, key: string): Promise<boolean> {
  await tx`
    delete from control_signals where organization_id = ${organizationId} and created_at < now() - interval '7 days'`;
  const taken = await tx`
    insert into control_signals (organization_id, key) values (${organizationId}, ${key}) on conflict do nothing`;
  return taken.count > 0;
}
