import { z } from "@hono/zod-openapi";
import { type CustomField, type CustomFieldFields, customFields, optionsInUse } from "../../db/customFields.ts";
import { lockRulesetExclusive } from "../../db/rulesets.ts";
import { customersWithField, rulesNamingField, rulesNamingOptions, type Uses } from "../../db/uses.ts";
import { type NounContext, nounRoutes } from "../nounRoutes.ts";
import { conflict, invalid } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes, name, timestamps } from "../schemas.ts";

const type = z.enum(["TEXT", "SELECT", "BOOLEAN", "NUMBER", "DATE"]);
const options = z
  .array(name())
  .max(1_000)
  .refine((list) => new Set(list).size === list.length, "must not name an option twice");

const create = z
  .strictObject({
    key: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, "must be letters, digits and _, beginning with a letter"),
    label: name().optional(),
    type,
    options: options.default([]),
  })
  .openapi("CustomFieldInput", {
    example: { key: "plan", label: "Plan", type: "SELECT", options: ["Basic", "Premium"] },
  });
const edit = z.strictObject({ label: name().optional(), type: type.optional(), options: options.optional() });

const answer = z
  .object({ id: z.string(), key: z.string(), label: z.string(), type, options: z.array(z.string()), ...timestamps })
  .openapi("CustomField", {
    example: {
      id: EXAMPLE_ID,
      key: "plan",
      label: "Plan",
      type: "SELECT",
      options: ["Basic", "Premium"],
      ...exampleTimes,
    },
  });

export function customFieldsRoutes(router: Router): void {
  nounRoutes<CustomFieldFields, CustomField, z.output<typeof create>, z.output<typeof edit>>(router, {
    path: "/v1/custom_fields",
    tag: "Custom fields",
    noun: "custom field",
    plural: "customFields",
    store: customFields,
    create,
    edit,
    answer,
    toFields(body) {
      const fields = { ...body, label: body.label ?? body.key };
      checkOptions(fields);
      return fields;
    },
    async toEdit(body, standing, context) {
      const typeChanges = body.type !== undefined && body.type !== standing.type;
      const kept = typeChanges && body.type !== "SELECT" ? [] : standing.options;
      const edited = { ...standing, ...body, options: body.options ?? kept };
      checkOptions(edited);
      // Rules are compiled and customers written under the shared lock.
      await lockRulesetExclusive(context.tx, context.organizationId);
      if (typeChanges) refuse("type", await usesOf(standing, context));
      const gone = standing.options.filter((option) => !edited.options.includes(option));
      refuse("options", await optionUses(standing, gone, context));
      return { ...body, options: edited.options };
    },
    uses: usesOf,
  });
}

function checkOptions({ type, options }: Pick<CustomFieldFields, "type" | "options">): void {
  if (type === "SELECT" && options.length === 0) {
    throw invalid([{ path: "options", message: "A SELECT field needs at least one option" }]);
  }
  if (type !== "SELECT" && options.length > 0) {
    throw invalid([{ path: "options", message: "Only a SELECT field has options" }]);
  }
}

function refuse(what: string, uses: Uses): void {
  if (uses.length > 0) throw conflict("in_use", `The field's ${what} cannot change, it is used by ${uses.join(", ")}.`);
}

async function usesOf({ key }: CustomField, { tx, organizationId }: NounContext): Promise<Uses> {
  return [...(await customersWithField(tx, organizationId, key)), ...(await rulesNamingField(tx, organizationId, key))];
}

async function optionUses({ key }: CustomField, gone: string[], { tx, organizationId }: NounContext): Promise<Uses> {
  if (gone.length === 0) return [];
  const held = await optionsInUse(tx, organizationId, key, gone);
  return [
    ...held.map((option) => `customers with "${option}"`),
    ...(await rulesNamingOptions(tx, organizationId, key, gone)),
  ];
}
