import type { Sql } from "../../db/client.ts";
import type { ApiClient } from "../../test/helpers/apiClient.ts";
import { eventually } from "../../test/helpers/poll.ts";
import { median } from "../measure.ts";
import { rawBulk } from "./rawBulk.ts";

const ITEMS = 10_000;
const ROUNDS = 5;

export interface Bulk {
  perSecond: number;
  rawPerSecond: number;
  ratio: number;
}

/**
 * Bulk requests of 10,000 items over HTTP beside the same statements bare, in turns: new customers, then an invoice for each.
 * Items per second; the ratio is the middle one of the rounds'. What a request leaves to evaluate is waited for before the next.
 */
export async function measureBulk(
  sql: Sql,
  api: ApiClient,
  organizationId: string,
): Promise<{ customers: Bulk; invoices: Bulk }> {
  const customers: [number, number][] = [];
  const invoices: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const names = Array.from({ length: ITEMS }, (_, index) => `B-${round}-${index}`);
    const people = names.map((name) => ({ externalId: name, name, country: "FR", city: "Paris" }));
    const debts = names.map((name) => ({
      ...{ externalId: `I-${name}`, customerId: `external:${name}`, amount: 14_000, currency: "EUR" },
      ...{ number: name, issuedAt: "2026-01-01", dueAt: "2026-01-31", state: "open" },
    }));
    const raw = rawBulk(sql, organizationId, `R-${round}`, ITEMS);
    const rest = async () => {
      await raw.clear();
      await settled(sql);
    };
    customers.push([await timed(raw.customers, rest), await timed(() => send(api, "customers", people), rest)]);
    invoices.push([await timed(raw.invoices, rest), await timed(() => send(api, "invoices", debts), rest)]);
  }
  return { customers: summary(customers), invoices: summary(invoices) };
}

async function send(api: ApiClient, noun: string, items: object[]): Promise<void> {
  const { results } = await api.post<{ results: { status: number }[] }>(`/v1/bulk/${noun}`, { items });
  const refused = results.find((result) => result.status !== 201);
  if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
}

const settled = (sql: Sql) =>
  eventually(async () => (await sql`select 1 from change_queue limit 1`).length === 0, {
    intervalMs: 20,
    timeoutMs: 120_000,
  });

async function timed(work: () => Promise<void>, rest: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  await rest();
  return ITEMS / seconds;
}

function summary(pairs: [raw: number, ours: number][]): Bulk {
  return {
    rawPerSecond: median(pairs.map(([rate]) => rate)),
    perSecond: median(pairs.map(([, rate]) => rate)),
    ratio: median(pairs.map(([raw, ours]) => ours / raw)),
  };
}
