import { z } from "@hono/zod-openapi";
import { type Credit, getCredit, listCredits } from "../../db/credits.ts";
import { findCustomerId } from "../../db/customers.ts";
import { deleteCredit, writeCredits } from "../../db/writes/index.ts";
import type { CreditInput, CreditKind } from "../../db/writes/types.ts";
import { customerScope, writeContextOf } from "../access.ts";
import { single } from "../customerWrites.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { emptyList, idParams, listAnswer, listOf, pageQuery, reference } from "../schemas.ts";
import {
  creditNoteAnswer,
  creditNoteInput,
  paymentAnswer,
  paymentInput,
  refundAnswer,
  refundInput,
  toIssuedAnswer,
  toIssuedInput,
  toPaymentAnswer,
  toPaymentInput,
} from "./moneyShapes.ts";

/** One kind of money on the customer's side: how it is called, taken and answered. */
interface CreditNoun<Body> {
  kind: CreditKind;
  path: string;
  tag: string;
  /** `credit note`, as sentences name it, and `creditNotes`, as lists do. */
  noun: string;
  plural: string;
  /** What follows for invoices when one is deleted. */
  deleted: string;
  input: z.ZodType<Body>;
  answer: z.ZodType;
  toInput(body: Body): CreditInput;
  toAnswer(credit: Credit): unknown;
}

const query = z.strictObject({ ...pageQuery, customerId: reference.optional() });

/** Payments, credit notes and refunds: one shape, three names. */
export function creditsRoutes(router: Router): void {
  creditRoutes(router, {
    kind: "payment",
    path: "/v1/payments",
    tag: "Payments",
    noun: "payment",
    plural: "payments",
    deleted: "its invoices are open again",
    input: paymentInput,
    answer: paymentAnswer,
    toInput: toPaymentInput,
    toAnswer: toPaymentAnswer,
  });
  creditRoutes(router, {
    kind: "creditNote",
    path: "/v1/credit_notes",
    tag: "Credit notes",
    noun: "credit note",
    plural: "creditNotes",
    deleted: "its invoices are open again",
    input: creditNoteInput,
    answer: creditNoteAnswer,
    toInput: toIssuedInput,
    toAnswer: toIssuedAnswer,
  });
  creditRoutes(router, {
    kind: "refund",
    path: "/v1/refunds",
    tag: "Refunds",
    noun: "refund",
    plural: "refunds",
    deleted: "what it was allocated to is open again",
    input: refundInput,
    answer: refundAnswer,
    toInput: toIssuedInput,
    toAnswer: toIssuedAnswer,
  });
}

function creditRoutes<Body>(router: Router, routes: CreditNoun<Body>): void {
  const { kind, path, tag, noun, plural, input, answer, toInput, toAnswer } = routes;

  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: `List ${noun}s`,
      right: "read",
      query,
      answers: { 200: listOf(plural, answer) },
    },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId =
        query.customerId === undefined ? undefined : await findCustomerId(deps.sql, scope, query.customerId);
      if (customerId === null) return emptyList(plural, query);
      const listed = await listCredits(deps.sql, scope, { kind, page: query, customerId });
      return listAnswer(plural, query, { ...listed, rows: listed.rows.map(toAnswer) });
    },
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: `Create a ${noun}, or update the one with this externalId`,
      description: "`allocations`, where given, replace the standing ones; what they leave is unapplied.",
      right: "money",
      body: input,
      answers: { 201: answer, 200: answer },
    },
    async ({ body, caller }, tx) => {
      const outcome = await writeCredits(tx, writeContextOf(caller), kind, [{ input: toInput(body) }]);
      const { id, status } = single(outcome);
      const credit = await getCredit(tx, customerScope(caller), kind, id);
      return { status, body: toAnswer(credit!), wake: outcome.wake };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/{id}`,
      tag,
      summary: `Read a ${noun}`,
      right: "read",
      params: idParams,
      answers: { 200: answer },
    },
    async ({ params, caller, deps }) => {
      const credit = await getCredit(deps.sql, customerScope(caller), kind, params.id);
      if (credit === null) throw notFound(noun);
      return { status: 200, body: toAnswer(credit) };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: `${path}/{id}`,
      tag,
      summary: `Change the given fields of a ${noun}`,
      right: "money",
      params: idParams,
      body: input,
      answers: { 200: answer },
    },
    async ({ params, body, caller }, tx) => {
      const item = { target: params.id, input: toInput(body) };
      const outcome = await writeCredits(tx, writeContextOf(caller), kind, [item]);
      const { id } = single(outcome);
      const credit = await getCredit(tx, customerScope(caller), kind, id);
      return { status: 200, body: toAnswer(credit!), wake: outcome.wake };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: `${path}/{id}`,
      tag,
      summary: `Delete a ${noun}; ${routes.deleted}`,
      right: "money",
      params: idParams,
      answers: { 204: null },
    },
    async ({ params, caller }, tx) => {
      const outcome = await deleteCredit(tx, writeContextOf(caller), kind, params.id);
      single(outcome);
      return { status: 204, wake: outcome.wake };
    },
  );
}
