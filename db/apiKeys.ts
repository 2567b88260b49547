import type { Queryable } from "./client.ts";
import { type Noun, nounStore } from "./nouns.ts";
import type { User } from "./users.ts";

export interface ApiKeyFields {
  name: string;
  /** The public half, sent as X-Api-Key. */
  key: string;
  /** SHA-256 of the secret half. */
  secretHash: Buffer;
  /** Exactly one of scope and userId is set. */
  scope: "read" | "write" | "admin" | null;
  userId: string | null;
  source: "api" | "salesforce";
  /** Null takes the installation's limit. */
  requestsPerMinute: number | null;
  /** Written by {@link touchApiKey} alone. */
  lastUsedAt?: string | null;
}

export type ApiKey = Noun &
  Omit<ApiKeyFields, "secretHash" | "lastUsedAt"> & {
    /** To the minute; null before the first use. */
    lastUsedAt: string | null;
  };

export const apiKeys = nounStore<ApiKeyFields, ApiKey>({
  table: "api_keys",
  columns: {
    name: "name",
    key: "key",
    secretHash: "secret_hash",
    scope: "scope",
    userId: "user_id",
    source: "source",
    requestsPerMinute: "requests_per_minute",
    lastUsedAt: "last_used_at",
  },
  secret: ["secretHash"],
});

/** A key as the sign-in needs it: with its secret's hash and the user it stands for. */
export interface Credentials {
  id: string;
  organizationId: string;
  secretHash: Buffer;
  scope: ApiKeyFields["scope"];
  source: ApiKeyFields["source"];
  requestsPerMinute: number | null;
  user: User | null;
}

/** Finds a key of any organization by its public half. */
export async function findCredentials(sql: Queryable, key: string): Promise<Credentials | null> {
  const [row] = await sql<Credentials[]>`
    select k.id, k.organization_id as "organizationId", k.secret_hash as "secretHash", k.scope, k.source,
           k.requests_per_minute as "requestsPerMinute",
           case when u.id is not null then jsonb_build_object(
             'id', u.id, 'email', u.email, 'name', u.name, 'role', u.role, 'position', u.position, 'invited', u.invited,
             'createdAt', u.created_at, 'updatedAt', u.updated_at) end as "user"
    from api_keys k left join users u on u.id = k.user_id
    where k.key = ${key}`;
  return row ?? null;
}

/** Notes when a key was last used, at most once a minute per key so that reads stay reads. */
export async function touchApiKey(sql: Queryable, id: string): Promise<void> {
  await sql`
    update api_keys set last_used_at = now()
    where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
}
