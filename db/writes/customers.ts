import type { Transaction } from "../client.ts";
import { type CustomerRow, factsOf, type SlotOwner } from "../customerRow.ts";
import { type CustomerWriteCatalog, checkCustomer, loadCatalog } from "./checkCustomer.ts";
import { type Accepted, newParent, openSession, type Session } from "./customerSession.ts";
import { finishWrite, withoutFacts } from "./finish.ts";
import type { NewChange } from "./recordChanges.ts";
import { conflict, excluded, invalidAt, notFound, outOfRange, stale, written } from "./results.ts";
import { openScope } from "./scope.ts";
import { SLOT_COLUMN, type SlotValue, type SlotWrite, type WritableSlot, writeSlot } from "./slots.ts";
import { slotsKeptByRules } from "./standingRules.ts";
import { assignmentEntries } from "./timelineEntries.ts";
import type { CustomerInput, CustomerOutcome, WriteContext, WriteItem, WriteResult } from "./types.ts";

/**
 * Creates and updates customers, set-based: item by item in memory on rows that are locked, then one statement per table.
 * A customer named twice is written in order and raises one change. Refused items change nothing.
 */
export async function writeCustomers(
  tx: Transaction,
  context: WriteContext,
  items: WriteItem<CustomerInput>[],
): Promise<CustomerOutcome> {
  const scope = await openScope(tx, context);
  const catalog = await loadCatalog(tx, scope.organizationId, items);
  const results: WriteResult[] = new Array(items.length);
  const accepted: Accepted[] = [];
  items.forEach((item, index) => {
    const checked = checkCustomer(item, catalog, index);
    if ("refused" in checked) results[index] = checked.refused;
    else accepted.push({ index, item, ...checked });
  });

  const session = await openSession(tx, scope, accepted);
  const reminders = new Map([...session.rows.values()].map((row) => [row.id, row.lastReminderAt]));
  // Masses often repeat what stands; a row more in memory is a fraction of one more in the tables.
  const standing = scope.lane === 1 ? besideFacts(session.rows.values()) : undefined;
  for (const entry of accepted) results[entry.index] = apply(session, entry, catalog);
  const rows = [...session.rows.values()].filter((row) => session.touched.has(row.id));
  const changes: NewChange[] = [];
  const wake = await finishWrite(tx, scope, rows, {
    fresh: session.fresh,
    timeline: session.timeline,
    raised: changes,
    ...(standing ? { standing } : {}),
  });
  const reminded = rows.filter((row) => row.lastReminderAt !== reminders.get(row.id)).map((row) => row.id);
  return { results, wake, changes, moved: new Set([...changes.map((change) => change.customerId), ...reminded]) };
}

const besideFacts = (rows: Iterable<CustomerRow>) => new Map([...rows].map((row) => [row.id, withoutFacts(row)]));

const PLAIN = ["name", "email", "country", "city", "language", "creditLimit", "lastReminderAt"] as const;

function put<Key extends (typeof PLAIN)[number]>(row: CustomerRow, key: Key, value: CustomerRow[Key]): void {
  row[key] = value;
}

/** Applies one checked item to its row, in place. */
function apply(session: Session, accepted: Accepted, catalog: CustomerWriteCatalog): WriteResult {
  const { rows, scope } = session;
  const { item } = accepted;
  const { input } = item;
  const id = item.target !== undefined ? targetOf(session, item.target) : session.byExternalId.get(input.externalId!);
  const row = id === undefined ? undefined : rows.get(id);
  if (!row) return notFound("There is no such customer.");
  if (row.excludedAt !== null) return excluded();
  if (scope.outOfRange?.has(row.id)) return outOfRange();
  if (item.expectedVersion !== undefined && item.expectedVersion !== row.version) return stale(row.version);
  if (input.currency !== undefined && input.currency !== row.currency && session.withMoney.has(row.id)) {
    return invalidAt("currency", "cannot change once the customer has invoices or payments", "currency_fixed");
  }
  const isNew = session.fresh.has(row.id) && !session.touched.has(row.id);
  if (isNew && !input.name) return invalidAt("name", "is required for a new customer");
  const parent = newParent(session, row, accepted);
  if ("mistake" in parent) return invalidAt("parentId", parent.mistake);
  if (input.externalId !== undefined && input.externalId !== row.externalId) {
    if (input.externalId !== null) {
      if (session.byExternalId.has(input.externalId) || catalog.takenExternalIds.has(input.externalId)) {
        return conflict(
          "external_id_taken",
          `Another customer has the external id ${JSON.stringify(input.externalId)}.`,
        );
      }
      session.byExternalId.set(input.externalId, row.id);
    }
    if (row.externalId !== null) session.byExternalId.delete(row.externalId);
    row.externalId = input.externalId;
  }
  const isSame = scope.source === "csv" ? isSameCell : () => false;
  for (const key of PLAIN) {
    const value = input[key];
    if (value !== undefined && !isSame(row[key], value)) put(row, key, value);
  }
  if (input.currency !== undefined) row.currency = input.currency;
  if (parent.id !== undefined) row.parentId = parent.id;
  if (input.customFields !== undefined) {
    row.customFields = mergeCustomFields(row.customFields, input.customFields, isSame);
  }

  const writes = writeSlots(session, row, slotsFor(row, accepted), { ...(scope.actor ?? {}), at: scope.at });
  session.timeline.push(...assignmentEntries(scope, row.id, writes));
  session.touched.add(row.id);
  return written(
    isNew ? 201 : 200,
    row.id,
    row.id,
    writes.flatMap((write) => (write.kept ? [write.kept] : [])),
  );
}

