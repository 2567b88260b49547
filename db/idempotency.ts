import type { Transaction } from "./client.ts";

/** Who sent an idempotency key: its meaning ends at the API key, the method and the path. */
export interface IdempotencyScope {
  /** Null for the root key, whose writes create the organization. */
  organizationId: string | null;
  apiKeyId: string;
  /** Method, path and the client's key in one text. */
  key: string;
}

export interface StoredAnswer {
  requestHash: Buffer;
  status: number;
  /** Null where the answer held a secret. */
  body: string | null;
}

const KEPT = "24 hours";

/**
 * Takes the key for this transaction; false while another transaction holds it. Because lock and answer belong to the write's own
 * transaction, a crash leaves neither.
 */
export async function lockIdempotencyKey(tx: Transaction, { apiKeyId, key }: IdempotencyScope): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('idempotency:' || ${apiKeyId} || ':' || ${key}, 0)) as taken`;
  return row?.taken === true;
}

/** The answer that the key had within the last 24 h. */
export async function findAnswer(tx: Transaction, scope: IdempotencyScope): Promise<StoredAnswer | null> {
  const { organizationId, apiKeyId, key } = scope;
  const [row] = await tx<StoredAnswer[]>`
    select request_hash as "requestHash", status, body from idempotency_keys
    where ${organizationId === null ? tx`true` : tx`organization_id = ${organizationId}`}
      and api_key_id = ${apiKeyId} and key = ${key} and created_at > now() - ${KEPT}::interval`;
  return row ?? null;
}

export async function storeAnswer(
  tx: Transaction,
  organizationId: string,
  { apiKeyId, key }: IdempotencyScope,
  { requestHash, status, body }: StoredAnswer,
): Promise<void> {
  await tx`
    insert into idempotency_keys (organization_id, api_key_id, key, request_hash, status, body)
    values (${organizationId}, ${apiKeyId}, ${key}, ${requestHash}, ${status}, ${body})
    on conflict (organization_id, api_key_id, key) do update
      set request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, created_at = now()`;
}
