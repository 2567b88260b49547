import type { Transaction } from "../client.ts";
import type { WriteContext } from "../writes/types.ts";
import { loadKnown, matchRows } from "./matchRows.ts";
import type { ItemResult, StagedRow } from "./types.ts";
import { failed, type Written, writeItems } from "./writeItems.ts";

/** Writes one page of an upload, row by row in effect: a row may name what the one before it created. */
export async function importPage(tx: Transaction, context: WriteContext, rows: StagedRow[]): Promise<Written> {
  const results = new Map<StagedRow, ItemResult>();
  const shards: number[] = [];
  for (const row of rows) {
    if (row.errors) results.set(row, failed("invalid", "The row has mistakes.", { errors: row.errors }));
  }
  let rest = rows.filter((row) => !row.errors);
  while (rest.length > 0) {
    const matched = matchRows(rest, await loadKnown(tx, context.organizationId, rest));
    const writable = matched.flatMap((match) => ("item" in match ? [match] : []));
    const written = await writeItems(
      tx,
      context,
      writable.map(({ item }) => item),
    );
    written.results.forEach((result, index) => {
      results.set(writable[index]!.row, result);
    });
    for (const match of matched) {
      if ("refused" in match) results.set(match.row, failed(match.refused.code, match.refused.message));
    }
    shards.push(...written.shards);
    rest = rest.slice(matched.length);
  }
  return { results: rows.map((row) => placed(results.get(row)!, row)), shards };
}

function placed(result: ItemResult, { row, line }: StagedRow): ItemResult {
  return { ...result, details: { row, line, ...result.details } };
}
