// Schemas can be described for the API only if they are made after this is loaded, and the first of the test files that share a
// process need not load the API.
import "@hono/zod-openapi";
import { beforeAll, beforeEach } from "vitest";

const HALF_HOUR_MS = 1_800_000;
/** Longer than nearly every test takes. */
const SHORTLY_MS = 10_000;

/**
 * In one time zone or another days end, and digests fall due, on the hour or half past it. A test that counts from "today" or from
 * "the next hour" would see two of them if that moment came in the middle, so that it begins behind it.
 */
async function notAcrossTheHalfHour(): Promise<void> {
  const left = HALF_HOUR_MS - (Date.now() % HALF_HOUR_MS);
  if (left <= SHORTLY_MS) await new Promise((resolve) => setTimeout(resolve, left + 1));
}

beforeAll(notAcrossTheHalfHour);
beforeEach(notAcrossTheHalfHour);
