import type { ListedRule } from "../../rules/conflicts.ts";
import type { Sql, Transaction } from "../client.ts";
import { readCustomers } from "../customerRow.ts";
import { loadDomain } from "../ruleDomain.ts";
import type { Tally } from "./counts.ts";
import { readGroups } from "./groups.ts";
import { loadPeople } from "./messages.ts";
import { type CustomerPreview, CustomerPreviewer, type CustomerWhy } from "./previewCustomer.ts";
import { rivalsOf, tally } from "./tally.ts";

export interface PreviewRequest {
  organizationId: string;
  one: ListedRule;
  /** Rules in force before and after it in the list. */
  earlier: readonly ListedRule[];
  later: readonly ListedRule[];
  /** Customers to show, at most. */
  sampleSize: number;
  customerId: string | null;
}

export interface Preview extends Tally {
  sample: CustomerPreview[];
  /** Of the customer that was asked for. */
  customer: CustomerWhy | null;
}

/** Runs `work` on one snapshot in which nothing can be written. */
export function readOnly<Result>(sql: Sql, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const options = "isolation level repeatable read read only";
  return sql.begin(options, (tx) => work(tx as Transaction)) as Promise<Result>;
}

/** What a rule would do to the customers that it matches as they stand, were it applied to all of them now. */
export async function previewRule(tx: Transaction, request: PreviewRequest): Promise<Preview> {
  const { organizationId, one, earlier, later, sampleSize, customerId } = request;
  const [context, people] = await Promise.all([loadDomain(tx, organizationId), loadPeople(tx, organizationId)]);
  const placed = rivalsOf(one, earlier, later, context);
  const groups = await readGroups(tx, {
    organizationId,
    rule: one.rule,
    rivals: placed.rivals,
    context,
    idsPerGroup: sampleSize,
    userEmails: [...people.directory.userByEmail.keys()],
  });
  const { some, ...numbers } = tally(placed, groups, people, sampleSize);
  const wanted = customerId === null ? some : [...some, customerId];
  const rows = new Map((await readCustomers(tx, organizationId, wanted)).map((row) => [row.id, row]));
  const previewer = new CustomerPreviewer(placed, people, context);
  const asked = customerId === null ? undefined : rows.get(customerId);
  return {
    ...numbers,
    sample: some.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [previewer.preview(row)];
    }),
    customer: asked === undefined ? null : previewer.why(asked),
  };
}
