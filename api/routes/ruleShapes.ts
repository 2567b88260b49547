import { z } from "@hono/zod-openapi";
import type { RuleVersion, StoredRule } from "../../db/rules.ts";
import { Action, Filters, RuleInput, Trigger } from "../../rules/schema.ts";
import { EXAMPLE_ID, exampleTimes, timestamps } from "../schemas.ts";

const exampleRule = {
  name: "Big balance",
  trigger: { type: "outstandingThreshold" as const, direction: "exceeds" as const, value: 500000 },
  filters: [{ field: "country", op: "is" as const, values: ["US", "CA"] }],
  actions: [{ type: "assignWorkflow" as const, workflowId: EXAMPLE_ID }],
};

/**
 * The bodies are documented in full and checked by the rule language itself, which names every mistake at once: parts of the
 * wrong shape do not hide what is wrong with the others.
 */
export const ruleBody = z.record(z.string(), z.unknown());
export const documentedRule = RuleInput.openapi("RuleInput", { example: exampleRule });
export const documentedEdit = RuleInput.partial()
  .extend({
    confirmIrreversible: z
      .boolean()
      .optional()
      .openapi({ description: "Needed for a rule in force that excludes customers." }),
  })
  .openapi("RuleEdit", {
    description: "Only the given fields change; exitActions: null removes them.",
    example: { filters: [], note: "For everyone" },
  });

const definition = {
  name: z.string(),
  trigger: Trigger,
  filters: Filters,
  actions: z.array(Action),
  exitActions: z.array(Action).optional(),
};
const author = z.object({ keyId: z.string(), userId: z.string().optional() });
const status = z.enum(["draft", "active", "inactive", "paused", "deleted"]);

export const exampleRuleAnswer = {
  id: EXAMPLE_ID,
  ...exampleRule,
  status: "draft" as const,
  position: 1,
  version: 1,
  note: null,
  author: { keyId: EXAMPLE_ID },
  tripped: null,
  ...exampleTimes,
};

export const ruleAnswer = z
  .object({
    id: z.string(),
    ...definition,
    status,
    position: z.int().openapi({ description: "Place in the list, from 1." }),
    version: z.int(),
    note: z.string().nullable(),
    author,
    tripped: z
      .object({ kind: z.enum(["notifications", "exclusions"]), limit: z.int(), at: z.string() })
      .nullable()
      .openapi({ description: "The hourly limit that it was paused at, where nobody paused it." }),
    ...timestamps,
  })
  .openapi("Rule", { example: exampleRuleAnswer });

export const versionAnswer = z
  .object({ ...definition, version: z.int(), note: z.string().nullable(), author, createdAt: z.string() })
  .openapi("RuleVersion", {
    example: {
      ...exampleRule,
      version: 1,
      note: null,
      author: { keyId: EXAMPLE_ID },
      createdAt: exampleTimes.createdAt,
    },
  });

export const ruleStatusQuery = status.exclude(["deleted"]).optional();

export const toRuleAnswer = ({ definition, ...rest }: StoredRule) => ({ ...rest, ...definition, note: rest.note });
export const toVersionAnswer = ({ definition, ...rest }: RuleVersion) => ({ ...definition, ...rest });
