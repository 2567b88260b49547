import type { Transaction } from "../client.ts";
import { inBatches } from "./batches.ts";
import { compareTexts } from "./compareTexts.ts";
import { asCreatedMeanwhile } from "./createdMeanwhile.ts";
import type { Allocation, Credit } from "./ledger.ts";
import type { WriteScope } from "./scope.ts";

/** Inserts new credits in external-id order, so that racing writers wait for instead of deadlocking each other. */
export async function insertCredits(tx: Transaction, scope: WriteScope, credits: Credit[]): Promise<void> {
  const ordered = credits.sort((a, b) => compareTexts(a.externalId ?? "", b.externalId ?? ""));
  await inBatches(ordered, (batch) =>
    tx`
      insert into credits (id, organization_id, customer_id, kind, external_id, amount, currency, dated_at, allocated, implied_by_invoice_id)
      select id, ${scope.organizationId}, customer_id, kind, external_id, amount, currency, dated_at, allocated, implied_by_invoice_id
      from ${columnsOf(tx, batch)}`.catch(asCreatedMeanwhile),
  );
}

/** Stores standing credits of locked customers. */
export async function updateCredits(tx: Transaction, credits: Credit[]): Promise<void> {
  await inBatches(credits, (batch) =>
    tx`
      update credits c set external_id = r.external_id, amount = r.amount, dated_at = r.dated_at, allocated = r.allocated, updated_at = now()
      from ${columnsOf(tx, batch)} where c.id = r.id`.catch(asCreatedMeanwhile),
  );
}

const columnsOf = (tx: Transaction, batch: readonly Credit[]) => tx`
  unnest(
    ${batch.map(({ id }) => id)}::uuid[], ${batch.map(({ customerId }) => customerId)}::uuid[],
    ${batch.map(({ kind }) => kind)}::text[], ${batch.map(({ externalId }) => externalId)}::text[],
    ${batch.map(({ amount }) => amount)}::bigint[], ${batch.map(({ currency }) => currency)}::text[],
    ${batch.map(({ datedAt }) => datedAt)}::date[], ${batch.map(({ allocated }) => allocated)}::bigint[],
    ${batch.map(({ impliedByInvoiceId }) => impliedByInvoiceId)}::uuid[]
  ) as r(id, customer_id, kind, external_id, amount, currency, dated_at, allocated, implied_by_invoice_id)`;

/** Stores allocations between documents that stand in their tables. */
export async function storeAllocations(tx: Transaction, allocations: readonly Allocation[]): Promise<void> {
  await inBatches(
    allocations,
    (batch) => tx`
      insert into allocations (credit_id, invoice_id, customer_id, amount)
      select * from unnest(
        ${batch.map(({ creditId }) => creditId)}::uuid[], ${batch.map(({ invoiceId }) => invoiceId)}::uuid[],
        ${batch.map(({ customerId }) => customerId)}::uuid[], ${batch.map(({ amount }) => amount)}::bigint[])
      on conflict (credit_id, invoice_id) do update set amount = excluded.amount`,
  );
}
