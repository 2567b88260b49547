import { setImmediate as turn } from "node:timers/promises";

/** Rows of one statement: it takes Postgres some tens of milliseconds, while the next one is made ready. */
const BATCH = 500;

/** Sends one statement for each batch of rows, in order, without waiting for the one before: Node and Postgres work side by side. */
export async function inBatches<Row>(
  rows: readonly Row[],
  send: (batch: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (let at = 0; at < rows.length; at += BATCH) {
    const statement = send(rows.slice(at, at + BATCH));
    // Looked at once all are sent; until then it is no unhandled rejection.
    statement.catch(() => undefined);
    sent.push(statement);
    // Lets what was sent leave.
    if (at + BATCH < rows.length) await turn();
  }
  await Promise.all(sent);
}

/**
 * One line of JSON for each value, for `string_to_table(…, chr(10))`: no line break stands in JSON. Postgres splits them at the
 * cost of copying, where one JSON list of all is parsed whole, held in memory and taken apart again.
 */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value ?? null)).join("\n");
}
