import type { Queryable, Transaction } from "../client.ts";
import { lockCustomers } from "../customerRow.ts";
import { selected } from "../customers.ts";
import { allOf, type Fragment } from "../lists.ts";
import { loadRuleCatalog } from "../ruleCatalog.ts";
import { lockRulesetShared } from "../rulesets.ts";
import { lookUp, resolveReferences } from "../writes/references.ts";
import type { CustomerInput, Reference, WriteContext } from "../writes/types.ts";
import { type ActionsInput, type CustomerAction, type ItemResult, type Job, type MemberMode, PAGE } from "./types.ts";
import { failed, type Written, writeItems } from "./writeItems.ts";

/** Writes the actions to customers named by reference. */
export async function actOnReferences(
  tx: Transaction,
  context: WriteContext,
  actions: CustomerAction[],
  references: Reference[],
): Promise<Written> {
  const lookup = await resolveReferences(tx, context.organizationId, "customers", references);
  const ids = references.map((reference) => lookUp(lookup, reference));
  const written = await actOnIds(
    tx,
    context,
    actions,
    ids.flatMap((id) => id ?? []),
  );
  const results = written.results.values();
  return {
    results: references.map((reference, index): ItemResult => {
      if (ids[index] === undefined) return failed("not_found", "There is no such customer.", { reference });
      const { value } = results.next();
      if (value === undefined) throw new Error("a customer has no result");
      return { ...value, details: { reference, ...value.details } };
    }),
    shards: written.shards,
  };
}

/** Writes the actions to these customers; `add` and `remove` start from what stands under the lock. */
export async function actOnIds(
  tx: Transaction,
  context: WriteContext,
  actions: CustomerAction[],
  ids: string[],
): Promise<Written> {
  await lockRulesetShared(tx, context.organizationId);
  const rows = await lockCustomers(tx, context.organizationId, [...new Set(ids)]);
  const standing = new Map(rows.map((row) => [row.id, row]));
  const items = ids.map((target) => {
    const { userIds = [], paymentMethodIds = [] } = standing.get(target) ?? {};
    return { target, input: inputOf(actions, { userIds, paymentMethodIds }) };
  });
  return writeItems(tx, context, items);
}

function inputOf(
  actions: CustomerAction[],
  standing: { userIds: string[]; paymentMethodIds: string[] },
): CustomerInput {
  const input: CustomerInput = {};
  for (const action of actions) {
    if (action.type === "assignWorkflow") input.workflowId = action.workflowId;
    if (action.type === "assignUsers") input.userIds = members(standing.userIds, action.userIds, action.mode);
    if (action.type === "assignPaymentMethods") {
      input.paymentMethodIds = members(standing.paymentMethodIds, action.paymentMethodIds, action.mode);
    }
    if (action.type === "setCustomFields") input.customFields = action.customFields;
  }
  return input;
}

function members(standing: string[], named: string[], mode: MemberMode): string[] {
  if (mode === "replace") return named;
  if (mode === "remove") return standing.filter((id) => !named.includes(id));
  return [...standing, ...named.filter((id) => !standing.includes(id))];
}

/** The next customers of a selection by filter, locked in id order and still in it under the lock. */
export async function nextSelected(tx: Transaction, job: Job): Promise<string[]> {
  await lockRulesetShared(tx, job.organizationId);
  const after = job.cursorId === null ? [] : [tx`c.id > ${job.cursorId}`];
  const rows = await tx<{ id: string }[]>`
    select c.id from customers c where ${allOf(tx, [...(await selection(tx, job)), ...after])}
    order by c.id limit ${PAGE} for no key update of c`;
  return rows.map((row) => row.id);
}

/** How many customers the selection has now. */
export async function countSelected(tx: Transaction, job: Job): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*) as count from customers c where ${allOf(tx, await selection(tx, job))}`;
  return row?.count ?? 0;
}

/** Ids are ordered by time: a customer younger than the job is none of its members, so that it comes to an end. */
async function selection(sql: Queryable, job: Job): Promise<Fragment[]> {
  const { filter, name } = job.input as ActionsInput;
  const { compile } = await loadRuleCatalog(sql, job.organizationId);
  const query = { name, filters: filter && { filters: filter, context: compile } };
  const scope = { organizationId: job.organizationId, visibleTo: null };
  return [...(await selected(sql, scope, query)), sql`c.id <= ${job.id}`];
}
