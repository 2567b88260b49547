import { customFieldMistake } from "../../rules/customFields.ts";
import type { CustomFieldDefinition } from "../../rules/facts.ts";
import type { Transaction } from "../client.ts";
import { EXTERNAL, type Lookup, loadFieldDefinitions, lookUp, resolveReferences, resolveUsers } from "./references.ts";
import { invalid } from "./results.ts";
import type { SlotValue, WritableSlot } from "./slots.ts";
import type { CustomerInput, Mistake, WriteItem, WriteResult } from "./types.ts";

/** What customer writes refer to, read once for all items. */
export interface CustomerWriteCatalog {
  fields: Map<string, CustomFieldDefinition>;
  workflows: Lookup;
  users: Lookup;
  paymentMethods: Lookup;
  customers: Lookup;
  /** External ids that PATCHes want to give and that some customer has already. */
  takenExternalIds: Set<string>;
  /** External ids that items name or give, and the place of the first that does: later ones may name it as their parent. */
  firstPlace: Map<string, number>;
}

export async function loadCatalog(
  tx: Transaction,
  organizationId: string,
  items: WriteItem<CustomerInput>[],
): Promise<CustomerWriteCatalog> {
  const inputs = items.map((item) => item.input);
  const wanted = items.flatMap(({ target, input }) =>
    target !== undefined && input.externalId != null ? [EXTERNAL + input.externalId] : [],
  );
  const [fields, workflows, paymentMethods, users, customers, taken] = await Promise.all([
    inputs.some((input) => input.customFields)
      ? loadFieldDefinitions(tx, organizationId)
      : new Map<string, CustomFieldDefinition>(),
    resolveReferences(
      tx,
      organizationId,
      "collection_workflows",
      inputs.flatMap((input) => input.workflowId ?? []),
    ),
    resolveReferences(
      tx,
      organizationId,
      "payment_methods",
      inputs.flatMap((input) => input.paymentMethodIds ?? []),
    ),
    resolveUsers(
      tx,
      organizationId,
      inputs.flatMap((input) => [
        ...(input.userIds ?? []),
        ...(input.accountManagerId == null ? [] : [input.accountManagerId]),
      ]),
    ),
    resolveReferences(
      tx,
      organizationId,
      "customers",
      inputs.flatMap((input) => input.parentId ?? []),
    ),
    resolveReferences(tx, organizationId, "customers", wanted),
  ]);
  const takenExternalIds = new Set([...taken.keys()].map((reference) => reference.slice(EXTERNAL.length)));
  const firstPlace = new Map<string, number>();
  inputs.forEach(({ externalId }, place) => {
    if (externalId != null && !firstPlace.has(externalId)) firstPlace.set(externalId, place);
  });
  return { fields, workflows, users, paymentMethods, customers, takenExternalIds, firstPlace };
}

/** What an accepted item names, resolved to ids; what it does not name is absent. */
export interface CheckedCustomer {
  slots: Partial<Record<WritableSlot, SlotValue>>;
  accountManagerId?: string | null;
  parentId?: string | null;
  /** The external id of a parent that an item before this one may create. */
  parentToCome?: string;
}

export const UNKNOWN_PARENT = "names no customer of this organization";

/**
 * Checks one item against the catalog and resolves what it refers to: every mistake at once, with its path. `place` is the
 * item's among those of the catalog.
 */
export function checkCustomer(
  item: WriteItem<CustomerInput>,
  catalog: CustomerWriteCatalog,
  place: number,
): CheckedCustomer | { refused: WriteResult } {
  const { input } = item;
  const errors: Mistake[] = [];
  for (const [key, value] of Object.entries(input.customFields ?? {})) {
    const definition = catalog.fields.get(key);
    const mistake = definition ? customFieldMistake(definition, value) : "is not a custom field of this organization";
    if (mistake) errors.push({ path: `customFields.${key}`, message: mistake });
  }
  const one = (
    path: string,
    lookup: Lookup,
    reference: string | null | undefined,
    what: string,
  ): string | null | undefined => {
    if (reference === undefined || reference === null) return reference;
    const id = lookUp(lookup, reference);
    if (id === undefined) errors.push({ path, message: `names no ${what} of this organization` });
    return id ?? null;
  };
  const many = (path: string, lookup: Lookup, references: string[] | undefined, what: string): string[] | undefined => {
    if (references === undefined) return undefined;
    return [...new Set(references.map((reference, index) => one(`${path}.${index}`, lookup, reference, what) ?? ""))];
  };
  const values = {
    workflow: one("workflowId", catalog.workflows, input.workflowId, "collection workflow"),
    users: many("userIds", catalog.users, input.userIds, "user"),
    paymentMethods: many("paymentMethodIds", catalog.paymentMethods, input.paymentMethodIds, "payment method"),
  };
  const accountManagerId = one("accountManagerId", catalog.users, input.accountManagerId, "user");
  const parentToCome = toCome(input.parentId, catalog, place);
  const parentId =
    parentToCome === undefined ? one("parentId", catalog.customers, input.parentId, "customer") : undefined;
  if (errors.length > 0) return { refused: invalid(errors) };
  const slots = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<WritableSlot, SlotValue>
  >;
  return {
    slots,
    ...(accountManagerId === undefined ? {} : { accountManagerId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(parentToCome === undefined ? {} : { parentToCome }),
  };
}

function toCome(
  parent: string | null | undefined,
  { customers, firstPlace }: CustomerWriteCatalog,
  place: number,
): string | undefined {
  if (!parent?.startsWith(EXTERNAL) || customers.has(parent)) return undefined;
  const externalId = parent.slice(EXTERNAL.length);
  return (firstPlace.get(externalId) ?? place) < place ? externalId : undefined;
}

/** What is wrong with the references and custom fields of inputs that are not going to be written; locks nothing. */
export async function customerMistakes(
  tx: Transaction,
  organizationId: string,
  inputs: readonly CustomerInput[],
): Promise<Mistake[][]> {
  const items = inputs.map((input) => ({ input }));
  const catalog = await loadCatalog(tx, organizationId, items);
  return items.map((item) => {
    // What is not going to be written creates no parent.
    const checked = checkCustomer(item, catalog, 0);
    return "refused" in checked && !checked.refused.ok ? checked.refused.errors : [];
  });
}
