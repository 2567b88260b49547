import { z } from "zod";

/**
 * Shapes of the sample company's files. Amounts are minor units of the customer's currency, days are ISO days, `{{kind:name}}`
 * stands for the id that the thing of that name gets when it is loaded.
 */
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const cents = z.int().positive();
const symbol = z.string().regex(/^\{\{(workflow|paymentMethod|channel):[^{}]+\}\}$/);

export const userSchema = z.strictObject({
  email: z.email(),
  name: z.string(),
  role: z.enum(["owner", "admin", "member"]),
  position: z.enum(["financeUser", "accountManager"]),
});

export const customFieldSchema = z.strictObject({
  key: z.string(),
  label: z.string(),
  type: z.enum(["TEXT", "SELECT", "BOOLEAN", "NUMBER", "DATE"]),
  options: z.array(z.string()).optional(),
});

export const workflowSchema = z.strictObject({ name: z.string() });

export const paymentMethodSchema = z.strictObject({ name: z.string(), kind: z.string() });

export const customerSchema = z.strictObject({
  externalId: z.string(),
  name: z.string(),
  email: z.email(),
  country: z.string().length(2),
  city: z.string(),
  language: z.string().length(2),
  currency: z.string().length(3),
  creditLimit: cents.nullable(),
  customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  workflowId: symbol,
  userIds: z.array(z.email()),
  paymentMethodIds: z.array(symbol),
});

export const invoiceSchema = z.strictObject({
  externalId: z.string(),
  customerId: z.string().startsWith("external:"),
  number: z.string(),
  issuedAt: day,
  dueAt: day,
  amount: cents,
  currency: z.string().length(3),
  state: z.enum(["draft", "open", "paid", "void", "disputed"]),
  /** With state `paid` only: the billing system knows that it is settled and sends no payment. */
  paidAt: day.optional(),
});

export const paymentSchema = z.strictObject({
  externalId: z.string(),
  customerId: z.string().startsWith("external:"),
  amount: cents,
  currency: z.string().length(3),
  paidAt: day,
  allocations: z.array(z.strictObject({ invoiceId: z.string().startsWith("external:"), amount: cents })),
});

/** One live write after the rules are active. Rounds are sent in order, each once the one before is evaluated. */
export const eventSchema = z.strictObject({
  round: z.int().positive(),
  /** What happens, for the reader. */
  about: z.string(),
  /** External id of the customer whose change it raises. */
  customer: z.string(),
  method: z.enum(["POST", "PATCH"]),
  path: z.string().startsWith("/v1/"),
  body: z.record(z.string(), z.unknown()),
});

export type User = z.infer<typeof userSchema>;
export type CustomField = z.infer<typeof customFieldSchema>;
export type CollectionWorkflow = z.infer<typeof workflowSchema>;
export type PaymentMethod = z.infer<typeof paymentMethodSchema>;
export type Customer = z.infer<typeof customerSchema>;
export type Invoice = z.infer<typeof invoiceSchema>;
export type Payment = z.infer<typeof paymentSchema>;
export type LiveEvent = z.infer<typeof eventSchema>;

/** The whole company as `examples/company/<key>.json` holds it, one record a line. */
export interface Company {
  users: User[];
  customFields: CustomField[];
  workflows: CollectionWorkflow[];
  paymentMethods: PaymentMethod[];
  customers: Customer[];
  invoices: Invoice[];
  payments: Payment[];
}
