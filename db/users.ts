import type { Transaction } from "./client.ts";
import { type Noun, nounStore } from "./nouns.ts";

export interface UserFields {
  /** Unique in the organization, compared case-insensitively. */
  email: string;
  name: string;
  role: "owner" | "admin" | "member";
  position: "financeUser" | "accountManager";
  /** A user can be assigned customers before being invited. */
  invited: boolean;
}

export type User = Noun & UserFields;

export const users = nounStore<UserFields, User>({
  table: "users",
  columns: { email: "email", name: "name", role: "role", position: "position", invited: "invited" },
});

/** How many owners the organization has: the last one can neither go nor step down. Locks them until the transaction ends. */
export async function countOwners(tx: Transaction, organizationId: string): Promise<number> {
  const owners = await tx`
    select id from users where organization_id = ${organizationId} and role = 'owner' order by id for update`;
  return owners.length;
}
