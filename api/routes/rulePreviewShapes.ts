import { z } from "@hono/zod-openapi";
import { EXAMPLE_ID } from "../schemas.ts";

const slot = z.enum(["workflow", "users", "paymentMethods", "excluded"]);
const ruleName = z.object({ ruleId: z.string(), name: z.string() });
const value = z.union([z.string(), z.array(z.string()), z.boolean(), z.null()]);
const source = z.enum(["salesforce", "api", "rule", "csv", "manual", "schedule"]);
const count = z.int();

const message = z.object({
  channelId: z.string(),
  recipient: z.object({ userId: z.string().optional(), email: z.string() }),
  subject: z.string(),
  body: z.string(),
});

const action = z.object({
  type: z.string(),
  status: z.string().openapi({
    description:
      "applied, unchanged, lost, overruled, skipped, planned (a message) or waiting (what follows a wait, or a digest).",
  }),
  slot: slot.optional(),
  from: value.optional(),
  to: value.optional(),
  reason: z.string().optional(),
  error: z.string().optional(),
  lostTo: ruleName.optional(),
  keptBy: source.optional(),
  unknownEmails: z.array(z.string()).optional(),
});

const changes = z.array(z.object({ slot, from: value, to: value }));
const customer = { customerId: z.string(), name: z.string().nullable(), changes };

const condition = z.looseObject({ holds: z.boolean() });

const why = z.object({
  ...customer,
  matched: z.boolean(),
  reason: z.enum(["matched", "trigger", "filters", "excluded"]),
  trigger: z.looseObject({
    fired: z.boolean().openapi({ description: "For a threshold: the value stands beyond its line." }),
  }),
  conditions: z.array(condition),
  actions: z.array(action.extend({ messages: z.array(message).optional() })),
});

const rule = {
  name: "Big balance",
  trigger: { type: "outstandingThreshold" as const, direction: "exceeds" as const, value: 500000 },
  filters: [{ field: "country", op: "is" as const, values: ["US", "CA"] }],
  actions: [{ type: "assignWorkflow" as const, workflowId: EXAMPLE_ID }],
};

export const previewExample = { rule, sample: 20 };
/** A rule as examples of bodies show it. */
export const exampleUnsaved = rule;

/** What a preview answers. Every number counts customers, but `notifications.messages`. */
export const previewAnswer = z
  .object({
    matching: count,
    changed: count.openapi({ description: "For whom at least one slot would be set anew." }),
    unchanged: count.openapi({ description: "Whose slots hold already what the rule sets." }),
    actions: z
      .array(z.object({ type: z.string(), slot: slot.optional(), customers: z.record(z.string(), count) }))
      .openapi({ description: "For each action, customers by what would become of it." }),
    conflicts: z
      .array(ruleName.extend({ slot, customers: count, wins: z.enum(["thisRule", "otherRule"]) }))
      .openapi({ description: "Rules in force that match the same customers and claim the same slot." }),
    lost: z.array(z.object({ slot, to: ruleName, customers: count })),
    overruled: z
      .array(z.object({ slot, by: source, customers: count }))
      .openapi({ description: "Slots that Salesforce or the API keeps." }),
    irreversible: z.object({ excluded: count }),
    notifications: z.object({
      messages: count,
      customers: count,
      sample: z.array(message.extend({ customerId: z.string(), name: z.string().nullable() })),
    }),
    sample: z
      .array(z.object({ ...customer, actions: z.array(action) }))
      .openapi({ description: "Customers that would change come first." }),
    customer: why.optional(),
  })
  .openapi("RulePreview", {
    example: {
      matching: 1234,
      changed: 1200,
      unchanged: 30,
      actions: [
        { type: "assignWorkflow", slot: "workflow", customers: { applied: 1200, unchanged: 30, overruled: 4 } },
      ],
      conflicts: [],
      lost: [],
      overruled: [{ slot: "workflow", by: "api", customers: 4 }],
      irreversible: { excluded: 0 },
      notifications: { messages: 0, customers: 0, sample: [] },
      sample: [
        {
          customerId: EXAMPLE_ID,
          name: "Globex",
          changes: [{ slot: "workflow", from: null, to: EXAMPLE_ID }],
          actions: [{ type: "assignWorkflow", status: "applied", slot: "workflow", from: null, to: EXAMPLE_ID }],
        },
      ],
    },
  });
