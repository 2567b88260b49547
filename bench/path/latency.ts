import type { Sql } from "../../db/client.ts";
import type { ApiOrganization } from "../../test/helpers/apiOrganization.ts";
import type { Company } from "./company.ts";

/** Milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  min: number;
  count: number;
}

export function latencyOf(times: number[]): Latency {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), min: at(0), count: sorted.length };
}

/**
 * Makes a function that writes one change to an idle Tripline and answers the time (ms) from the HTTP answer to the effect being
 * there: the assignment in the customer's row, looked for every millisecond.
 */
export async function singleChanges(sql: Sql, organization: ApiOrganization, company: Company) {
  const customer = await organization.api.post<{ id: string }>("/v1/customers", {
    externalId: "single",
    name: "Single",
  });
  await organization.settled();
  let count = 0;
  return async (): Promise<number> => {
    const expected = count % 2 === 0 ? company.agency : company.standard;
    await company.single("single", count++);
    const start = performance.now();
    while ((await workflowOf(sql, customer.id)) !== expected) await sleep(1);
    const time = performance.now() - start;
    await organization.settled({ intervalMs: 5 });
    return time;
  };
}

async function workflowOf(sql: Sql, customerId: string): Promise<string | null> {
  const [row] = await sql<{ id: string | null }[]>`select workflow_id as id from customers where id = ${customerId}`;
  return row?.id ?? null;
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
