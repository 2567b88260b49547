import type { Sql, Transaction } from "../db/client.ts";
import {
  findAnswer,
  type IdempotencyScope,
  lockIdempotencyKey,
  type StoredAnswer,
  storeAnswer,
} from "../db/idempotency.ts";
import { inTransaction } from "../db/transaction.ts";
import type { Wake } from "../db/writes/types.ts";
import { asProblem } from "./errors.ts";
import { conflict, Problem, problemBody } from "./problems.ts";

/** What a handler answers. */
export interface Answer {
  status: number;
  /** Sent as JSON; left out with 204. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Trackers to wake once the write is committed. */
  wake?: Wake;
  /** The body holds a secret: it is never kept. */
  secret?: boolean;
  /** The organization that this write created; only for the root key, which has none. */
  createdOrganizationId?: string;
}

/** An answer ready to be sent; `text` is the JSON. */
export interface SentAnswer {
  status: number;
  text: string | null;
  headers: Record<string, string>;
  wake?: Wake | undefined;
}

export interface Idempotent {
  scope: IdempotencyScope;
  requestHash: Buffer;
  requestId: string;
}

/** Runs a write in a transaction of its own; with an idempotency key at most once, its first answer kept in that transaction. */
export function runWrite(
  sql: Sql,
  idempotent: Idempotent | null,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<SentAnswer> {
  return inTransaction(sql, async (tx) => (idempotent === null ? toSent(await work(tx)) : once(tx, idempotent, work)));
}

async function once(tx: Transaction, idempotent: Idempotent, work: (tx: Transaction) => Promise<Answer>) {
  const { scope, requestHash } = idempotent;
  if (!(await lockIdempotencyKey(tx, scope))) {
    throw conflict("idempotency_in_progress", "A request with this Idempotency-Key is still running.");
  }
  const stored = await findAnswer(tx, scope);
  if (stored !== null) return replay(stored, requestHash);
  const answer = await attempt(tx, idempotent, work);
  const organizationId = scope.organizationId ?? answer.createdOrganizationId;
  const sent = toSent(answer);
  if (organizationId !== undefined) {
    const body = answer.secret === true ? null : (sent.text ?? "");
    await storeAnswer(tx, organizationId, scope, { requestHash, status: sent.status, body });
  }
  return sent;
}

/** A refused write is rolled back alone, so that its answer can still be kept by the transaction around it. */
async function attempt(tx: Transaction, { scope, requestId }: Idempotent, work: (tx: Transaction) => Promise<Answer>) {
  try {
    return (await tx.savepoint((inner) => work(inner as Transaction))) as Answer;
  } catch (error) {
    const problem = asProblem(error);
    if (problem === null || problem.status >= 500 || scope.organizationId === null) throw error;
    return { status: problem.status, body: problemBody(problem, requestId), headers: problem.headers } as Answer;
  }
}

function replay(stored: StoredAnswer, requestHash: Buffer): SentAnswer {
  if (!stored.requestHash.equals(requestHash)) {
    throw new Problem(422, "idempotency_key_reused", "This Idempotency-Key was used with another body.");
  }
  if (stored.body === null) {
    throw conflict("idempotency_secret", "This was done before; its answer held a secret and is not kept.");
  }
  const text = stored.body === "" ? null : stored.body;
  return { status: stored.status, text, headers: { "Idempotency-Replayed": "true" } };
}

function toSent({ status, body, headers, wake }: Answer): SentAnswer {
  return { status, text: body === undefined ? null : JSON.stringify(body), headers: headers ?? {}, wake };
}
