import type { Filter } from "../rules/schema.ts";
import type { Queryable, Sql } from "./client.ts";
import { type Listed, listPage, type Page } from "./lists.ts";
import { type Noun, nounStore } from "./nouns.ts";

export interface ViewFields {
  /** The user who made it; null: a key that stands for no user. */
  ownerId: string | null;
  name: string;
  /** Fields to show, in order: standard fields or `customFields.<key>`. */
  columns: string[];
  /** A field, with - before it for the other direction; null is the order of creation. */
  order: string | null;
  /** Checked when saved, with things named by id. */
  filters: Filter[];
  /** Others see it too. */
  shared: boolean;
}

export type View = Noun & ViewFields;

export const views = nounStore<ViewFields, View>({
  table: "views",
  columns: {
    ownerId: "owner_id",
    name: "name",
    columns: "columns",
    order: "sort",
    filters: "filters",
    shared: "shared",
  },
  json: ["columns", "filters"],
});

/** Views that this owner sees: the own and the shared ones. */
export function listViews(sql: Sql, organizationId: string, ownerId: string | null, page: Page): Promise<Listed<View>> {
  return listPage(sql, {
    columns: views.columns(sql),
    from: sql`views t`,
    where: [sql`t.organization_id = ${organizationId}`, sql`t.shared or t.owner_id is not distinct from ${ownerId}`],
    order: sql`t.id`,
    page,
  });
}

/** The view that a reference names, if this owner sees it. */
export async function getView(
  sql: Queryable,
  organizationId: string,
  ownerId: string | null,
  reference: string,
): Promise<View | null> {
  const view = await views.get(sql, organizationId, reference);
  return view !== null && (view.shared || view.ownerId === ownerId) ? view : null;
}

/** Shared views of a user, which would go with them. */
export async function sharedViewsOf(sql: Queryable, organizationId: string, userId: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select name from views where organization_id = ${organizationId} and owner_id = ${userId} and shared order by id`;
  return rows.map(({ name }) => `the shared view "${name}"`);
}
