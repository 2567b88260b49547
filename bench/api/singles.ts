import autocannon from "autocannon";
import type { Sql } from "../../db/client.ts";
import type { Credentials } from "../../test/helpers/apiClient.ts";
import { eventually } from "../../test/helpers/poll.ts";
import { median } from "../measure.ts";

const CONNECTIONS = 16;
const SECONDS = 6;
const ROUNDS = 3;
/** Customers that are written over and over: the first time created, then updated. */
const CUSTOMERS = 2_000;

export interface Singles {
  perSecond: number;
  barePerSecond: number;
  ratio: number;
  /** At half the rate reached, ms. */
  p99AtHalf: number;
  /** From the last answer until nothing waits for evaluation, ms. */
  evaluatedAfter: number;
}

/** Single upserts over HTTP beside a bare Hono route that runs the same statements, in turns. */
export async function measureSingles(sql: Sql, apiUrl: string, bareUrl: string, key: Credentials): Promise<Singles> {
  const ours: number[] = [];
  const bare: number[] = [];
  await upserts(apiUrl, key, { amount: 2_000 });
  for (let round = 0; round < ROUNDS; round++) {
    bare.push((await upserts(bareUrl, key, { duration: SECONDS })).requests.average);
    ours.push((await upserts(apiUrl, key, { duration: SECONDS })).requests.average);
  }
  const perSecond = median(ours);
  await settled(sql);
  const half = await upserts(apiUrl, key, { duration: SECONDS, overallRate: Math.floor(perSecond / 2) });
  const since = performance.now();
  await settled(sql);
  const barePerSecond = median(bare);
  return {
    perSecond,
    barePerSecond,
    ratio: perSecond / barePerSecond,
    p99AtHalf: half.latency.p99,
    evaluatedAfter: performance.now() - since,
  };
}

const settled = (sql: Sql) =>
  eventually(async () => (await sql`select 1 from change_queue limit 1`).length === 0, {
    intervalMs: 10,
    timeoutMs: 120_000,
  });

let sequence = 0;

async function upserts(url: string, { key, secret }: Credentials, limits: Partial<autocannon.Options>) {
  const result = await autocannon({
    url: `${url}/v1/customers`,
    connections: CONNECTIONS,
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, "x-api-secret": secret },
    requests: [
      {
        setupRequest: (request) => {
          sequence += 1;
          const number = sequence % CUSTOMERS;
          const body = {
            externalId: `S-${number}`,
            name: `Customer ${number}`,
            country: "FR",
            city: `City ${sequence}`,
          };
          return { ...request, body: JSON.stringify(body) };
        },
      },
    ],
    ...limits,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result;
}
