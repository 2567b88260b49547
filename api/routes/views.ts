import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import { loadRuleCatalog, type RuleCatalog } from "../../db/ruleCatalog.ts";
import { newId } from "../../db/uuid.ts";
import { getView, listViews, type View, type ViewFields, views } from "../../db/views.ts";
import { fieldType } from "../../rules/fields.ts";
import { Filters } from "../../rules/schema.ts";
import { type Caller, may } from "../access.ts";
import { checkedFilters, parseSort, viewOwner } from "../customerSelection.ts";
import { forbidden, invalid, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import {
  EXAMPLE_ID,
  exampleTimes,
  idParams,
  listAnswer,
  listOf,
  name,
  pageOnly,
  text,
  timestamps,
} from "../schemas.ts";

const tag = "Views";
const path = "/v1/views";
const one = `${path}/{id}`;
/** Columns besides the fields that filters know. */
const MORE_COLUMNS = new Set(["id", "parentId", "updatedAt", "aging"]);

const fields = {
  columns: z.array(text(220, 1)).max(200).optional(),
  order: text(50).nullable().optional(),
  filters: z.array(z.unknown()).max(200).optional(),
  shared: z.boolean().optional(),
};
const create = z.strictObject({ name: name(), ...fields });
const edit = z.strictObject({ name: name().optional(), ...fields });
type Body = z.output<typeof edit>;

const example = {
  name: "Large in the US",
  columns: ["name", "outstanding", "customFields.plan"],
  order: "-outstanding",
  filters: [{ field: "country", op: "is" as const, values: ["US"] }],
  shared: true,
};
/** As documented; the filters themselves are checked by the rule language, which names every mistake. */
const documented = { ...fields, filters: Filters.optional() };
const documentedCreate = z.strictObject({ name: name(), ...documented }).openapi("ViewInput", { example });
const documentedEdit = z
  .strictObject({ name: name().optional(), ...documented })
  .openapi("ViewEdit", { example: { shared: false } });

const answer = z
  .object({
    id: z.string(),
    ownerId: z.string().nullable().openapi({ description: "Null: made with a key that stands for no user." }),
    name: z.string(),
    columns: z.array(z.string()),
    order: z.string().nullable(),
    filters: Filters,
    shared: z.boolean(),
    ...timestamps,
  })
  .openapi("View", { example: { id: EXAMPLE_ID, ownerId: EXAMPLE_ID, ...example, ...exampleTimes } });

/** Saved views of the customer list. Everyone sees their own and the shared ones; admins may change shared ones of others too. */
export function viewsRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: "List one's own views and the shared ones",
      right: "read",
      query: pageOnly,
      answers: { 200: listOf("views", answer) },
    },
    async ({ query, caller, deps }) =>
      listAnswer("views", query, await listViews(deps.sql, caller.organizationId, viewOwner(caller), query)),
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: "Save a view of the customer list",
      right: "customers",
      body: create,
      documentedBody: documentedCreate,
      answers: { 201: answer },
    },
    async ({ body, caller }, tx) => {
      const { organizationId } = caller;
      const checked = await check(tx, caller, body);
      const fresh: ViewFields = {
        ...{ ownerId: viewOwner(caller), columns: [], order: null, filters: [], shared: false, name: body.name },
        ...checked,
      };
      return { status: 201, body: await views.create(tx, organizationId, newId(), fresh) };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: one,
      tag,
      summary: "Read a view",
      right: "read",
      params: idParams,
      answers: { 200: answer },
    },
    async ({ params, caller, deps }) => {
      const view = await getView(deps.sql, caller.organizationId, viewOwner(caller), params.id);
      if (view === null) throw notFound("view");
      return { status: 200, body: view };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: one,
      tag,
      summary: "Change the given fields of a view",
      right: "customers",
      params: idParams,
      body: edit,
      documentedBody: documentedEdit,
      answers: { 200: answer },
    },
    async ({ params, body, caller }, tx) => {
      const standing = await changeable(tx, caller, params.id);
      const view = await views.update(tx, caller.organizationId, standing.id, await check(tx, caller, body));
      if (view === null) throw notFound("view");
      return { status: 200, body: view };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: one,
      tag,
      summary: "Delete a view",
      right: "customers",
      params: idParams,
      answers: { 204: null },
    },
    async ({ params, caller }, tx) => {
      const standing = await changeable(tx, caller, params.id);
      await views.remove(tx, caller.organizationId, standing.id);
      return { status: 204 };
    },
  );
}

/** The view, if the caller may change it: one's own, or as an admin a shared one. */
async function changeable(tx: Transaction, caller: Caller, id: string): Promise<View> {
  const view = await getView(tx, caller.organizationId, viewOwner(caller), id);
  if (view === null) throw notFound("view");
  if (view.ownerId !== viewOwner(caller) && !may(caller, "admin")) {
    throw forbidden("Only its owner or an admin can change this view.");
  }
  return view;
}

/** The fields given, checked. Throws 422 with the path of a mistake. */
async function check(tx: Transaction, caller: Caller, body: Body): Promise<Partial<ViewFields>> {
  const { filters, columns, order, name, shared } = body;
  if (order != null) parseSort(order, "order");
  const needsCatalog = filters !== undefined || columns !== undefined;
  const catalog = needsCatalog ? await loadRuleCatalog(tx, caller.organizationId) : null;
  if (catalog !== null) checkColumns(columns ?? [], catalog);
  return {
    ...(name === undefined ? {} : { name }),
    ...(shared === undefined ? {} : { shared }),
    ...(order === undefined ? {} : { order }),
    ...(columns === undefined ? {} : { columns }),
    ...(filters === undefined || catalog === null ? {} : { filters: checkedFilters(filters, catalog, ["filters"]) }),
  };
}

function checkColumns(columns: readonly string[], catalog: RuleCatalog): void {
  const isColumn = (column: string) =>
    MORE_COLUMNS.has(column) || fieldType(column, catalog.check.customFields) !== null;
  const mistakes = columns.flatMap((column, index) => {
    if (!isColumn(column)) return [{ path: `columns.${index}`, message: `there is no column "${column}"` }];
    const twice = columns.indexOf(column) !== index;
    return twice ? [{ path: `columns.${index}`, message: `names "${column}" twice` }] : [];
  });
  if (mistakes.length > 0) throw invalid(mistakes);
}
