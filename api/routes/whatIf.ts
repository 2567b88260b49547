import { z } from "@hono/zod-openapi";
import { readOnly } from "../../db/preview/previewRule.ts";
import { whatIf } from "../../db/preview/whatIf.ts";
import { documentedPreviewed, previewedFields, previewedRule } from "../previewedRule.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID } from "../schemas.ts";
import { exampleUnsaved } from "./rulePreviewShapes.ts";

/** What one request may take: some seconds. */
const MOST = { changes: 500_000, ms: 10_000 };

const days = z.int().min(1).max(90);
const sample = z.int().min(0).max(100).default(20);

const body = z.strictObject({ ...previewedFields, days, sample });
const documentedBody = z
  .strictObject({
    ...documentedPreviewed,
    days: days.openapi({ description: "How far back; changes that retention has trimmed are gone." }),
    sample: sample.openapi({ description: "Firings to show, at most; the newest." }),
  })
  .openapi("WhatIfRequest", { example: { rule: exampleUnsaved, days: 30 } });

const shown = z.union([z.string(), z.number(), z.null()]);
const answer = z
  .object({
    since: z.string(),
    until: z.string(),
    truncated: z.boolean().openapi({ description: "It took too long: only changes up to `until` were judged." }),
    changes: z.int().openapi({ description: "Changes judged." }),
    fired: z.int(),
    customers: z.int().openapi({ description: "For how many different customers." }),
    perDay: z.array(z.object({ day: z.string(), fired: z.int() })).openapi({
      description: "Every day, in the organization's time zone.",
    }),
    sample: z
      .array(
        z.object({
          changeId: z.string(),
          customerId: z.string(),
          name: z.string().nullable(),
          at: z.string(),
          trigger: z.looseObject({ before: shown, after: shown }),
        }),
      )
      .openapi({ description: "Newest first." }),
  })
  .openapi("WhatIf", {
    example: {
      since: "2026-01-01T09:00:00.000Z",
      until: "2026-01-02T09:00:00.000Z",
      truncated: false,
      changes: 5210,
      fired: 1,
      customers: 1,
      perDay: [
        { day: "2026-01-01", fired: 0 },
        { day: "2026-01-02", fired: 1 },
      ],
      sample: [
        {
          changeId: EXAMPLE_ID,
          customerId: EXAMPLE_ID,
          name: "Globex",
          at: "2026-01-02T08:00:00.000Z",
          trigger: { before: 4000, after: 7000, value: 5000 },
        },
      ],
    },
  });

/** What a rule would have done. Sent by POST because a rule does not fit into an address; nothing is written. */
export function whatIfRoutes(router: Router): void {
  router.read(
    {
      methods: ["post"],
      path: "/v1/rules/what-if",
      tag: "Rules",
      summary: "When a rule, saved or not, would have fired in the last days",
      description:
        "Judges the recorded changes as the evaluation would have: crossings, resetAt, forDays, at most once per " +
        "customer and root. At the beginning the rule remembers nothing, and what its own effects would have led to is not seen.",
      right: "rules",
      body,
      documentedBody,
      answers: { 200: answer },
      problems: [404],
    },
    async ({ body, caller, deps }) => {
      const found = await readOnly(deps.sql, async (tx) => {
        const { one } = await previewedRule(tx, caller, body);
        const { organizationId } = caller;
        const { days, sample: sampleSize } = body;
        return whatIf(tx, { organizationId, rule: one.rule, days, sampleSize, most: MOST });
      });
      return { status: 200, body: found };
    },
  );
}
