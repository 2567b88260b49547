import { LRUCache } from "lru-cache";
import { Problem } from "./problems.ts";

/** Keys remembered per process; the least recently used one starts again with a full bucket. */
const REMEMBERED = 50_000;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  filledAt: number;
}

/**
 * One token bucket per key and process: `perMinute` requests at once, then one every 60/perMinute seconds. The numbers hold for
 * one API process; several of them allow a key that many times as much.
 */
export class RateLimiter {
  readonly #buckets = new LRUCache<string, Bucket>({ max: REMEMBERED });

  /** Takes one token. Returns the headers for the answer, or throws 429. `perMinute` 0 means no limit. */
  take(keyId: string, perMinute: number, now: number): Record<string, string> {
    if (perMinute === 0) return {};
    const perMs = perMinute / 60_000;
    const bucket = this.#buckets.get(keyId) ?? { tokens: perMinute, filledAt: now };
    const tokens = Math.min(perMinute, bucket.tokens + Math.max(0, now - bucket.filledAt) * perMs);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    this.#buckets.set(keyId, { tokens: left, filledAt: now });
    const headers = {
      "RateLimit-Limit": String(perMinute),
      "RateLimit-Remaining": String(Math.floor(left)),
      "RateLimit-Reset": String(Math.ceil((perMinute - left) / perMs / 1000)),
    };
    if (allowed) return headers;
    const retryAfter = String(Math.max(1, Math.ceil((1 - left) / perMs / 1000)));
    throw new Problem(429, "rate_limited", `This key may send ${perMinute} requests a minute.`, [], {
      ...headers,
      "Retry-After": retryAfter,
    });
  }
}
