import type { Transaction } from "../client.ts";
import { type CustomerRow, lockCustomers } from "../customerRow.ts";
import { lookUp, resolveReferences } from "./references.ts";
import { excluded, notFound, stale } from "./results.ts";
import { openScope, type WriteScope } from "./scope.ts";
import type { Reference, WriteContext, WriteOutcome, WriteResult } from "./types.ts";

/** A write of one customer that is about to begin, with the row locked, or why it cannot. */
export type OpenedCustomer = { scope: WriteScope; row: CustomerRow } | { refused: WriteOutcome };

/** Locks the customer that a reference names: refused when unknown, excluded or not of the version that the writer has seen. */
export async function openCustomer(
  tx: Transaction,
  context: WriteContext,
  reference: Reference,
  expectedVersion: number | undefined,
): Promise<OpenedCustomer> {
  const scope = await openScope(tx, context);
  const id = lookUp(await resolveReferences(tx, scope.organizationId, "customers", [reference]), reference);
  const [row] = await lockCustomers(tx, scope.organizationId, id === undefined ? [] : [id]);
  const refuse = (result: WriteResult): OpenedCustomer => ({
    refused: { results: [result], wake: { organizationId: scope.organizationId, shards: [] } },
  });
  if (!row) return refuse(notFound("There is no such customer."));
  if (row.excludedAt !== null) return refuse(excluded());
  if (expectedVersion !== undefined && expectedVersion !== row.version) return refuse(stale(row.version));
  return { scope, row };
}
