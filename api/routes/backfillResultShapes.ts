import { z } from "@hono/zod-openapi";
import type { StoredResult } from "../../db/backfills/results.ts";
import { csvLine, neutralised } from "../csv/cells.ts";
import { EXAMPLE_ID, pageQuery, reference, text } from "../schemas.ts";

export const RESULT_STATUSES = ["changed", "unchanged", "skipped", "failed"] as const;

const { offset, limit } = pageQuery;
export const resultsQuery = z.strictObject({
  offset,
  limit,
  status: z.enum(RESULT_STATUSES).optional(),
  reason: text(100).optional(),
  customerId: reference.optional(),
  format: z.enum(["json", "csv"]).optional().openapi({ description: "csv: every result; so does Accept: text/csv." }),
});

const slotValue = z.union([z.string(), z.array(z.string()), z.null()]);

export const resultAnswer = z
  .object({
    customerId: z.string(),
    externalId: z.string().nullable(),
    name: z.string().nullable(),
    status: z.enum(RESULT_STATUSES),
    reason: z.string().nullable(),
    version: z.int().nullable().openapi({ description: "The customer's version that was judged." }),
    changes: z.array(z.object({ slot: z.string(), from: slotValue, to: slotValue })),
    rules: z.array(
      z.object({
        ruleId: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        lostTo: z.object({ ruleId: z.string(), name: z.string() }).optional(),
        runId: z.string().optional(),
      }),
    ),
    notifications: z.int(),
    error: z.string().nullable(),
  })
  .openapi("BackfillResult", {
    example: {
      customerId: EXAMPLE_ID,
      externalId: "C-1",
      name: "Globex",
      status: "changed",
      reason: null,
      version: 4,
      changes: [{ slot: "workflow", from: null, to: EXAMPLE_ID }],
      rules: [{ ruleId: EXAMPLE_ID, status: "applied", runId: EXAMPLE_ID }],
      notifications: 0,
      error: null,
    },
  });

export function toResultAnswer({ details, ...result }: StoredResult) {
  const { changes = [], rules = [], notifications = 0, error = null } = details ?? {};
  return { ...result, changes, rules, notifications, error };
}

const HEADINGS = [
  ...["customerId", "externalId", "name", "status", "reason", "version"],
  ...["workflowFrom", "workflowTo", "usersFrom", "usersTo", "paymentMethodsFrom", "paymentMethodsTo", "excluded"],
  ...["lostTo", "notifications", "error"],
];

export const csvHeading = csvLine(HEADINGS, ",");

/** One result as a line of CSV; things by id, members separated by `;`. */
export function csvResult(result: StoredResult): string {
  const { customerId, externalId, name, status, reason, version, changes, rules, notifications, error } =
    toResultAnswer(result);
  const moved = (slot: string) => {
    const change = changes.find((one) => one.slot === slot);
    return change === undefined ? ["", ""] : [cell(change.from), cell(change.to)];
  };
  const lostTo = rules.flatMap((rule) => rule.lostTo?.name ?? []).join(";");
  const cells = [
    ...[customerId, externalId, name, status, reason, version === null ? "" : String(version)],
    ...[...moved("workflow"), ...moved("users"), ...moved("paymentMethods"), moved("excluded")[1]],
    ...[lostTo, String(notifications), error],
  ];
  return csvLine(
    cells.map((one) => neutralised(one ?? "")),
    ",",
  );
}

const cell = (value: string | string[] | null) => (Array.isArray(value) ? value.join(";") : (value ?? ""));
