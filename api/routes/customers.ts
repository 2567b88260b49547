import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import { getCustomer, listCustomers } from "../../db/customers.ts";
import { excludeCustomer, releaseSlots } from "../../db/writes/index.ts";
import type { Slot } from "../../rules/facts.ts";
import { effectiveSource } from "../../rules/ownership.ts";
import { type Caller, customerScope, may, writeContextOf } from "../access.ts";
import { customerSelection, selectionQuery } from "../customerSelection.ts";
import { demandSlots, mistakesInSoundFields, saveCustomers, single } from "../customerWrites.ts";
import { forbidden, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { idParams, listAnswer, listOf, pageQuery } from "../schemas.ts";
import { customerAnswer, customerInput, toCustomerAnswer } from "./customerShapes.ts";

const tag = "Customers";
const SLOTS = ["workflow", "users", "paymentMethods"] as const;

const query = z.strictObject({
  ...pageQuery,
  ...selectionQuery,
});

const alsoWrong = async (body: unknown, caller: Caller, tx: Transaction) =>
  (await mistakesInSoundFields(tx, caller, [body])).flat();

export function customersRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path: "/v1/customers",
      tag,
      summary: "List customers",
      right: "read",
      query,
      answers: { 200: listOf("customers", customerAnswer) },
    },
    async ({ query, caller, deps }) => {
      const { columns: _shown, ...selection } = await customerSelection(deps.sql, caller, query);
      const listed = await listCustomers(deps.sql, customerScope(caller), { page: query, ...selection });
      return listAnswer("customers", query, { ...listed, rows: listed.rows.map((row) => toCustomerAnswer(row)) });
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/customers/{id}",
      tag,
      summary: "Read a customer, excluded ones too",
      right: "read",
      params: idParams,
      answers: { 200: customerAnswer },
      etag: true,
    },
    async ({ params, caller, deps }) => {
      const customer = await getCustomer(deps.sql, customerScope(caller), params.id);
      if (customer === null) throw notFound("customer");
      return { status: 200, body: toCustomerAnswer(customer) };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/customers",
      tag,
      summary: "Create a customer, or update the one with this externalId",
      right: "customers",
      body: customerInput,
      alsoWrong,
      answers: { 201: customerAnswer, 200: customerAnswer },
      etag: true,
    },
    async ({ body, caller, expectedVersion }, tx) => {
      demandSlots(caller, body);
      const outcome = await saveCustomers(tx, writeContextOf(caller), [{ body, expectedVersion }]);
      const { id, status, overruled } = single(outcome);
      const customer = await getCustomer(tx, customerScope(caller), id);
      return { status, body: toCustomerAnswer(customer!, overruled), wake: outcome.wake };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: "/v1/customers/{id}",
      tag,
      summary: "Change the given fields of a customer",
      right: "customers",
      params: idParams,
      body: customerInput,
      alsoWrong,
      answers: { 200: customerAnswer },
      etag: true,
    },
    async ({ params, body, caller, expectedVersion }, tx) => {
      demandSlots(caller, body);
      const outcome = await saveCustomers(tx, writeContextOf(caller), [{ target: params.id, body, expectedVersion }]);
      const { id, overruled } = single(outcome);
      const customer = await getCustomer(tx, customerScope(caller), id);
      return { status: 200, body: toCustomerAnswer(customer!, overruled), wake: outcome.wake };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/customers/{id}/exclude",
      tag,
      summary: "Exclude a customer, for good",
      description:
        "It leaves lists, writes to it are refused with 409 customer_excluded, and its external id stays taken. Its history stays readable by id. This cannot be undone.",
      right: "assignments",
      params: idParams,
      answers: { 200: customerAnswer },
      etag: true,
    },
    async ({ params, caller, expectedVersion }, tx) => {
      const outcome = await excludeCustomer(tx, writeContextOf(caller), params.id, expectedVersion);
      const { id } = single(outcome);
      const customer = await getCustomer(tx, customerScope(caller), id);
      return { status: 200, body: toCustomerAnswer(customer!), wake: outcome.wake };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/customers/{id}/release",
      tag,
      summary: "Release slots, so that rules and people can set them again",
      description: "The value stays and who set it is cleared. For the source that set the slot, or an admin.",
      right: "assignments",
      params: idParams,
      body: z
        .strictObject({ slots: z.array(z.enum(SLOTS)).min(1).max(SLOTS.length) })
        .openapi({ example: { slots: ["workflow"] } }),
      answers: { 200: customerAnswer },
      etag: true,
    },
    async ({ params, body, caller, expectedVersion }, tx) => {
      const check = (slot: Slot, owner: string) => demandRelease(caller, slot, owner);
      const outcome = await releaseSlots(tx, writeContextOf(caller), params.id, body.slots, check, expectedVersion);
      const { id } = single(outcome);
      const customer = await getCustomer(tx, customerScope(caller), id);
      return { status: 200, body: toCustomerAnswer(customer!), wake: outcome.wake };
    },
  );
}

function demandRelease(caller: Caller, slot: Slot, owner: string): void {
  if (owner === effectiveSource(caller.source, slot) || may(caller, "admin")) return;
  throw forbidden(`This slot was set by ${owner}: only that source or an admin can release it.`);
}
