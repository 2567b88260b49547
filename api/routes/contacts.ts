import { z } from "@hono/zod-openapi";
import type { Transaction } from "../../db/client.ts";
import {
  type Contact,
  createContact,
  deleteContact,
  getContact,
  listContacts,
  lockContactsOf,
  updateContact,
} from "../../db/contacts.ts";
import { findCustomerId } from "../../db/customers.ts";
import { newId } from "../../db/uuid.ts";
import { type Caller, customerScope } from "../access.ts";
import { conflict, invalid, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import {
  EXAMPLE_ID,
  email,
  emptyList,
  exampleTimes,
  externalId,
  idParams,
  listAnswer,
  listOf,
  name,
  pageOnly,
  pageQuery,
  reference,
  text,
  timestamps,
} from "../schemas.ts";

const tag = "Contacts";
const path = "/v1/contacts";
const one = `${path}/{id}`;
const query = z.strictObject({ ...pageQuery, customerId: reference.optional() });
const emailStatus = z.enum(["ok", "bounced"]);

const input = z
  .strictObject({
    externalId: externalId.nullable().optional(),
    customerId: reference.optional(),
    name: name(500).optional(),
    email: email.nullable().optional(),
    position: text(200).nullable().optional(),
    main: z.boolean().optional().openapi({ description: "true takes the place of the standing main contact." }),
    emailStatus: emailStatus.optional(),
  })
  .openapi("ContactInput", {
    example: {
      customerId: "external:C-1",
      name: "Hank Scorpio",
      email: "hank@globex.test",
      position: "CFO",
      main: true,
    },
  });
type Body = z.output<typeof input>;

const answer = z
  .object({
    id: z.string(),
    externalId: z.string().nullable(),
    customerId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    position: z.string().nullable(),
    main: z.boolean().openapi({ description: "At most one per customer." }),
    emailStatus,
    ...timestamps,
  })
  .openapi("Contact", {
    example: {
      id: EXAMPLE_ID,
      externalId: null,
      customerId: EXAMPLE_ID,
      name: "Hank Scorpio",
      email: "hank@globex.test",
      position: "CFO",
      main: true,
      emailStatus: "ok",
      ...exampleTimes,
    },
  });
const answers = { 200: listOf("contacts", answer) };

/** People at customers. They are no facts: writing them raises no change. */
export function contactsRoutes(router: Router): void {
  router.read(
    { methods: ["get"], path, tag, summary: "List contacts", right: "read", query, answers },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId =
        query.customerId === undefined ? undefined : await findCustomerId(deps.sql, scope, query.customerId);
      if (customerId === null) return emptyList("contacts", query);
      return listAnswer("contacts", query, await listContacts(deps.sql, scope, { page: query, customerId }));
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/customers/{id}/contacts",
      tag: "Customers",
      summary: "List a customer's contacts",
      right: "read",
      params: idParams,
      query: pageOnly,
      answers,
    },
    async ({ params, query, caller, deps }) => {
      const scope = customerScope(caller);
      const customerId = await findCustomerId(deps.sql, scope, params.id);
      if (customerId === null) throw notFound("customer");
      return listAnswer("contacts", query, await listContacts(deps.sql, scope, { page: query, customerId }));
    },
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: "Create a contact, or update the one with this externalId",
      right: "customers",
      body: input,
      answers: { 201: answer, 200: answer },
    },
    async ({ body, caller }, tx) => {
      const known =
        body.externalId == null ? null : await getContact(tx, customerScope(caller), `external:${body.externalId}`);
      if (known !== null) return { status: 200, body: await change(tx, caller, known, body) };
      return { status: 201, body: await create(tx, caller, body) };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: one,
      tag,
      summary: "Read a contact",
      right: "read",
      params: idParams,
      answers: { 200: answer },
    },
    async ({ params, caller, deps }) => {
      const contact = await getContact(deps.sql, customerScope(caller), params.id);
      if (contact === null) throw notFound("contact");
      return { status: 200, body: contact };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: one,
      tag,
      summary: "Change the given fields of a contact",
      right: "customers",
      params: idParams,
      body: input,
      answers: { 200: answer },
    },
    async ({ params, body, caller }, tx) => {
      const standing = await getContact(tx, customerScope(caller), params.id);
      if (standing === null) throw notFound("contact");
      return { status: 200, body: await change(tx, caller, standing, body) };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: one,
      tag,
      summary: "Delete a contact",
      right: "customers",
      params: idParams,
      answers: { 204: null },
    },
    async ({ params, caller }, tx) => {
      const standing = await getContact(tx, customerScope(caller), params.id);
      if (standing === null) throw notFound("contact");
      await lockCustomer(tx, caller, standing.customerId);
      await deleteContact(tx, caller.organizationId, standing.id);
      return { status: 204 };
    },
  );
}

async function create(tx: Transaction, caller: Caller, body: Body): Promise<Contact> {
  const mistakes = (["customerId", "name"] as const).flatMap((field) =>
    body[field] === undefined ? [{ path: field, message: "Required" }] : [],
  );
  if (body.customerId === undefined || body.name === undefined) throw invalid(mistakes);
  const customerId = await findCustomerId(tx, customerScope(caller), body.customerId);
  if (customerId === null) throw unknownCustomer();
  await lockCustomer(tx, caller, customerId);
  const absent = { externalId: null, email: null, position: null, main: false, emailStatus: "ok" as const };
  return createContact(tx, caller.organizationId, newId(), { ...absent, ...body, name: body.name, customerId });
}

async function change(tx: Transaction, caller: Caller, standing: Contact, body: Body): Promise<Contact> {
  const { customerId, ...edit } = body;
  if (customerId !== undefined) {
    const named = await findCustomerId(tx, customerScope(caller), customerId);
    if (named === null) throw unknownCustomer();
    if (named !== standing.customerId) throw invalid([{ path: "customerId", message: "cannot change once it is set" }]);
  }
  await lockCustomer(tx, caller, standing.customerId);
  const contact = await updateContact(tx, caller.organizationId, standing, edit);
  if (contact === null) throw notFound("contact");
  return contact;
}

const unknownCustomer = () => invalid([{ path: "customerId", message: "names no customer of this organization" }]);

/** Throws 409 when the customer is excluded. */
async function lockCustomer(tx: Transaction, caller: Caller, customerId: string): Promise<void> {
  const customer = await lockContactsOf(tx, caller.organizationId, customerId);
  if (customer === null) throw notFound("customer");
  if (customer.excluded) {
    throw conflict("customer_excluded", "The customer is excluded and can no longer be changed.");
  }
}
