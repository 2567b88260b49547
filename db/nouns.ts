import type { Queryable, Transaction } from "./client.ts";
import { type Fragment, type Listed, listPage, type Page } from "./lists.ts";
import { findId, type NamedTable, named } from "./references.ts";
import type { Reference } from "./writes/types.ts";

/** What every simple noun has. */
export interface Noun {
  id: string;
  createdAt: string;
  updatedAt: string;
}

/** A table of simple things: field names of the row type on the left, columns on the right. */
interface NounTable<Fields> {
  table: NamedTable;
  columns: { [Field in keyof Fields]-?: string };
  /** Fields kept as jsonb. */
  json?: readonly (keyof Fields)[];
  /** Fields that are written but never read back. */
  secret?: readonly (keyof Fields)[];
}

/**
 * List, get, create, update and delete for one table. Writes throw Postgres' unique violation (23505) when a name is taken and
 * its foreign-key violation (23503) when something still names what is to go.
 */
export function nounStore<Fields extends object, Row extends Noun>(definition: NounTable<Fields>) {
  const { table } = definition;
  const entries = Object.entries<string>(definition.columns);
  const json = new Set<string>((definition.json ?? []).map(String));
  const secret = new Set<string>((definition.secret ?? []).map(String));
  const read = entries.filter(([field]) => !secret.has(field));

  const columns = (sql: Queryable): Fragment =>
    read.reduce(
      (all, [field, column]) => sql`${all}, t.${sql(column)} as ${sql(field)}`,
      sql`t.id, t.created_at as ${sql("createdAt")}, t.updated_at as ${sql("updatedAt")}`,
    );

  function toRow(tx: Transaction, fields: Partial<Fields>) {
    const given = new Map<string, unknown>(Object.entries(fields));
    return Object.fromEntries(
      entries
        .filter(([field]) => given.get(field) !== undefined)
        .map(([field, column]) => {
          const value = given.get(field);
          return [column, json.has(field) ? tx.json(value as Parameters<Transaction["json"]>[0]) : value];
        }),
    ) as Record<string, string>;
  }

  return {
    columns,

    list: (sql: Queryable, organizationId: string, page: Page): Promise<Listed<Row>> =>
      listPage(sql, {
        columns: columns(sql),
        from: sql`${sql(table)} t`,
        where: [sql`t.organization_id = ${organizationId}`],
        order: sql`t.id`,
        page,
      }),

    async get(sql: Queryable, organizationId: string, reference: Reference): Promise<Row | null> {
      const [row] = await sql<Row[]>`
        select ${columns(sql)} from ${sql(table)} t
        where t.organization_id = ${organizationId} and ${named(sql, table, reference)}`;
      return row ?? null;
    },

    findId: (sql: Queryable, organizationId: string, reference: Reference) =>
      findId(sql, table, organizationId, reference),

    async create(tx: Transaction, organizationId: string, id: string, fields: Fields): Promise<Row> {
      const row = { id, organization_id: organizationId, ...toRow(tx, fields) };
      const [created] = await tx<Row[]>`
        with t as (insert into ${tx(table)} ${tx(row)} returning *) select ${columns(tx)} from t`;
      return created!;
    },

    /** Changes the fields given. Null when there is no such row. */
    async update(tx: Transaction, organizationId: string, id: string, edit: Partial<Fields>): Promise<Row | null> {
      const [updated] = await tx<Row[]>`
        update ${tx(table)} t set ${tx({ ...toRow(tx, edit), updated_at: new Date().toISOString() })}
        where t.organization_id = ${organizationId} and t.id = ${id}
        returning ${columns(tx)}`;
      return updated ?? null;
    },

    /** False when there was no such row. */
    async remove(tx: Transaction, organizationId: string, id: string): Promise<boolean> {
      const gone = await tx`delete from ${tx(table)} where organization_id = ${organizationId} and id = ${id}`;
      return gone.count > 0;
    },
  };
}
