import { z } from "@hono/zod-openapi";
import type { Sql } from "../../db/client.ts";
import { type CsvCatalog, loadCsvCatalog } from "../../db/csvCatalog.ts";
import { createJob, discardUpload, queueJob, stagePage } from "../../db/jobs/jobs.ts";
import { IMPORT_PAGE, type Job, type StagedRow } from "../../db/jobs/types.ts";
import { actorOf, type Caller, demand } from "../access.ts";
import { restored } from "../csv/cells.ts";
import { type Column, columnsOf } from "../csv/columns.ts";
import { fieldOf, rowReader } from "../csv/importRow.ts";
import { csvProblem } from "../csv/problems.ts";
import { type CsvRecord, csvRecords } from "../csv/records.ts";
import { conflict, invalid } from "../problems.ts";
import type { Router } from "../router.ts";
import { flag } from "../schemas.ts";
import type { UploadStream } from "../upload.ts";
import { jobAnswer, toJobAnswer } from "./jobShapes.ts";

/** Characters of a staged page; long rows make pages of fewer rows. */
const PAGE_CHARACTERS = 1024 * 1024;
const SLOTS = new Set(["workflowId", "userIds", "paymentMethodIds"]);

/** An upload that is in Postgres, as a job that does not run yet. */
interface Staged {
  job: Job;
  rows: number;
}

/** CSV import of customers: the upload is staged page by page as it comes, then worked on by a durable job. */
export function importsRoutes(router: Router): void {
  router.upload(
    {
      methods: ["post"],
      path: "/v1/imports/customers",
      tag: "Import and export",
      summary: "Import customers from CSV, as a job",
      description:
        "Up to 200 MiB of UTF-8, with `,` or `;`. The first row names the columns: externalId or name (or id), and any of " +
        "email, country, city, language, currency, creditLimit, parentId, lastReminderAt, workflow, assignedUsers, " +
        "paymentMethods, and custom fields by key or label. Lists in a cell are separated by `;`. An empty cell empties the " +
        "field; a column that is not there leaves it. A customer is found by external id, else by name where only one has it. " +
        "Whatever is wrong with the file as a whole is refused with the line, whatever is wrong with a row is told by the job.",
      right: "customers",
      query: z.strictObject({
        dryRun: flag
          .optional()
          .openapi({ description: "true: nothing is written, the results say what would happen." }),
      }),
      upload: "text/csv",
      answers: { 202: jobAnswer },
    },
    {
      receive: ({ caller, deps, query }, stream) => receive(deps.sql, caller, query.dryRun === true, stream),
      finish: async ({ caller, now }, { job, rows }, tx) => {
        const queued = await queueJob(tx, job.id, rows);
        if (queued === null) throw conflict("upload_lost", "The upload took too long and was given up.");
        const wake = { organizationId: caller.organizationId, shards: [], jobs: [job.id] };
        return { status: 202, body: toJobAnswer(queued, now), wake };
      },
      discard: ({ deps }, { job }) => discardUpload(deps.sql, job.id),
    },
  );
}

async function receive(sql: Sql, caller: Caller, dryRun: boolean, stream: UploadStream): Promise<Staged> {
  const catalog = await loadCsvCatalog(sql, caller.organizationId);
  const records = csvRecords(stream);
  try {
    const heading = await records.next();
    if (heading.done) throw csvProblem(1, "is empty: the first row names the columns");
    const columns = columnsOfHeading(heading.value, catalog.customFields);
    return await stage(sql, caller, { dryRun, columns, catalog, records });
  } finally {
    await records.return(undefined);
  }
}

interface Upload {
  dryRun: boolean;
  columns: Column[];
  catalog: CsvCatalog;
  /** What comes below the heading. */
  records: AsyncIterable<CsvRecord>;
}

async function stage(sql: Sql, caller: Caller, { dryRun, columns, catalog, records }: Upload): Promise<Staged> {
  const { organizationId } = caller;
  const written = columns.map((column) => ({ heading: column.heading, field: fieldOf(column) }));
  if (written.some(({ field }) => SLOTS.has(field))) demand(caller, "assignments");
  const job = await createJob(sql, {
    ...{ organizationId, kind: "customerImport", status: "receiving", dryRun, source: "csv", actor: actorOf(caller) },
    input: {
      columns: written.filter(({ field }) => field !== ""),
      ignoredColumns: written
        .filter(({ heading, field }) => field === "" && heading.trim() !== "")
        .map(({ heading }) => heading),
    },
    total: null,
  });
  try {
    const rows = await stageRows(sql, job.id, records, rowReader(columns, catalog));
    return { job, rows };
  } catch (error) {
    await discardUpload(sql, job.id);
    throw error;
  }
}

function columnsOfHeading({ cells }: CsvRecord, fields: Parameters<typeof columnsOf>[1]): Column[] {
  const found = columnsOf(cells.map(restored), fields);
  if ("mistakes" in found) throw invalid(found.mistakes, "unknown_column");
  return found.columns;
}

/** Puts rows into Postgres a page at a time; the next page is read while one is stored, never more. */
async function stageRows(
  sql: Sql,
  jobId: string,
  records: AsyncIterable<CsvRecord>,
  read: (record: CsvRecord) => StagedRow,
): Promise<number> {
  let page: StagedRow[] = [];
  let characters = 0;
  let pages = 0;
  let rows = 0;
  let storing: Promise<void> = Promise.resolve();
  const store = async () => {
    await storing;
    storing = stagePage(sql, jobId, pages++, page);
    // Looked at by the next page or the end; until then it is no unhandled rejection.
    storing.catch(() => undefined);
    page = [];
    characters = 0;
  };
  try {
    for await (const record of records) {
      page.push(read(record));
      rows += 1;
      characters += record.cells.reduce((sum, cell) => sum + cell.length, 0);
      if (page.length === IMPORT_PAGE || characters >= PAGE_CHARACTERS) await store();
    }
    if (page.length > 0) await store();
  } finally {
    await storing;
  }
  return rows;
}
