import type { Sql } from "../db/client.ts";
import { CUSTOMER_SORTS, type CustomerQuery, type CustomerSort } from "../db/customers.ts";
import { loadRuleCatalog, type RuleCatalog, withIds } from "../db/ruleCatalog.ts";
import { getView } from "../db/views.ts";
import { checkFilters } from "../rules/check.ts";
import type { Filter } from "../rules/schema.ts";
import type { Caller } from "./access.ts";
import { invalid } from "./problems.ts";
import { reference, text } from "./schemas.ts";

/** Query parameters that say which customers are meant and in which order. */
export const selectionQuery = {
  name: text(500).optional().openapi({ description: "Part of the name, any case." }),
  filter: text(100_000).optional().openapi({
    description: "JSON list of conditions, as in rules.",
    example: '[{"field":"country","op":"is","values":["US"]}]',
  }),
  sort: text(50)
    .optional()
    .openapi({ description: "A field, with - before it for the other direction.", example: "-outstanding" }),
  view: reference.optional().openapi({
    description: "A saved view: its filters hold besides `filter`, its order counts unless `sort` is given.",
  }),
};

interface SelectionQuery {
  name?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  view?: string | undefined;
}

export interface CustomerSelection extends Omit<CustomerQuery, "page"> {
  /** The columns of the saved view; none without one. */
  columns: string[];
}

/** Which customers a query means: its own conditions and those of the view. Throws 422 with the paths `filter`, `sort` and `view`. */
export async function customerSelection(sql: Sql, caller: Caller, query: SelectionQuery): Promise<CustomerSelection> {
  const view = query.view === undefined ? null : await visibleView(sql, caller, query.view);
  const order = query.sort ?? view?.order ?? undefined;
  const chosen = {
    name: query.name,
    sort: order === undefined ? undefined : parseSort(order, "sort"),
    columns: view?.columns ?? [],
  };
  if (query.filter === undefined && (view === null || view.filters.length === 0)) return chosen;
  const catalog = await loadRuleCatalog(sql, caller.organizationId);
  const filters = [
    ...(query.filter === undefined ? [] : parseFilter(query.filter, catalog)),
    // What it names may be gone since it was saved.
    ...(view === null ? [] : checkedFilters(view.filters, catalog, ["view", "filters"])),
  ];
  return { ...chosen, filters: { filters, context: catalog.compile } };
}

/** Whose views a caller sees besides the shared ones: a user's own, or those of all keys that stand for no user. */
export const viewOwner = ({ user }: Caller): string | null => user?.id ?? null;

async function visibleView(sql: Sql, caller: Caller, reference: string) {
  const view = await getView(sql, caller.organizationId, viewOwner(caller), reference);
  if (view === null) throw invalid([{ path: "view", message: "names no view that this key can see" }]);
  return view;
}

/** Checks filters like a rule's, with things named by id in what is answered. Throws 422 with paths below `path`. */
export function checkedFilters(input: unknown, catalog: RuleCatalog, path: readonly string[]): Filter[] {
  const checked = checkFilters(withIds(input, catalog), catalog.check, { path });
  if ("errors" in checked) throw invalid(checked.errors);
  return checked.filters;
}

/** The `filter` parameter, checked like a rule's filters; paths begin with `filter`. */
function parseFilter(json: string, catalog: RuleCatalog): Filter[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw invalid([{ path: "filter", message: "must be JSON" }]);
  }
  return checkedFilters(parsed, catalog, ["filter"]);
}

/** `-outstanding` as a sort. Throws 422 at `path`. */
export function parseSort(text: string, path: string): { by: CustomerSort; descending: boolean } {
  const descending = text.startsWith("-");
  const by = CUSTOMER_SORTS.find((sort) => sort === (descending ? text.slice(1) : text));
  if (by === undefined) throw invalid([{ path, message: `must be one of ${CUSTOMER_SORTS.join(", ")}` }]);
  return { by, descending };
}
