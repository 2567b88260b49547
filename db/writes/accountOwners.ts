import type { Transaction } from "../client.ts";
import { lockRulesetShared } from "../rulesets.ts";
import { writeCustomers } from "./customers.ts";
import { lookUp, resolveUsers } from "./references.ts";
import type { CustomerInput, Wake, WriteContext, WriteItem, WriteResult } from "./types.ts";

/** The owners of one Salesforce account: `accountId` is the customer's external id, owners are emails in any case. */
export interface AccountOwners {
  accountId: string;
  owners: string[];
}

export interface AccountOwnersResult {
  /** Null where nothing was written because no owner is a user. */
  written: WriteResult | null;
  /** Places in `owners` of emails that are no user. */
  unknown: number[];
}

/**
 * Sets the users of many customers, set-based. Owners who are no users are left out and told; where none is left of a list that
 * is not empty, the customer stays as it is. The same account twice is applied in order.
 */
export async function writeAccountOwners(
  tx: Transaction,
  context: WriteContext,
  items: readonly AccountOwners[],
): Promise<{ results: AccountOwnersResult[]; wake: Wake }> {
  // Nobody can delete a user between being looked up and being assigned.
  await lockRulesetShared(tx, context.organizationId);
  // A text without @ could be an id, which is no owner here.
  const emails = items.flatMap(({ owners }) => owners.filter((owner) => owner.includes("@")));
  const users = await resolveUsers(tx, context.organizationId, emails);
  const results: AccountOwnersResult[] = [];
  const writes: { place: number; item: WriteItem<CustomerInput> }[] = [];
  items.forEach(({ accountId, owners }, place) => {
    const ids = owners.map((owner) => lookUp(users, owner));
    const known = ids.filter((id) => id !== undefined);
    const unknown = ids.flatMap((id, index) => (id === undefined ? [index] : []));
    results.push({ written: null, unknown });
    if (known.length === 0 && owners.length > 0) return;
    writes.push({ place, item: { target: `external:${accountId}`, input: { userIds: known } } });
  });
  const outcome = await writeCustomers(
    tx,
    context,
    writes.map(({ item }) => item),
  );
  outcome.results.forEach((written, index) => {
    results[writes[index]!.place]!.written = written;
  });
  return { results, wake: outcome.wake };
}
