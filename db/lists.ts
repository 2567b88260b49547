import type postgres from "postgres";
import type { Queryable } from "./client.ts";

/** A piece of SQL with its parameters, to be put into a query of the same handle. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** A page of a list: rows from `offset` on, at most `limit` of them. */
export interface Page {
  offset: number;
  limit: number;
  /** ISO instant: only what was written at or after it. */
  updatedSince?: string | undefined;
}

export interface Listed<Row> {
  rows: Row[];
  /** Exact up to 10,000. */
  total: number;
  totalIsMore: boolean;
}

/** Counting stops here: a filter over a large organization would otherwise read all of it for every page. */
export const COUNTED_UP_TO = 10_000;

interface ListQuery {
  columns: Fragment;
  /** From clause; the listed table's alias is `t` unless `updatedColumn` says otherwise. */
  from: Fragment;
  where: Fragment[];
  /** Must end in a unique column, so that pages neither repeat nor skip a row. */
  order: Fragment;
  page: Page;
  /** Column that `updatedSince` compares; `t.updated_at` unless told. */
  updatedColumn?: Fragment;
}

/** Reads one page and the total of all that meets the conditions. */
export async function listPage<Row extends object>(sql: Queryable, query: ListQuery): Promise<Listed<Row>> {
  const { page } = query;
  const conditions =
    page.updatedSince === undefined
      ? query.where
      : [...query.where, sql`${query.updatedColumn ?? sql`t.updated_at`} >= ${page.updatedSince}`];
  const [rows, [counted]] = await Promise.all([
    sql<Row[]>`
      select ${query.columns} from ${query.from} where ${allOf(sql, conditions)}
      order by ${query.order} offset ${page.offset} limit ${page.limit}`,
    sql<{ total: number }[]>`
      select count(*) as total
      from (select 1 from ${query.from} where ${allOf(sql, conditions)} limit ${COUNTED_UP_TO + 1}) counted`,
  ]);
  const total = counted?.total ?? 0;
  return { rows: [...rows], total: Math.min(total, COUNTED_UP_TO), totalIsMore: total > COUNTED_UP_TO };
}

/** Conditions joined by `and`; none at all is true. */
export function allOf(sql: Queryable, conditions: readonly Fragment[]): Fragment {
  return conditions.reduce((all, condition) => sql`${all} and (${condition})`, sql`true`);
}
