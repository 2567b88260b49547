import { z } from "@hono/zod-openapi";
import type { Credit } from "../../db/credits.ts";
import type { CreditInput } from "../../db/writes/types.ts";
import {
  amount,
  currency,
  day,
  EXAMPLE_ID,
  exampleTimes,
  externalId,
  positiveAmount,
  reference,
  text,
  timestamps,
} from "../schemas.ts";

const state = z.enum(["draft", "open", "paid", "void", "disputed"]);

export const invoiceInput = z
  .strictObject({
    externalId: externalId.nullable().optional(),
    customerId: reference.optional(),
    number: text(200).nullable().optional(),
    issuedAt: day.optional(),
    dueAt: day.optional(),
    amount: positiveAmount.optional(),
    currency: currency.optional(),
    state: state.optional(),
    paidAt: day.nullable().optional(),
  })
  .openapi("InvoiceInput", {
    example: {
      externalId: "I-1",
      customerId: "external:C-1",
      number: "I-1",
      issuedAt: "2026-01-01",
      dueAt: "2026-01-31",
      amount: 14000,
      currency: "EUR",
      state: "open",
    },
  });

export const invoiceAnswer = z
  .object({
    id: z.string(),
    externalId: z.string().nullable(),
    customerId: z.string(),
    number: z.string().nullable(),
    issuedAt: day,
    dueAt: day,
    amount,
    currency: z.string(),
    state,
    paidAt: day.nullable(),
    allocated: amount.openapi({ description: "What payments and credit notes cover." }),
    open: amount,
    settledAt: day.nullable().openapi({ description: "The day on which it was covered in full." }),
    ...timestamps,
  })
  .openapi("Invoice", {
    example: {
      id: EXAMPLE_ID,
      externalId: "I-1",
      customerId: EXAMPLE_ID,
      number: "I-1",
      issuedAt: "2026-01-01",
      dueAt: "2026-01-31",
      amount: 14000,
      currency: "EUR",
      state: "open",
      paidAt: null,
      allocated: 0,
      open: 14000,
      settledAt: null,
      ...exampleTimes,
    },
  });

const allocation = z.strictObject({ invoiceId: reference, amount: positiveAmount });

/** What payments, credit notes and refunds take besides their day. */
const creditFields = {
  externalId: externalId.nullable().optional(),
  customerId: reference.optional(),
  amount: positiveAmount.optional(),
  currency: currency.optional(),
  allocations: z.array(allocation).max(1_000).optional(),
};
const exampleInput = {
  customerId: "external:C-1",
  amount: 14000,
  currency: "EUR",
  allocations: [{ invoiceId: "external:I-1", amount: 14000 }],
};

export const paymentInput = z
  .strictObject({ ...creditFields, paidAt: day.optional() })
  .openapi("PaymentInput", { example: { externalId: "P-1", ...exampleInput, paidAt: "2026-02-07" } });

const issuedInput = (name: string, externalId: string) =>
  z
    .strictObject({ ...creditFields, issuedAt: day.optional() })
    .openapi(name, { example: { externalId, ...exampleInput, issuedAt: "2026-02-07" } });
export const creditNoteInput = issuedInput("CreditNoteInput", "CN-1");
export const refundInput = issuedInput("RefundInput", "R-1");

const answerFields = {
  id: z.string(),
  externalId: z.string().nullable(),
  customerId: z.string(),
  amount,
  currency: z.string(),
  allocated: amount,
  unapplied: amount.openapi({ description: "What is allocated to no invoice." }),
  allocations: z.array(z.object({ invoiceId: z.string(), amount })),
  ...timestamps,
};
const exampleAnswer = {
  id: EXAMPLE_ID,
  customerId: EXAMPLE_ID,
  amount: 14000,
  currency: "EUR",
  allocated: 14000,
  unapplied: 0,
  allocations: [{ invoiceId: EXAMPLE_ID, amount: 14000 }],
  ...exampleTimes,
};

export const paymentAnswer = z
  .object({
    ...answerFields,
    paidAt: day,
    impliedByInvoiceId: z.string().nullable().openapi({ description: "The invoice posted as paid that implies it." }),
  })
  .openapi("Payment", {
    example: { ...exampleAnswer, externalId: "P-1", paidAt: "2026-02-07", impliedByInvoiceId: null },
  });

const issuedAnswer = (name: string, externalId: string) =>
  z
    .object({ ...answerFields, issuedAt: day })
    .openapi(name, { example: { ...exampleAnswer, externalId, issuedAt: "2026-02-07" } });
export const creditNoteAnswer = issuedAnswer("CreditNote", "CN-1");
export const refundAnswer = issuedAnswer("Refund", "R-1");

export const toPaymentInput = ({ paidAt, ...rest }: z.output<typeof paymentInput>): CreditInput => ({
  ...rest,
  ...(paidAt === undefined ? {} : { datedAt: paidAt }),
});
export const toIssuedInput = ({ issuedAt, ...rest }: z.output<typeof creditNoteInput>): CreditInput => ({
  ...rest,
  ...(issuedAt === undefined ? {} : { datedAt: issuedAt }),
});

export const toPaymentAnswer = ({ datedAt, ...rest }: Credit) => ({ ...rest, paidAt: datedAt });
export const toIssuedAnswer = ({ datedAt, impliedByInvoiceId: _none, ...rest }: Credit) => ({
  ...rest,
  issuedAt: datedAt,
});
