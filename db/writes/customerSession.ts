import type { Transaction } from "../client.ts";
import { type CustomerRow, lockCustomers } from "../customerRow.ts";
import { newId } from "../uuid.ts";
import { type CheckedCustomer, UNKNOWN_PARENT } from "./checkCustomer.ts";
import { loadParents, type Parents, parentMistake } from "./parents.ts";
import { type Lookup, resolveReferences } from "./references.ts";
import type { WriteScope } from "./scope.ts";
import { loadStandingRules, type StandingRules } from "./standingRules.ts";
import type { TimelineEntry } from "./timelineEntries.ts";
import type { CustomerInput, WriteItem } from "./types.ts";

/** An item that passed its checks, and its place among all items. */
export interface Accepted extends CheckedCustomer {
  index: number;
  item: WriteItem<CustomerInput>;
}

/** One write of customers: the rows that it locked or makes, and what it has done to them so far. */
export interface Session {
  scope: WriteScope;
  rows: Map<string, CustomerRow>;
  /** Ancestors of the parents that items give. */
  parents: Parents;
  byExternalId: Map<string, string>;
  withMoney: Set<string>;
  /** The rules in force, for manual and CSV writes. */
  standingRules: StandingRules | null;
  /** Rows that this write creates. */
  fresh: Set<string>;
  touched: Set<string>;
  timeline: TimelineEntry[];
}

/**
 * Locks the rows that exist and makes, in memory, those that do not. Should somebody else create one of them meanwhile,
 * `finishWrite` notices and the whole write is run again.
 */
export async function openSession(tx: Transaction, scope: WriteScope, accepted: Accepted[]): Promise<Session> {
  const references = accepted.flatMap(({ item }) => {
    if (item.target !== undefined) return [item.target];
    return item.input.externalId == null ? [] : [`external:${item.input.externalId}`];
  });
  const known = await resolveReferences(tx, scope.organizationId, "customers", references);
  const parents = await parentsFor(tx, scope, accepted, known);
  const locked = await lockCustomers(tx, scope.organizationId, [...new Set(known.values())]);
  const session: Session = {
    scope,
    rows: new Map(locked.map((row) => [row.id, row])),
    parents,
    byExternalId: new Map(
      locked.flatMap((row) => (row.externalId === null ? [] : [[row.externalId, row.id] as const])),
    ),
    withMoney: await customersWithMoney(
      tx,
      accepted.some(({ item }) => item.input.currency !== undefined) ? locked.map((row) => row.id) : [],
    ),
    standingRules: accepted.some(
      ({ slots, accountManagerId }) => accountManagerId !== undefined || Object.keys(slots).length > 0,
    )
      ? await loadStandingRules(tx, scope)
      : null,
    fresh: new Set(),
    touched: new Set(),
    timeline: [],
  };
  for (const entry of accepted) {
    const { target, input } = entry.item;
    const externalId = input.externalId ?? null;
    if (target !== undefined || (externalId !== null && session.byExternalId.has(externalId))) continue;
    const row = skeleton(scope, externalId);
    session.rows.set(row.id, row);
    session.fresh.add(row.id);
    if (externalId !== null) session.byExternalId.set(externalId, row.id);
    else entry.item = { ...entry.item, target: row.id };
  }
  return session;
}

/** Nothing is read, and nobody waits, where no item gives a parent. */
async function parentsFor(
  tx: Transaction,
  { organizationId }: WriteScope,
  accepted: Accepted[],
  known: Lookup,
): Promise<Parents> {
  const parentIds = accepted.flatMap(({ parentId }) => parentId ?? []);
  const someAreToCome = accepted.some(({ parentToCome }) => parentToCome !== undefined);
  if (parentIds.length === 0 && !someAreToCome) return new Map();
  return loadParents(tx, organizationId, [...new Set([...parentIds, ...(someAreToCome ? known.values() : [])])]);
}

function skeleton(scope: WriteScope, externalId: string | null): CustomerRow {
  return {
    id: newId(),
    externalId,
    name: null,
    email: null,
    country: null,
    city: null,
    language: null,
    currency: scope.currency,
    creditLimit: null,
    parentId: null,
    lastReminderAt: null,
    customFields: {},
    workflowId: null,
    userIds: [],
    paymentMethodIds: [],
    assignments: {},
    excludedAt: null,
    outstanding: 0,
    due: 0,
    overdue: 0,
    unapplied: 0,
    overdueSince: null,
    delayAmountDays: null,
    delayAmount: null,
    rating: null,
    version: 0,
    facts: null,
    createdAt: scope.at,
  };
}

async function customersWithMoney(tx: Transaction, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx<{ id: string }[]>`
    select c.id from unnest(${ids}::uuid[]) as c(id)
    where exists (select from invoices where customer_id = c.id) or exists (select from credits where customer_id = c.id)`;
  return new Set(rows.map((row) => row.id));
}

/** The parent that an item gives, or why it cannot have it. */
export function newParent(
  session: Session,
  row: CustomerRow,
  { parentId, parentToCome }: Accepted,
): { id: string | null | undefined } | { mistake: string } {
  const id = parentToCome === undefined ? parentId : writtenSoFar(session, parentToCome);
  if (id === undefined && parentToCome !== undefined) return { mistake: UNKNOWN_PARENT };
  if (id == null || id === row.parentId) return { id };
  const mistake = parentMistake(row, id, session.parents, session.rows);
  return mistake === null ? { id } : { mistake };
}

/** The customer of this write with this external id, unless it is still to be created. */
function writtenSoFar({ byExternalId, fresh, touched }: Session, externalId: string): string | undefined {
  const id = byExternalId.get(externalId);
  return id !== undefined && fresh.has(id) && !touched.has(id) ? undefined : id;
}
