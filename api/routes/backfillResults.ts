import { getBackfill } from "../../db/backfills/backfills.ts";
import { exportResults, listResults, type StoredResult } from "../../db/backfills/results.ts";
import { findCustomerId } from "../../db/customers.ts";
import { customerScope } from "../access.ts";
import { textStream } from "../csv/stream.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { emptyList, idParams, listAnswer, listOf } from "../schemas.ts";
import { csvHeading, csvResult, resultAnswer, resultsQuery, toResultAnswer } from "./backfillResultShapes.ts";

/** What became of each customer, as JSON page by page or as CSV in one stream. */
export function backfillResultsRoutes(router: Router): void {
  router.readOrDownload(
    {
      methods: ["get"],
      path: "/v1/backfills/{id}/results",
      tag: "Backfills",
      summary: "What became of each customer",
      description: "As JSON, or as CSV (`format=csv` or `Accept: text/csv`), which holds every result and streams.",
      right: "rules",
      params: idParams,
      query: resultsQuery,
      orDownload: "text/csv",
      answers: { 200: listOf("results", resultAnswer) },
    },
    async ({ params, query, accept, caller, deps }) => {
      const backfill = await getBackfill(deps.sql, caller.organizationId, params.id);
      if (backfill === null) throw notFound("backfill");
      const { status, reason } = query;
      const named =
        query.customerId === undefined
          ? undefined
          : await findCustomerId(deps.sql, customerScope(caller), query.customerId);
      const wanted = { status, reason, customerId: named ?? undefined };
      if (query.format === "csv" || (query.format === undefined && prefersCsv(accept))) {
        const pages = named === null ? none() : exportResults(deps.sql, backfill.id, wanted);
        const headers = { "Content-Disposition": `attachment; filename="backfill-${backfill.id}.csv"` };
        return { stream: textStream(lines(pages)), headers };
      }
      if (named === null) return emptyList("results", query);
      const listed = await listResults(deps.sql, backfill.id, wanted, query);
      return listAnswer("results", query, { ...listed, rows: listed.rows.map(toResultAnswer) });
    },
  );
}

/** CSV is named, and before JSON if that is named too. */
function prefersCsv(accept: string): boolean {
  const [csv, json] = [accept.indexOf("text/csv"), accept.indexOf("application/json")];
  return csv >= 0 && (json < 0 || csv < json);
}

async function* lines(pages: AsyncGenerator<StoredResult[]>): AsyncGenerator<string> {
  yield csvHeading;
  for await (const page of pages) if (page.length > 0) yield page.map(csvResult).join("");
}

async function* none(): AsyncGenerator<StoredResult[]> {
  yield [];
}
