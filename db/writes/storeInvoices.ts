import type { Transaction } from "../client.ts";
import { inBatches } from "./batches.ts";
import { compareTexts } from "./compareTexts.ts";
import { asCreatedMeanwhile } from "./createdMeanwhile.ts";
import type { Invoice } from "./ledger.ts";
import type { WriteScope } from "./scope.ts";

/** Inserts new invoices in external-id order, so that racing writers wait for instead of deadlocking each other. */
export async function insertInvoices(tx: Transaction, scope: WriteScope, invoices: Invoice[]): Promise<void> {
  const ordered = invoices.sort((a, b) => compareTexts(a.externalId ?? "", b.externalId ?? ""));
  await inBatches(ordered, (batch) =>
    tx`
      insert into invoices (id, organization_id, customer_id, external_id, number, issued_at, due_at, amount, currency, state, paid_at,
        allocated, settled_at)
      select id, ${scope.organizationId}, customer_id, external_id, number, issued_at, due_at, amount, currency, state, paid_at,
        allocated, settled_at
      from ${columnsOf(tx, batch)}`.catch(asCreatedMeanwhile),
  );
}

/** Stores standing invoices of locked customers. */
export async function updateInvoices(tx: Transaction, invoices: Invoice[]): Promise<void> {
  await inBatches(invoices, (batch) =>
    tx`
      update invoices i set
        external_id = r.external_id, number = r.number, issued_at = r.issued_at, due_at = r.due_at, amount = r.amount, state = r.state,
        paid_at = r.paid_at, allocated = r.allocated, settled_at = r.settled_at, updated_at = now()
      from ${columnsOf(tx, batch)} where i.id = r.id`.catch(asCreatedMeanwhile),
  );
}

/** As arrays: for rows this flat, JSON took Postgres twice as long to read. */
const columnsOf = (tx: Transaction, batch: readonly Invoice[]) => tx`
  unnest(
    ${batch.map(({ id }) => id)}::uuid[], ${batch.map(({ customerId }) => customerId)}::uuid[],
    ${batch.map(({ externalId }) => externalId)}::text[], ${batch.map(({ number }) => number)}::text[],
    ${batch.map(({ issuedAt }) => issuedAt)}::date[], ${batch.map(({ dueAt }) => dueAt)}::date[],
    ${batch.map(({ amount }) => amount)}::bigint[], ${batch.map(({ currency }) => currency)}::text[],
    ${batch.map(({ state }) => state)}::text[], ${batch.map(({ paidAt }) => paidAt)}::date[],
    ${batch.map(({ allocated }) => allocated)}::bigint[], ${batch.map(({ settledAt }) => settledAt)}::date[]
  ) as r(id, customer_id, external_id, number, issued_at, due_at, amount, currency, state, paid_at, allocated, settled_at)`;
