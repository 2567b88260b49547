import { TOTAL_OUT_OF_RANGE } from "./balances.ts";
import type { Mistake, Overruled, WriteResult } from "./types.ts";

/** Refusals of single items; nothing of a refused item is written. */
export function invalid(errors: Mistake[]): WriteResult {
  return { ok: false, status: 422, code: "invalid", message: errors[0]?.message ?? "invalid", errors };
}

export function invalidAt(path: string, message: string, code = "invalid"): WriteResult {
  return { ok: false, status: 422, code, message, errors: [{ path, message }] };
}

export function notFound(message: string): WriteResult {
  return { ok: false, status: 404, code: "not_found", message, errors: [] };
}

export function excluded(): WriteResult {
  return {
    ok: false,
    status: 409,
    code: "customer_excluded",
    message: "The customer is excluded and can no longer be changed.",
    errors: [],
  };
}

export function outOfRange(): WriteResult {
  return { ok: false, status: 422, code: "total_out_of_range", message: TOTAL_OUT_OF_RANGE, errors: [] };
}

export function conflict(code: string, message: string): WriteResult {
  return { ok: false, status: 409, code, message, errors: [] };
}

export function stale(actual: number): WriteResult {
  return {
    ok: false,
    status: 412,
    code: "stale_version",
    message: `The customer is at version ${actual}: read it again before changing it.`,
    errors: [],
  };
}

export function written(status: 200 | 201, id: string, customerId: string, overruled: Overruled[] = []): WriteResult {
  return { ok: true, status, id, customerId, overruled };
}
