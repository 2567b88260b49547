import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Credentials, findCredentials, touchApiKey } from "../db/apiKeys.ts";
import type { Sql } from "../db/client.ts";
import type { Caller } from "./access.ts";
import type { ApiConfig } from "./deps.ts";
import { Problem } from "./problems.ts";

/** A revoked key or a changed role bites within this time in every process. */
const CACHED_MS = 500;
const NOBODY = Buffer.alloc(32);

export const hashSecret = (secret: string) => createHash("sha256").update(secret).digest();

/** A fresh pair: the key is public and names, the secret holds 256 random bits. */
export const newKeyPair = () => ({
  key: `tk_${randomBytes(12).toString("base64url")}`,
  secret: `ts_${randomBytes(32).toString("base64url")}`,
});

const unauthorized = () =>
  new Problem(401, "unauthorized", "X-Api-Key and X-Api-Secret do not name a key.", [], {
    "WWW-Authenticate": 'ApiKey realm="tripline"',
  });

export interface SignedIn {
  caller: Caller;
  /** Null takes the installation's limit. */
  requestsPerMinute: number | null;
}

/** Tells whose key signed a request. */
export class Authenticator {
  readonly #known = new LRUCache<string, Credentials>({ max: 10_000, ttl: CACHED_MS });
  readonly #touched = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 });

  constructor(
    private readonly sql: Sql,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Throws 401 for an unknown key and for a wrong secret alike. */
  async signIn(key: string | undefined, secret: string | undefined): Promise<SignedIn> {
    if (!key || !secret || key.length > 200 || secret.length > 200) throw unauthorized();
    const credentials = this.#known.get(key) ?? (await findCredentials(this.sql, key));
    // An unknown key costs the same comparison as a known one.
    const matches = timingSafeEqual(hashSecret(secret), credentials?.secretHash ?? NOBODY);
    if (credentials === null || !matches) throw unauthorized();
    if (!this.#known.has(key)) this.#known.set(key, credentials);
    this.#touch(credentials.id);
    const { id, organizationId, scope, source, user, requestsPerMinute } = credentials;
    return { caller: { organizationId, keyId: id, scope, user, source }, requestsPerMinute };
  }

  /** Forgets what was read of keys, so that this process sees a revocation at once. */
  forget(): void {
    this.#known.clear();
  }

  #touch(id: string): void {
    if (this.#touched.has(id)) return;
    this.#touched.set(id, true);
    touchApiKey(this.sql, id).catch(this.onError);
  }
}

/** Throws 401 unless the headers hold the root key of the environment. */
export function checkRootKey(config: ApiConfig, key: string | undefined, secret: string | undefined): void {
  const right = config.ROOT_API_KEY !== undefined && config.ROOT_API_SECRET !== undefined;
  const keyMatches = timingSafeEqual(hashSecret(key ?? ""), hashSecret(config.ROOT_API_KEY ?? ""));
  const secretMatches = timingSafeEqual(hashSecret(secret ?? ""), hashSecret(config.ROOT_API_SECRET ?? ""));
  if (!right || !keyMatches || !secretMatches) throw unauthorized();
}
