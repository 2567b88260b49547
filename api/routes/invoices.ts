import { z } from "@hono/zod-openapi";
import { findCustomerId } from "../../db/customers.ts";
import { getInvoice, listInvoices } from "../../db/invoices.ts";
import { writeInvoices } from "../../db/writes/index.ts";
import { customerScope, writeContextOf } from "../access.ts";
import { single } from "../customerWrites.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { emptyList, idParams, listAnswer, listOf, pageOnly, pageQuery, reference } from "../schemas.ts";
import { invoiceAnswer, invoiceInput } from "./moneyShapes.ts";

const tag = "Invoices";
const path = "/v1/invoices";
const query = z.strictObject({ ...pageQuery, customerId: reference.optional() });
const answers = { 200: listOf("invoices", invoiceAnswer) };

export function invoicesRoutes(router: Router): void {
  router.read(
    { methods: ["get"], path, tag, summary: "List invoices", right: "read", query, answers },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId =
        query.customerId === undefined ? undefined : await findCustomerId(deps.sql, scope, query.customerId);
      if (customerId === null) return emptyList("invoices", query);
      return listAnswer("invoices", query, await listInvoices(deps.sql, scope, { page: query, customerId }));
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/customers/{id}/invoices",
      tag: "Customers",
      summary: "List a customer's invoices",
      right: "read",
      params: idParams,
      query: pageOnly,
      answers,
    },
    async ({ params, query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId = await findCustomerId(deps.sql, scope, params.id);
      if (customerId === null) throw notFound("customer");
      return listAnswer("invoices", query, await listInvoices(deps.sql, scope, { page: query, customerId }));
    },
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: "Create an invoice, or update the one with this externalId",
      right: "money",
      body: invoiceInput,
      answers: { 201: invoiceAnswer, 200: invoiceAnswer },
    },
    async ({ body, caller }, tx) => {
      const outcome = await writeInvoices(tx, writeContextOf(caller), [{ input: body }]);
      const { id, status } = single(outcome);
      return { status, body: await getInvoice(tx, customerScope(caller), id), wake: outcome.wake };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/{id}`,
      tag,
      summary: "Read an invoice",
      right: "read",
      params: idParams,
      answers: { 200: invoiceAnswer },
    },
    async ({ params, caller, deps }) => {
      const invoice = await getInvoice(deps.sql, customerScope(caller), params.id);
      if (invoice === null) throw notFound("invoice");
      return { status: 200, body: invoice };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: `${path}/{id}`,
      tag,
      summary: "Change the given fields of an invoice",
      right: "money",
      params: idParams,
      body: invoiceInput,
      answers: { 200: invoiceAnswer },
    },
    async ({ params, body, caller }, tx) => {
      const outcome = await writeInvoices(tx, writeContextOf(caller), [{ target: params.id, input: body }]);
      const { id } = single(outcome);
      return { status: 200, body: await getInvoice(tx, customerScope(caller), id), wake: outcome.wake };
    },
  );
}
