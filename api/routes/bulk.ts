import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import { refusingOutOfRange, writeCredits, writeInvoices } from "../../db/writes/index.ts";
import type { CreditInput, CreditKind, WriteContext, WriteOutcome, WriteResult } from "../../db/writes/types.ts";
import { type Caller, type Right, writeContextOf } from "../access.ts";
import { mayWrite, mistakesInSoundFields, saveCustomers } from "../customerWrites.ts";
import { answered, type Mistake, mistakeSchema, mistakesOf } from "../problems.ts";
import { MAX_BULK_BODY } from "../requestBody.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID } from "../schemas.ts";
import { customerInput, overruledList } from "./customerShapes.ts";
import {
  creditNoteInput,
  invoiceInput,
  paymentInput,
  refundInput,
  toIssuedInput,
  toPaymentInput,
} from "./moneyShapes.ts";

const MAX_ITEMS = 10_000;
const anyItems = z.strictObject({ items: z.array(z.unknown()).min(1).max(MAX_ITEMS) });

const resultSchema = z
  .object({
    index: z.int(),
    status: z.int(),
    id: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
    errors: z.array(mistakeSchema).optional(),
    overruled: overruledList.optional(),
  })
  .openapi("BulkResult", { example: { index: 0, status: 201, id: EXAMPLE_ID } });
const answer = z.object({ results: z.array(resultSchema) });

interface Bulk<Item> {
  plural: string;
  right: Right;
  item: z.ZodType<Item>;
  write(tx: Transaction, context: WriteContext, items: Item[]): Promise<WriteOutcome>;
  /** False refuses the item with 403. */
  allowed?(caller: Caller, item: Item): boolean;
  /** What else is wrong with items that the schema refuses, in their order. */
  alsoWrong?(tx: Transaction, caller: Caller, malformed: readonly unknown[]): Promise<Mistake[][]>;
}

/** Writes many things in one transaction: one change per touched customer. A refused item stops none of the others. */
export function bulkRoutes(router: Router): void {
  bulk(router, {
    plural: "customers",
    right: "customers",
    item: customerInput,
    write: (tx, context, items) =>
      saveCustomers(
        tx,
        context,
        items.map((body) => ({ body })),
      ),
    allowed: mayWrite,
    alsoWrong: mistakesInSoundFields,
  });
  bulk(router, {
    plural: "invoices",
    right: "money",
    item: invoiceInput,
    write: (tx, context, items) =>
      writeInvoices(
        tx,
        context,
        items.map((input) => ({ input })),
      ),
  });
  bulk(router, {
    plural: "payments",
    right: "money",
    item: paymentInput,
    write: (tx, context, items) => saveCredits(tx, context, "payment", items.map(toPaymentInput)),
  });
  bulk(router, {
    plural: "credit_notes",
    right: "money",
    item: creditNoteInput,
    write: (tx, context, items) => saveCredits(tx, context, "creditNote", items.map(toIssuedInput)),
  });
  bulk(router, {
    plural: "refunds",
    right: "money",
    item: refundInput,
    write: (tx, context, items) => saveCredits(tx, context, "refund", items.map(toIssuedInput)),
  });
}

const saveCredits = (tx: Transaction, context: WriteContext, kind: CreditKind, inputs: CreditInput[]) =>
  writeCredits(
    tx,
    context,
    kind,
    inputs.map((input) => ({ input })),
  );

type Result = z.input<typeof resultSchema>;

function bulk<Item>(router: Router, { plural, right, item, write, allowed, alsoWrong }: Bulk<Item>): void {
  router.write(
    {
      methods: ["post"],
      path: `/v1/bulk/${plural}`,
      tag: "Bulk",
      summary: `Create or update up to 10,000 ${plural.replace("_", " ")}`,
      description: "Results stand in the order of the items; a bad item stops none of the others.",
      right,
      body: anyItems,
      documentedBody: z.strictObject({ items: z.array(item).min(1).max(MAX_ITEMS) }),
      maxBody: MAX_BULK_BODY,
      answers: { 200: answer },
    },
    async ({ body, caller }, tx) => {
      const results: Result[] = [];
      const good: { index: number; item: Item }[] = [];
      const malformed: { index: number; raw: unknown; errors: Mistake[] }[] = [];
      body.items.forEach((raw, index) => {
        const parsed = item.safeParse(raw);
        if (!parsed.success) malformed.push({ index, raw, errors: mistakesOf(parsed.error) });
        else if (allowed?.(caller, parsed.data) === false) {
          results[index] = refused(index, 403, "forbidden", "This key may not change assignments.", []);
        } else good.push({ index, item: parsed.data });
      });
      const besides =
        malformed.length === 0
          ? []
          : await alsoWrong?.(
              tx,
              caller,
              malformed.map(({ raw }) => raw),
            );
      malformed.forEach(({ index, errors }, place) => {
        const all = [...errors, ...(besides?.[place] ?? [])];
        results[index] = refused(index, 422, "invalid", "The item is invalid.", all);
      });
      if (good.length === 0) return { status: 200, body: { results } };
      const items = good.map(({ item }) => item);
      const outcome = await refusingOutOfRange(tx, writeContextOf(caller), (inner, context) =>
        write(inner, context, items),
      );
      outcome.results.forEach((result, place) => {
        const { index } = good[place]!;
        results[index] = shown(index, result);
      });
      return { status: 200, body: { results }, wake: outcome.wake };
    },
  );
}

function shown(index: number, result: WriteResult): Result {
  if (!result.ok) return refused(index, result.status, result.code, result.message, result.errors);
  const { status, id, overruled } = result;
  return { index, status, id, ...(overruled.length > 0 ? { overruled } : {}) } as Result;
}

const refused = (
  index: number,
  status: number,
  code: string,
  message: string,
  errors: Result["errors"] = [],
): Result => ({
  index,
  status,
  code,
  message,
  errors: answered(errors),
});
