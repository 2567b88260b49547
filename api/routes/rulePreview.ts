import { z } from "@hono/zod-openapi";
import { findCustomerId } from "../../db/customers.ts";
import type { ActionPreview, CustomerPreview, CustomerWhy } from "../../db/preview/previewCustomer.ts";
import { previewRule, readOnly } from "../../db/preview/previewRule.ts";
import { customerScope } from "../access.ts";
import { documentedPreviewed, previewedFields, previewedRule } from "../previewedRule.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { reference } from "../schemas.ts";
import { previewAnswer, previewExample } from "./rulePreviewShapes.ts";

const body = z.strictObject({
  ...previewedFields,
  position: z.int().min(1).optional(),
  customerId: reference.optional(),
  sample: z.int().min(0).max(100).default(20),
});

const documentedBody = z
  .strictObject({
    ...documentedPreviewed,
    position: z.int().min(1).optional().openapi({
      description: "Its place in the list, which decides who wins: a saved rule's own unless told, else the last.",
    }),
    customerId: z.string().optional().openapi({ description: "Answers in full why this one matches or not." }),
    sample: z.int().min(0).max(100).default(20).openapi({ description: "Customers to show, at most." }),
  })
  .openapi("RulePreviewRequest", { example: previewExample });

/** What a rule would do now. The rule is sent by POST because it does not fit into an address; nothing is written. */
export function rulePreviewRoutes(router: Router): void {
  router.read(
    {
      methods: ["post"],
      path: "/v1/rules/preview",
      tag: "Rules",
      summary: "What a rule, saved or not, would do to existing customers",
      description:
        "Judges customers as they stand, as a backfill would, and leaves no trace: for triggers on created and updated " +
        "customers every customer meeting the filters matches; for a threshold it must also stand beyond the line now; " +
        "`changed` conditions are never true. Earlier rules in force that match the same customer claim their slots " +
        "first. Cooldowns of notifications are not counted.",
      right: "rules",
      body,
      documentedBody,
      answers: { 200: previewAnswer },
      problems: [404],
    },
    async ({ body, caller, deps }) => {
      const preview = await readOnly(deps.sql, async (tx) => {
        const placed = await previewedRule(tx, caller, body, body.position);
        const { customerId: named } = body;
        const customerId = named === undefined ? null : await findCustomerId(tx, customerScope(caller), named);
        if (named !== undefined && customerId === null) throw notFound("customer");
        const { organizationId } = caller;
        return previewRule(tx, { organizationId, ...placed, sampleSize: body.sample, customerId });
      });
      const { sample, customer, ...numbers } = preview;
      const samples = sample.flatMap(messagesOf).slice(0, MOST_MESSAGES);
      return {
        status: 200,
        body: {
          ...numbers,
          notifications: { ...numbers.notifications, sample: samples },
          sample: sample.map(shown),
          ...(customer === null ? {} : { customer: shownWhy(customer) }),
        },
      };
    },
  );
}

const MOST_MESSAGES = 10;

const messagesOf = ({ customerId, name, actions }: CustomerPreview) =>
  actions.flatMap(({ messages = [] }) => messages.map((message) => ({ customerId, name, ...message })));

const shown = ({ customerId, name, changes, actions }: CustomerPreview) => ({
  customerId,
  name,
  changes,
  actions: actions.map(shownAction),
});

/** With its messages in full, as a sample is not. */
const shownWhy = ({ actions, ...why }: CustomerWhy) => ({
  ...why,
  actions: actions.map((action) => ({
    ...shownAction(action),
    ...(action.messages === undefined ? {} : { messages: action.messages }),
  })),
});

function shownAction({
  type,
  slot,
  status,
  reason,
  error,
  before,
  after,
  lostTo,
  keptBy,
  unknownEmails,
}: ActionPreview) {
  return {
    type,
    status,
    ...(slot === undefined ? {} : { slot, from: before ?? null, to: after ?? null }),
    ...(reason === undefined ? {} : { reason }),
    ...(error === undefined ? {} : { error }),
    ...(lostTo === undefined ? {} : { lostTo }),
    ...(keptBy === undefined ? {} : { keptBy }),
    ...(unknownEmails === undefined ? {} : { unknownEmails }),
  };
}
