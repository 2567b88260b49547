import type { Sql } from "../client.ts";
import { type Listed, listPage } from "../lists.ts";
import type { ResultDetails, ResultStatus } from "./types.ts";

/** A result with its customer, as it is shown. */
export interface StoredResult {
  customerId: string;
  externalId: string | null;
  name: string | null;
  status: ResultStatus;
  reason: string | null;
  version: number | null;
  details: ResultDetails | null;
}

export interface ResultQuery {
  status?: ResultStatus | undefined;
  reason?: string | undefined;
  customerId?: string | undefined;
}

const columns = (sql: Sql) => sql`
  t.customer_id as "customerId", c.external_id as "externalId", c.name, t.status, t.reason, t.version, t.details`;

function conditions(sql: Sql, backfillId: string, { status, reason, customerId }: ResultQuery) {
  return [
    sql`t.backfill_id = ${backfillId}`,
    ...(status === undefined ? [] : [sql`t.status = ${status}`]),
    ...(reason === undefined ? [] : [sql`t.reason = ${reason}`]),
    ...(customerId === undefined ? [] : [sql`t.customer_id = ${customerId}`]),
  ];
}

/** A page of results, in the order of the customers' ids. */
export function listResults(
  sql: Sql,
  backfillId: string,
  query: ResultQuery,
  page: { offset: number; limit: number },
): Promise<Listed<StoredResult>> {
  return listPage<StoredResult>(sql, {
    columns: columns(sql),
    from: sql`backfill_results t join customers c on c.id = t.customer_id`,
    where: conditions(sql, backfillId, query),
    order: sql`t.customer_id`,
    page,
  });
}

const PAGE = 1_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** All results in the same order, page by page, so that no connection is held while a slow client reads. */
export async function* exportResults(sql: Sql, backfillId: string, query: ResultQuery): AsyncGenerator<StoredResult[]> {
  for (let after = FIRST_ID; ; ) {
    const all = conditions(sql, backfillId, query).reduce((left, right) => sql`${left} and ${right}`);
    const rows = await sql<StoredResult[]>`
      select ${columns(sql)} from backfill_results t join customers c on c.id = t.customer_id
      where ${all} and t.customer_id > ${after} order by t.customer_id limit ${PAGE}`;
    yield rows;
    after = rows.at(-1)?.customerId ?? after;
    if (rows.length < PAGE) return;
  }
}
