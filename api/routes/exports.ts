import { z } from "@hono/zod-openapi";
import { loadCsvCatalog, loadEmails } from "../../db/csvCatalog.ts";
import { type ExportedCustomer, exportCustomers } from "../../db/customerExport.ts";
import { customerScope } from "../access.ts";
import { allColumns, expanded, lineWriter } from "../csv/exportRow.ts";
import { textStream } from "../csv/stream.ts";
import { customerSelection, selectionQuery } from "../customerSelection.ts";
import { csvText } from "../documentation.ts";
import { invalid } from "../problems.ts";
import type { Router } from "../router.ts";
import { flag, pageQuery, text } from "../schemas.ts";

const query = z.strictObject({
  ...selectionQuery,
  updatedSince: pageQuery.updatedSince,
  columns: text(50_000).optional().openapi({
    description: "Names of columns, separated by commas; those of the view unless given, else all.",
    example: "externalId,name,workflow,customFields.plan",
  }),
  delimiter: z.enum([",", ";"]).default(","),
  bom: flag.optional().openapi({ description: "true: with a byte order mark, by which some spreadsheets know UTF-8." }),
});

/** CSV export of customers: the list's filters, order and columns, streamed. */
export function exportsRoutes(router: Router): void {
  router.download(
    {
      methods: ["get"],
      path: "/v1/exports/customers",
      tag: "Import and export",
      summary: "Export customers as CSV",
      description:
        "Can be edited and imported again. Texts that a spreadsheet would take for a formula begin with `'`, which an import " +
        "takes away. A download that broke off is not ended properly and must not be used.",
      right: "read",
      query,
      download: "text/csv",
      answers: { 200: csvText },
    },
    async ({ query, caller, deps, now }) => {
      const { columns: ofView, ...selection } = await customerSelection(deps.sql, caller, query);
      const [catalog, emails] = await Promise.all([
        loadCsvCatalog(deps.sql, caller.organizationId),
        loadEmails(deps.sql, caller.organizationId),
      ]);
      const known = new Set([...allColumns(catalog), "aging"]);
      const chosen = query.columns?.split(",") ?? (ofView.length > 0 ? ofView : allColumns(catalog));
      checkColumns(chosen, known, query.columns !== undefined);
      const columns = expanded(chosen.filter((column) => known.has(column)));
      const writer = lineWriter(columns, { ...catalog, emails }, query.delimiter);
      const { updatedSince } = query;
      const pages = exportCustomers(deps.sql, customerScope(caller), {
        ...{ ...selection, updatedSince, withAging: columns.some((column) => column.startsWith("aging")) },
      });
      // Read before the answer begins, so that what fails at once is answered as such.
      const first = await pages.next();
      const begin = (query.bom === true ? "\ufeff" : "") + writer.heading;
      const stream = textStream(lines(begin, first, pages, writer.line));
      const day = now.toISOString().slice(0, 10);
      return { stream, headers: { "Content-Disposition": `attachment; filename="customers-${day}.csv"` } };
    },
  );
}

/** A view's column may be gone since it was saved; one that is asked for must be there. */
function checkColumns(columns: readonly string[], known: ReadonlySet<string>, isAsked: boolean): void {
  const unknown = columns.filter((column) => !known.has(column));
  if (isAsked && unknown.length > 0) {
    throw invalid(unknown.map((column) => ({ path: "columns", message: `there is no column "${column}"` })));
  }
}

async function* lines(
  begin: string,
  first: IteratorResult<ExportedCustomer[]>,
  rest: AsyncIterable<ExportedCustomer[]>,
  line: (customer: ExportedCustomer) => string,
): AsyncGenerator<string> {
  yield begin + (first.done ? "" : first.value.map(line).join(""));
  for await (const page of rest) yield page.map(line).join("");
}
