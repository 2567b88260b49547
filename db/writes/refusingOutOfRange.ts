import type { Transaction } from "../client.ts";
import { TotalOutOfRange } from "./balances.ts";
import type { WriteContext } from "./types.ts";

/**
 * Runs a write of many items. Where totals of some customers could not be kept it is taken back and run again with all items of
 * those customers refused as `total_out_of_range`, so that the others are written.
 */
export async function refusingOutOfRange<Outcome>(
  tx: Transaction,
  context: WriteContext,
  write: (tx: Transaction, context: WriteContext) => Promise<Outcome>,
): Promise<Outcome> {
  const outOfRange = new Set<string>();
  for (;;) {
    try {
      return (await tx.savepoint((inner) => write(inner as Transaction, { ...context, outOfRange }))) as Outcome;
    } catch (error) {
      if (!(error instanceof TotalOutOfRange)) throw error;
      for (const id of error.customerIds) outOfRange.add(id);
    }
  }
}
