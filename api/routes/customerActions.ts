import { z } from "@hono/zod-openapi";
import { createJob, stagePage } from "../../db/jobs/jobs.ts";
import { type CustomerAction, PAGE } from "../../db/jobs/types.ts";
import { loadRuleCatalog, type RuleCatalog, withIds } from "../../db/ruleCatalog.ts";
import { customFieldMistake } from "../../rules/customFields.ts";
import { Filters } from "../../rules/schema.ts";
import { actorOf, demand } from "../access.ts";
import { checkedFilters } from "../customerSelection.ts";
import { invalid, type Mistake } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, reference, text } from "../schemas.ts";
import { jobAnswer, toJobAnswer } from "./jobShapes.ts";

const MAX_IDS = 10_000;
const MIB = 1024 * 1024;
const references = z.array(reference).max(1_000);
const mode = z.enum(["replace", "add", "remove"]).default("replace");
const customFieldValue = z.union([text(10_000), z.number(), z.boolean(), z.null()], {
  error: "must be text, a number, true/false or null",
});

const action = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("assignWorkflow"), workflowId: reference.nullable() }),
  z.strictObject({ type: z.literal("assignUsers"), userIds: references, mode }),
  z.strictObject({ type: z.literal("assignPaymentMethods"), paymentMethodIds: references, mode }),
  z.strictObject({ type: z.literal("setCustomFields"), customFields: z.record(text(200, 1), customFieldValue) }),
]);
type Action = z.output<typeof action>;

const shape = {
  name: text(500).optional().openapi({ description: "With `filter`: part of the name, any case." }),
  ids: z.array(reference).min(1).max(MAX_IDS).optional(),
  actions: z.array(action).min(1).max(4),
  dryRun: z.boolean().default(false),
};
const body = z
  .strictObject({ filter: z.array(z.unknown()).max(200).optional(), ...shape })
  .superRefine(({ filter, name, ids, actions }, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    if ((filter === undefined) === (ids === undefined)) refuse(["filter"], "give either filter or ids");
    if (name !== undefined && filter === undefined) refuse(["name"], "goes with filter only");
    actions.forEach(({ type }, index) => {
      if (actions.findIndex((other) => other.type === type) < index) {
        refuse(["actions", index, "type"], `there is another ${type} before it`);
      }
    });
  });
/** As documented; the filter is checked by the rule language, which names every mistake. */
const documented = z.strictObject({ filter: Filters.optional(), ...shape }).openapi("CustomerActions", {
  example: {
    filter: [{ field: "country", op: "is", values: ["US"] }],
    actions: [
      { type: "assignWorkflow", workflowId: EXAMPLE_ID },
      { type: "assignUsers", userIds: ["ann@acme.test"], mode: "add" },
    ],
  },
});

/** Bulk actions on a selection of customers, as a durable job. */
export function customerActionsRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: "/v1/customers/actions",
      tag: "Customers",
      summary: "Change many customers, as a job",
      description:
        "On all customers that a filter selects (`[]` selects all), or on those named by `ids`. A selection by filter is not " +
        "fixed beforehand: a customer that exists when the job is made is a member if it meets the filter when its page of at " +
        "most 500 is worked on. Follow the job at /v1/jobs/{id}.",
      right: "customers",
      body,
      documentedBody: documented,
      maxBody: 8 * MIB,
      answers: { 202: jobAnswer },
    },
    async ({ body, caller, now }, tx) => {
      const { organizationId, source } = caller;
      if (body.actions.some(({ type }) => type !== "setCustomFields")) demand(caller, "assignments");
      const catalog = await loadRuleCatalog(tx, organizationId);
      const actions = resolved(body.actions, catalog);
      const { ids, name, dryRun } = body;
      const filter = body.filter === undefined ? undefined : checkedFilters(body.filter, catalog, ["filter"]);
      const job = await createJob(tx, {
        ...{ organizationId, kind: "customerActions", status: "queued", dryRun, source, actor: actorOf(caller) },
        input: { actions, ...(filter === undefined ? {} : { filter }), ...(name === undefined ? {} : { name }) },
        total: ids?.length ?? null,
      });
      for (let at = 0; ids !== undefined && at < ids.length; at += PAGE) {
        await stagePage(tx, job.id, at / PAGE, ids.slice(at, at + PAGE));
      }
      const wake = { organizationId, shards: [], jobs: [job.id] };
      return { status: 202, body: toJobAnswer(job, now), wake };
    },
  );
}

/** The actions with everything named by id. Throws 422 with every mistake. */
function resolved(actions: readonly Action[], catalog: RuleCatalog): CustomerAction[] {
  const mistakes: Mistake[] = [];
  const checked = actions.map((raw, index): CustomerAction => {
    const action = withIds(raw, catalog) as Action;
    const path = `actions.${index}`;
    const known = (ids: ReadonlySet<string>, id: string, field: string, noun: string): string => {
      const found = [id, id.toLowerCase()].find((way) => ids.has(way));
      if (found === undefined)
        mistakes.push({ path: `${path}.${field}`, message: `names no ${noun} of this organization` });
      return found ?? id;
    };
    const { userIds, userIdsByEmail, workflowIds, paymentMethodIds, customFields } = catalog.check;
    switch (action.type) {
      case "assignWorkflow": {
        const { workflowId } = action;
        const id = workflowId === null ? null : known(workflowIds, workflowId, "workflowId", "workflow");
        return { type: action.type, workflowId: id };
      }
      case "assignUsers": {
        const ids = action.userIds.map((user, place) =>
          known(userIds, userIdsByEmail.get(user.toLowerCase()) ?? user, `userIds.${place}`, "user"),
        );
        return { type: action.type, userIds: [...new Set(ids)], mode: action.mode };
      }
      case "assignPaymentMethods": {
        const ids = action.paymentMethodIds.map((method, place) =>
          known(paymentMethodIds, method, `paymentMethodIds.${place}`, "payment method"),
        );
        return { type: action.type, paymentMethodIds: [...new Set(ids)], mode: action.mode };
      }
      default: {
        for (const [key, value] of Object.entries(action.customFields)) {
          const definition = customFields.get(key);
          const message = definition
            ? customFieldMistake(definition, value)
            : "is not a custom field of this organization";
          if (message) mistakes.push({ path: `${path}.customFields.${key}`, message });
        }
        return action;
      }
    }
  });
  if (mistakes.length > 0) throw invalid(mistakes);
  return checked;
}
