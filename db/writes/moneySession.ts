import type { Transaction } from "../client.ts";
import { type CustomerRow, lockCustomers } from "../customerRow.ts";
import { belongsTo } from "../references.ts";
import { finishWrite } from "./finish.ts";
import type { Ledger } from "./ledger.ts";
import { type Lookup, lookUp, resolveReferences, splitReferences } from "./references.ts";
import { excluded, invalidAt, outOfRange } from "./results.ts";
import type { WriteScope } from "./scope.ts";
import { loadLedger, storeLedger } from "./storeLedger.ts";
import type { CreditKind, Reference, Wake, WriteResult } from "./types.ts";

/** A document found before the locks: enough to know which customers to lock. */
interface Located {
  id: string;
  customerId: string;
}

/** One write transaction on documents: the locked customers and the ledger of what it touches. */
export interface MoneySession {
  scope: WriteScope;
  customers: Map<string, CustomerRow>;
  customerLookup: Lookup;
  invoiceLookup: Lookup;
  ledger: Ledger;
  /** From reference to id, of the documents that the items name themselves; new ones are added as they are made. */
  documents: Map<Reference, string>;
  touched: Set<string>;
}

/** What the items of a write refer to. */
export interface MoneyReferences {
  documents: Reference[];
  customers: Reference[];
  invoices: Reference[];
}

/** Locks every customer concerned, in id order, and only then reads the documents. */
export async function openMoneySession(
  tx: Transaction,
  scope: WriteScope,
  kind: "invoice" | CreditKind,
  references: MoneyReferences,
): Promise<MoneySession> {
  const { organizationId } = scope;
  const located = await locate(tx, organizationId, kind, references.documents);
  const customerLookup = await resolveReferences(tx, organizationId, "customers", references.customers);
  const invoiceLookup = await resolveReferences(tx, organizationId, "invoices", references.invoices);
  const ids = new Set([...located.map((row) => row.customerId), ...customerLookup.values()]);
  const rows = await lockCustomers(tx, organizationId, [...ids]);
  const own = located.map((row) => row.id);
  const named = [...new Set(invoiceLookup.values())];
  const ledger = await loadLedger(tx, kind === "invoice" ? own : named, kind === "invoice" ? [] : own);
  const standing = kind === "invoice" ? ledger.invoices : ledger.credits;
  const documents = new Map<Reference, string>();
  for (const { id } of located) {
    const document = standing.get(id);
    // Deleted while we waited for the lock: it is unknown now. Renamed meanwhile: its new external id counts.
    if (!document) continue;
    documents.set(id, id);
    if (document.externalId !== null) documents.set(`external:${document.externalId}`, id);
  }
  return {
    scope,
    customers: new Map(rows.map((row) => [row.id, row])),
    customerLookup,
    invoiceLookup,
    ledger,
    documents,
    touched: new Set(),
  };
}

async function locate(
  tx: Transaction,
  organizationId: string,
  kind: "invoice" | CreditKind,
  references: Reference[],
): Promise<Located[]> {
  const { ids, externalIds } = splitReferences(references);
  if (ids.length + externalIds.length === 0) return [];
  const table = kind === "invoice" ? "invoices" : "credits";
  // In a form that no index serves: in a plan that was made while the table was empty, kind and organization beside each other are
  // taken for as good as a key, and all of the organization's credits are gone through.
  const ofKind = kind === "invoice" ? tx`true` : tx`(t.kind = ${kind}) is true`;
  return tx<Located[]>`
    select t.id, t.customer_id as "customerId" from ${tx(table)} t
    where t.id = any(${ids}::uuid[]) and ${belongsTo(tx, organizationId)} and ${ofKind}
    union
    select t.id, t.customer_id from ${tx(table)} t
    where t.organization_id = ${organizationId} and t.external_id = any(${externalIds}::text[]) and ${ofKind}`;
}

/** The locked customer that an item names (or that its document has), or why it cannot be written. */
export function customerOf(
  session: MoneySession,
  reference: Reference | undefined,
  standingId?: string,
): CustomerRow | WriteResult {
  const named = reference === undefined ? undefined : lookUp(session.customerLookup, reference);
  if (reference !== undefined && named === undefined)
    return invalidAt("customerId", "names no customer of this organization");
  if (standingId !== undefined && named !== undefined && named !== standingId)
    return invalidAt("customerId", "cannot change once it is set");
  const id = standingId ?? named;
  if (id === undefined) return invalidAt("customerId", "is required");
  const row = session.customers.get(id);
  if (!row) return invalidAt("customerId", "names no customer of this organization");
  if (row.excludedAt !== null) return excluded();
  return session.scope.outOfRange?.has(id) ? outOfRange() : row;
}

export function isRefusal(value: object): value is WriteResult {
  return "ok" in value;
}

/** Refuses a document whose currency is not the customer's. */
export function currencyMistake(customer: CustomerRow, currency: string | undefined): WriteResult | null {
  if (currency === undefined || currency === customer.currency) return null;
  return invalidAt("currency", `must be the customer's currency ${customer.currency}`, "currency_mismatch");
}

/** Stores the documents and everything that follows from them for their customers. */
export async function closeMoneySession(tx: Transaction, session: MoneySession): Promise<Wake> {
  await storeLedger(tx, session.scope, session.ledger);
  const rows = [...session.touched].map((id) => session.customers.get(id)!);
  return finishWrite(tx, session.scope, rows, { money: session.touched, timeline: [] });
}
