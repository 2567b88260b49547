import type { CustomerScope } from "../db/customers.ts";
import type { User } from "../db/users.ts";
import type { Actor, WriteContext } from "../db/writes/types.ts";
import { forbidden, Problem } from "./problems.ts";

/**
 * What a route may demand:
 * `read` any GET; `customers` and `money` change customers' own fields, invoices and payments; `assignments` change slots;
 * `notes` write on timelines; `rules` change rules; `admin` settings, users, keys, channels and other nouns.
 */
export type Right = "read" | "customers" | "money" | "assignments" | "notes" | "rules" | "admin";

export type Scope = "read" | "write" | "admin";

/** Who sent the request: one key of one organization, perhaps standing for one of its users. */
export interface Caller {
  organizationId: string;
  keyId: string;
  /** Null where the key has its user's rights. */
  scope: Scope | null;
  user: User | null;
  /** The source of what this request writes. */
  source: WriteContext["source"];
}

const EVERYTHING: readonly Right[] = ["read", "customers", "money", "assignments", "notes", "rules", "admin"];
const OF_SCOPE: Record<Scope, readonly Right[]> = {
  read: ["read"],
  write: ["read", "customers", "money", "assignments", "notes"],
  admin: EVERYTHING,
};
const OF_POSITION: Record<User["position"], readonly Right[]> = {
  financeUser: ["read", "customers", "money", "notes"],
  accountManager: ["read", "notes"],
};

/** Rights of a key: its scope's, or its user's, where owners and admins may do everything. */
export function rightsOf({ scope, user }: Pick<Caller, "scope" | "user">): readonly Right[] {
  if (scope !== null) return OF_SCOPE[scope];
  if (user === null) return [];
  return user.role === "member" ? OF_POSITION[user.position] : EVERYTHING;
}

export const may = (caller: Caller, right: Right) => rightsOf(caller).includes(right);

/** Throws 403 unless the caller has the right. */
export function demand(caller: Caller, right: Right): void {
  if (!may(caller, right)) throw forbidden(`This key has no right to this (it needs: ${right}).`);
}

/** The user whose customers are all the caller may see; null for everyone who sees the whole organization. */
export function onlyCustomersOf(caller: Caller): string | null {
  const { user } = caller;
  return user !== null && user.role === "member" && user.position === "accountManager" ? user.id : null;
}

/** The customers that the caller may see. */
export const customerScope = (caller: Caller): CustomerScope => ({
  organizationId: caller.organizationId,
  visibleTo: onlyCustomersOf(caller),
});

export const actorOf = (caller: Caller): Actor =>
  caller.user === null ? { keyId: caller.keyId } : { keyId: caller.keyId, userId: caller.user.id };

export const writeContextOf = (caller: Caller): WriteContext => ({
  organizationId: caller.organizationId,
  source: caller.source,
  actor: actorOf(caller),
});

/** The source of a request: the key's own, or the console's by `X-Source` for those who may do everything. */
export function sourceOf(caller: Caller, header: string | undefined): Caller["source"] {
  if (header === undefined) return caller.source;
  if (header !== "manual" && header !== "csv") {
    throw new Problem(422, "invalid", "X-Source must be manual or csv.", [
      { path: "X-Source", message: "Must be manual or csv" },
    ]);
  }
  if (!may(caller, "admin")) throw forbidden("Only an admin key may send X-Source.");
  return header;
}
