import type { Queryable, Sql, Transaction } from "./client.ts";
import { type CustomerScope, visible } from "./customers.ts";
import { allOf, type Listed, listPage, type Page } from "./lists.ts";
import { type Noun, nounStore } from "./nouns.ts";
import { named } from "./references.ts";
import { asCreatedMeanwhile } from "./writes/createdMeanwhile.ts";
import type { Reference } from "./writes/types.ts";

export interface ContactFields {
  customerId: string;
  externalId: string | null;
  name: string;
  email: string | null;
  /** What the person does there, such as `CFO`. */
  position: string | null;
  /** At most one per customer. */
  main: boolean;
  /** `bounced`: mail to this address came back. */
  emailStatus: "ok" | "bounced";
}

/** A person at a customer. */
export type Contact = Noun & ContactFields;

const store = nounStore<ContactFields, Contact>({
  table: "contacts",
  columns: {
    customerId: "customer_id",
    externalId: "external_id",
    name: "name",
    email: "email",
    position: "position",
    main: "main",
    emailStatus: "email_status",
  },
});

const from = (sql: Queryable) => sql`contacts t join customers c on c.id = t.customer_id`;

/** Contacts of the customers in scope, or of one of them. */
export function listContacts(
  sql: Sql,
  scope: CustomerScope,
  { page, customerId }: { page: Page; customerId?: string | undefined },
): Promise<Listed<Contact>> {
  const conditions = [...visible(sql, scope), sql`t.organization_id = ${scope.organizationId}`];
  return listPage(sql, {
    columns: store.columns(sql),
    from: from(sql),
    where: customerId === undefined ? conditions : [...conditions, sql`t.customer_id = ${customerId}`],
    order: sql`t.id`,
    page,
  });
}

export async function getContact(sql: Queryable, scope: CustomerScope, reference: Reference): Promise<Contact | null> {
  const [row] = await sql<Contact[]>`
    select ${store.columns(sql)} from ${from(sql)}
    where ${allOf(sql, visible(sql, scope))} and t.organization_id = ${scope.organizationId}
      and ${named(sql, "contacts", reference)}`;
  return row ?? null;
}

/**
 * Locks the customer, so that two writes cannot both make its main contact, and tells whether it is excluded; null when there
 * is no such customer.
 */
export async function lockContactsOf(
  tx: Transaction,
  organizationId: string,
  customerId: string,
): Promise<{ excluded: boolean } | null> {
  const [row] = await tx<{ excluded: boolean }[]>`
    select excluded_at is not null as excluded from customers
    where organization_id = ${organizationId} and id = ${customerId} for no key update`;
  return row ?? null;
}

/** Creates a contact of a locked customer; a new main contact takes the place of the standing one. */
export async function createContact(
  tx: Transaction,
  organizationId: string,
  id: string,
  fields: ContactFields,
): Promise<Contact> {
  if (fields.main) await clearMain(tx, fields.customerId, id);
  return store.create(tx, organizationId, id, fields).catch(asCreatedMeanwhile);
}

/** Changes the fields given of a locked customer's contact; null when it was deleted meanwhile. */
export async function updateContact(
  tx: Transaction,
  organizationId: string,
  contact: Contact,
  edit: Partial<ContactFields>,
): Promise<Contact | null> {
  if (edit.main === true) await clearMain(tx, contact.customerId, contact.id);
  return store.update(tx, organizationId, contact.id, edit);
}

export const deleteContact = store.remove;

async function clearMain(tx: Transaction, customerId: string, but: string): Promise<void> {
  await tx`update contacts set main = false, updated_at = now() where customer_id = ${customerId} and main and id <> ${but}`;
}
