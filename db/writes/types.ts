import type { CustomFieldValue, Slot, Source } from "../../rules/facts.ts";
import type { NewChange } from "./recordChanges.ts";

/** Who writes, for one transaction. */
export interface WriteContext {
  organizationId: string;
  source: Source;
  actor: Actor | null;
  /** Lane that changes queue in: 1 for writes in masses; unless told, live (0) but for CSV and the schedule. */
  lane?: 0 | 1;
  /** Customers whose items are refused because their totals could not be kept. */
  outOfRange?: ReadonlySet<string>;
}

/** The key that signed the request, and the person it stands for. */
export interface Actor {
  keyId: string;
  userId?: string;
}

/**
 * A thing named by one of ours ids or `external:<externalId>` (users also by email), as it came in.
 * It is resolved under the organization, so a foreign id is simply unknown.
 */
export type Reference = string;

/** Fields not sent are `undefined` and claim nothing; `null` is a value. Shapes are checked by the API, references and rules of the data here. */
export interface CustomerInput {
  externalId?: string | null;
  name?: string | null;
  email?: string | null;
  country?: string | null;
  city?: string | null;
  language?: string | null;
  currency?: string;
  creditLimit?: number | null;
  parentId?: Reference | null;
  /** ISO instant. Raises no change. */
  lastReminderAt?: string | null;
  customFields?: Record<string, CustomFieldValue | null>;
  workflowId?: Reference | null;
  userIds?: Reference[];
  /** The first assigned user: replaces the first one and keeps the rest, null clears all; with `userIds`, stands before them. */
  accountManagerId?: Reference | null;
  paymentMethodIds?: Reference[];
}

export interface InvoiceInput {
  externalId?: string | null;
  customerId?: Reference;
  number?: string | null;
  issuedAt?: string;
  dueAt?: string;
  amount?: number;
  currency?: string;
  state?: "draft" | "open" | "paid" | "void" | "disputed";
  paidAt?: string | null;
}

export type CreditKind = "payment" | "creditNote" | "refund";

export interface CreditInput {
  externalId?: string | null;
  customerId?: Reference;
  amount?: number;
  currency?: string;
  /** paidAt of a payment, issuedAt of the others: ISO day. */
  datedAt?: string;
  allocations?: { invoiceId: Reference; amount: number }[];
}

/** One item of a write: `target` names the thing to update (PATCH); without it `externalId` decides between update and creation. */
export interface WriteItem<Input> {
  target?: Reference;
  /** The version that `If-Match` names; customers only. */
  expectedVersion?: number;
  input: Input;
}

export interface Mistake {
  path: string;
  message: string;
}

/** What a higher source kept from a write. */
export interface Overruled {
  slot: Slot;
  kept: string | string[] | null;
  by: { source: Source; ruleId?: string; ruleName?: string };
}

/** Outcome of one item, in the order of the items. Refused items changed nothing. */
export type WriteResult =
  | { ok: true; status: 200 | 201; id: string; customerId: string; overruled: Overruled[] }
  | { ok: false; status: 404 | 409 | 412 | 422; code: string; message: string; errors: Mistake[] };

/** What a committed write must wake: the trackers of these shards, and these jobs. */
export interface Wake {
  organizationId: string;
  shards: number[];
  jobs?: string[];
  backfills?: string[];
  /** Whether messages may have been planned that no tracker knows of. */
  messages?: boolean;
}

export interface WriteOutcome {
  results: WriteResult[];
  wake: Wake;
}

/** Outcome of a write of customers. */
export interface CustomerOutcome extends WriteOutcome {
  /** The changes raised, at most one per customer. */
  changes: NewChange[];
  /** Customers of whom anything stored was altered, what raises no change included. */
  moved: ReadonlySet<string>;
}
