import { z } from "@hono/zod-openapi";
import {
  type CollectionWorkflow,
  type CollectionWorkflowFields,
  collectionWorkflows,
} from "../../db/collectionWorkflows.ts";
import { customersHolding, rulesNamingId } from "../../db/uses.ts";
import { nounRoutes } from "../nounRoutes.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes, externalId, name, timestamps } from "../schemas.ts";

const create = z
  .strictObject({ externalId: externalId.nullable().optional(), name: name() })
  .openapi("WorkflowInput", { example: { name: "Collection agency" } });
const edit = z.strictObject({ externalId: externalId.nullable().optional(), name: name().optional() });

const answer = z
  .object({ id: z.string(), externalId: z.string().nullable(), name: z.string(), ...timestamps })
  .openapi("Workflow", { example: { id: EXAMPLE_ID, externalId: null, name: "Collection agency", ...exampleTimes } });

/** Collection workflows, under both their names. */
export function workflowsRoutes(router: Router): void {
  const shared = {
    store: collectionWorkflows,
    create,
    edit,
    answer,
    toFields: (body: z.output<typeof create>) => ({ externalId: null, ...body }),
    toEdit: (body: z.output<typeof edit>) => body,
  };
  const names = [
    { path: "/v1/workflows", tag: "Workflows", noun: "workflow", plural: "workflows" },
    { path: "/v1/dunning_plans", tag: "Dunning plans", noun: "dunning plan", plural: "dunningPlans" },
  ];
  for (const written of names) {
    nounRoutes<CollectionWorkflowFields, CollectionWorkflow, z.output<typeof create>, z.output<typeof edit>>(router, {
      ...shared,
      ...written,
      existing: async ({ externalId }, { tx, organizationId }) =>
        externalId == null ? null : await collectionWorkflows.get(tx, organizationId, `external:${externalId}`),
      uses: async (workflow, { tx, organizationId }) => [
        ...(await customersHolding(tx, organizationId, "workflow_id", workflow.id)),
        ...(await rulesNamingId(tx, organizationId, workflow.id)),
      ],
    });
  }
}
