import type { Transaction } from "../client.ts";
import { TotalOutOfRange, writeCustomers } from "../writes/index.ts";
import type { NewChange } from "../writes/recordChanges.ts";
import type { CustomerInput, WriteContext, WriteItem, WriteResult } from "../writes/types.ts";
import type { ItemDetails, ItemResult } from "./types.ts";

/** What came of some items, in their order, and the shards whose trackers have work. */
export interface Written {
  results: ItemResult[];
  shards: number[];
}

/** Class 22: a value that its type cannot hold; class 23: a constraint. Trying again would change nothing. */
const PERMANENT = /^2[23]/;

/**
 * Writes customers, each item with its result. An error of the data that only the database notices halves the list down to the
 * one item at fault, which fails alone.
 */
export async function writeItems(
  tx: Transaction,
  context: WriteContext,
  items: WriteItem<CustomerInput>[],
): Promise<Written> {
  if (items.length === 0) return { results: [], shards: [] };
  try {
    const outcome = await tx.savepoint((inner) => writeCustomers(inner as Transaction, context, items));
    const changes = new Map(outcome.changes.map((change) => [change.customerId, change]));
    const results = outcome.results.map((result) => toItemResult(result, outcome.moved, changes));
    return { results, shards: outcome.wake.shards };
  } catch (error) {
    const sqlState = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!(error instanceof TotalOutOfRange) && !PERMANENT.test(sqlState)) throw error;
    if (items.length === 1) {
      const [code, message] =
        error instanceof TotalOutOfRange
          ? ["total_out_of_range", error.message]
          : ["invalid", "A value is out of range."];
      return { results: [failed(code, message)], shards: [] };
    }
    const half = items.length >> 1;
    const first = await writeItems(tx, context, items.slice(0, half));
    const second = await writeItems(tx, context, items.slice(half));
    return { results: [...first.results, ...second.results], shards: [...first.shards, ...second.shards] };
  }
}

export function failed(code: string, message: string, more: ItemDetails = {}): ItemResult {
  return { status: "failed", customerId: null, details: { ...more, code, message } };
}

function toItemResult(
  result: WriteResult,
  moved: ReadonlySet<string>,
  changes: ReadonlyMap<string, NewChange>,
): ItemResult {
  if (!result.ok) {
    const { code, message, errors } = result;
    return failed(code, message, errors.length > 0 ? { errors } : {});
  }
  const { status, customerId, overruled } = result;
  const change = changes.get(customerId);
  return {
    status: status === 201 ? "created" : moved.has(customerId) ? "updated" : "unchanged",
    customerId,
    details: overruled.length > 0 ? { overruled } : {},
    ...(change ? { change } : {}),
  };
}
