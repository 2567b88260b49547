import { z } from "@hono/zod-openapi";
import type { Customer } from "../../db/customers.ts";
import type { CustomerInput, Overruled } from "../../db/writes/types.ts";
import { MAX_AMOUNT } from "../../rules/schema.ts";
import {
  country,
  currency,
  EXAMPLE_ID,
  email,
  exampleTimes,
  externalId,
  instant,
  name,
  reference,
  text,
  timestamps,
  total,
} from "../schemas.ts";

const customFieldValue = z.union([text(10_000), z.number(), z.boolean(), z.null()], {
  error: "must be text, a number, true/false or null",
});

/** What a customer takes in POST, PATCH and PUT; fields not sent stay as they are. */
export const customerInput = z
  .strictObject({
    externalId: externalId.nullable().optional(),
    name: name(500).optional(),
    email: email.nullable().optional(),
    country: country.nullable().optional(),
    city: text(200).nullable().optional(),
    language: text(35).nullable().optional(),
    currency: currency.optional(),
    creditLimit: z.int().min(0).max(MAX_AMOUNT).nullable().optional(),
    parentId: reference.nullable().optional(),
    lastReminderAt: instant.nullable().optional(),
    customFields: z.record(text(200, 1), customFieldValue).optional(),
    workflowId: reference.nullable().optional(),
    dunningPlanId: reference.nullable().optional(),
    userIds: z.array(reference).max(1_000).optional(),
    accountManagerId: reference.nullable().optional(),
    paymentMethodIds: z.array(reference).max(1_000).optional(),
  })
  .superRefine((input, context) => {
    if (
      input.workflowId !== undefined &&
      input.dunningPlanId !== undefined &&
      input.workflowId !== input.dunningPlanId
    ) {
      context.addIssue({ code: "custom", path: ["dunningPlanId"], message: "contradicts workflowId" });
    }
  })
  .openapi("CustomerInput", {
    example: {
      externalId: "C-1",
      name: "Globex",
      country: "US",
      currency: "EUR",
      creditLimit: 500000,
      customFields: { plan: "Basic" },
    },
  });

export type CustomerBody = z.output<typeof customerInput>;

/** The fields of a body that set slots, which only some may write. */
export const SLOT_FIELDS = ["workflowId", "dunningPlanId", "userIds", "accountManagerId", "paymentMethodIds"] as const;

/** The fields of a malformed body that are sound by themselves. */
export function soundFields(raw: unknown): CustomerBody {
  if (typeof raw !== "object" || raw === null) return {};
  const sent = new Map(Object.entries(raw));
  const sound = Object.entries(customerInput.shape).flatMap(([field, schema]) => {
    const parsed = schema.safeParse(sent.get(field));
    return parsed.success && parsed.data !== undefined ? [[field, parsed.data]] : [];
  });
  return Object.fromEntries(sound);
}

/** The write that a body asks for: `dunningPlanId` is another name for `workflowId`. */
export function toCustomerInput({ dunningPlanId, ...body }: CustomerBody): CustomerInput {
  const { workflowId = dunningPlanId, ...rest } = body;
  return { ...rest, ...(workflowId === undefined ? {} : { workflowId }) };
}

/** The body's own name for the path of a mistake in the write. */
export function bodyPath(path: string, body: CustomerBody): string {
  if (path === "workflowId" && body.workflowId === undefined) return "dunningPlanId";
  return path;
}

const owner = z
  .looseObject({
    source: z.string(),
    ruleId: z.string().optional(),
    ruleVersion: z.int().optional(),
    userId: z.string().optional(),
    keyId: z.string().optional(),
    at: z.string(),
  })
  .nullable();

const overruled = z.object({
  slot: z.string(),
  kept: z.union([z.string(), z.array(z.string()), z.null()]),
  by: z.looseObject({ source: z.string(), ruleId: z.string().optional(), ruleName: z.string().optional() }),
});
export const overruledList = z.array(overruled);

const exampleCustomer = {
  id: EXAMPLE_ID,
  externalId: "C-1",
  name: "Globex",
  email: null,
  country: "US",
  city: null,
  language: null,
  currency: "EUR",
  creditLimit: 500000,
  parentId: null,
  lastReminderAt: null,
  customFields: { plan: "Basic" },
  outstanding: 14000,
  balance: 14000,
  due: 0,
  overdue: 14000,
  unapplied: 0,
  overdueDays: 12,
  aging: { "1-30": 14000, "31-60": 0, "61-90": 0, "90+": 0 },
  averagePaymentDelay: 25.133333333333333,
  rating: "A" as const,
  workflowId: null,
  dunningPlanId: null,
  accountManagerId: EXAMPLE_ID,
  assignedUsers: [{ id: EXAMPLE_ID, email: "ann@acme.test", name: "Ann" }],
  paymentMethods: [{ id: EXAMPLE_ID, name: "Card" }],
  assignments: {
    workflow: null,
    users: { source: "api", keyId: EXAMPLE_ID, at: "2026-01-05T09:00:00.000Z" },
    paymentMethods: null,
    excluded: null,
  },
  excludedAt: null,
  version: 3,
  ...exampleTimes,
};

const customerFields = {
  id: z.string(),
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  country: z.string().nullable(),
  city: z.string().nullable(),
  language: z.string().nullable(),
  currency: z.string(),
  creditLimit: z.int().nullable(),
  parentId: z.string().nullable(),
  lastReminderAt: z.string().nullable(),
  customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  outstanding: total.openapi({ description: "due + overdue − unapplied" }),
  balance: total.openapi({ description: "Another name for outstanding." }),
  due: total,
  overdue: total,
  unapplied: total,
  overdueDays: z.int().nullable(),
  aging: z
    .object({ "1-30": total, "31-60": total, "61-90": total, "90+": total })
    .openapi({ description: "Overdue amounts by age in days, today." }),
  averagePaymentDelay: z.number().nullable(),
  rating: z.enum(["A", "B", "C", "D"]).nullable(),
  workflowId: z.string().nullable(),
  dunningPlanId: z.string().nullable(),
  accountManagerId: z.string().nullable(),
  assignedUsers: z.array(z.object({ id: z.string(), email: z.string(), name: z.string() })),
  paymentMethods: z.array(z.object({ id: z.string(), name: z.string() })),
  assignments: z.object({ workflow: owner, users: owner, paymentMethods: owner, excluded: owner }),
  excludedAt: z.string().nullable(),
  version: z.int(),
  ...timestamps,
};

export const customerAnswer = z
  .object({ ...customerFields, overruled: overruledList })
  .openapi("Customer", { example: { ...exampleCustomer, overruled: [] } });

/** The customer as it is answered; `overruled` names what a higher source kept from this write. */
export const toCustomerAnswer = (customer: Customer, overruled: Overruled[] = []) => ({
  ...customer,
  balance: customer.outstanding,
  dunningPlanId: customer.workflowId,
  accountManagerId: customer.assignedUsers[0]?.id ?? null,
  overruled,
});