/** The slots to write, with the account manager put before the users that the item names, or else before all but the row's first. */
function slotsFor(row: CustomerRow, { slots, accountManagerId }: Accepted): Accepted["slots"] {
  if (accountManagerId === undefined) return slots;
  const named = slots.users as string[] | undefined;
  if (accountManagerId === null) return { ...slots, users: named ?? [] };
  const others = (named ?? row.userIds.slice(1)).filter((user) => user !== accountManagerId);
  return { ...slots, users: [accountManagerId, ...others] };
}

/** Writes the slots named, and puts back at once those that a rule in force keeps from a manual or CSV write. */
function writeSlots(
  { scope, standingRules }: Session,
  row: CustomerRow,
  slots: Accepted["slots"],
  owner: Omit<SlotOwner, "source" | "version">,
): SlotWrite[] {
  const before = { workflow: row.workflowId, users: row.userIds, paymentMethods: row.paymentMethodIds };
  const owners = row.assignments;
  const claims = (Object.entries(slots) as [WritableSlot, SlotValue][]).filter(
    ([slot, value]) => scope.source !== "csv" || !isEmptyAgain(row, slot, value),
  );
  const writes = claims.map(([slot, value]) => writeSlot(row, slot, value, scope.source, owner));
  if (!standingRules || !writes.some((write) => write.outcome === "set")) return writes;
  const source = scope.source === "csv" ? "csv" : "manual";
  const kept = slotsKeptByRules(standingRules, source, row.facts, factsOf(row, scope.today), before);
  return writes.map((write) => {
    const rule = write.outcome === "set" ? kept.get(write.slot) : undefined;
    if (!rule) return write;
    Object.assign(row, { [SLOT_COLUMN[write.slot]]: write.before });
    const { [write.slot]: _taken, ...others } = row.assignments;
    const owner = owners[write.slot];
    row.assignments = owner ? { ...others, [write.slot]: owner } : others;
    const by = { source: "rule" as const, ...rule };
    return { ...write, outcome: "overruled" as const, kept: { slot: write.slot, kept: write.before, by } };
  });
}

function targetOf(session: Session, target: string): string | undefined {
  if (target.startsWith("external:")) return session.byExternalId.get(target.slice("external:".length));
  return target.toLowerCase();
}

/** An empty CSV cell claims no slot that is empty and that nobody has set: it may just as well say nothing. */
function isEmptyAgain(row: CustomerRow, slot: WritableSlot, value: SlotValue): boolean {
  const isEmpty = (one: SlotValue) => one === null || one.length === 0;
  return row.assignments[slot] === undefined && isEmpty(value) && isEmpty(row[SLOT_COLUMN[slot]]);
}

/** A CSV cell cannot tell an empty text from none: an empty one leaves either as it is. */
function isSameCell(standing: unknown, given: unknown): boolean {
  return given === null && standing === "";
}

function mergeCustomFields(
  standing: CustomerRow["customFields"],
  given: NonNullable<CustomerInput["customFields"]>,
  isSame: typeof isSameCell,
): CustomerRow["customFields"] {
  const merged = { ...standing };
  for (const [key, value] of Object.entries(given)) {
    if (isSame(merged[key], value)) continue;
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}
