import type { Sql } from "../../db/client.ts";
import type { ApiClient } from "../../test/helpers/apiClient.ts";

const CUSTOMERS = 1_000_000;
const REQUESTS = 40;

/** Three conditions each: many, some and few that meet them. */
const FILTERS = [
  [
    { field: "country", op: "is", values: ["FR", "DE"] },
    { field: "outstanding", op: "between", min: 100_000 },
    { field: "rating", op: "isNot", values: ["D"] },
  ],
  [
    { field: "city", op: "is", values: ["City 7"] },
    { field: "overdue", op: "between", min: 1 },
    { field: "customFields.plan", op: "is", values: ["Premium"] },
  ],
  [
    { field: "country", op: "is", values: ["NZ"] },
    { field: "outstanding", op: "between", min: 900_000, max: 950_000 },
    { field: "customFields.segment", op: "contains", value: "B2B" },
  ],
];

export interface Listing {
  customers: number;
  /** Per filter, ms. */
  filters: { filter: unknown; total: number; totalIsMore: boolean; p50: number; p95: number }[];
}

/** A page of 50 with its total, by three conditions, over a million customers. */
export async function measureList(sql: Sql, api: ApiClient, organizationId: string): Promise<Listing> {
  await fill(sql, organizationId);
  const filters: Listing["filters"] = [];
  for (const filter of FILTERS) {
    const path = `/v1/customers?limit=50&filter=${encodeURIComponent(JSON.stringify(filter))}`;
    const times: number[] = [];
    let last = { total: 0, totalIsMore: false };
    for (let request = 0; request < REQUESTS; request++) {
      const start = performance.now();
      last = await api.get(`${path}&offset=${(request % 4) * 50}`);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
    filters.push({ filter, total: last.total, totalIsMore: last.totalIsMore === true, p50: at(0.5), p95: at(0.95) });
  }
  return { customers: CUSTOMERS, filters };
}

/** Customers straight into the table: what is measured is reading. */
async function fill(sql: Sql, organizationId: string): Promise<void> {
  await sql`
    insert into customers (id, organization_id, external_id, name, country, city, currency, outstanding, due, overdue, rating, custom_fields, version)
    select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${organizationId}, 'M-' || n, 'Customer ' || n,
           (array['FR', 'DE', 'US', 'CA', 'ES', 'IT', 'GB', 'NL', 'PL', 'NZ'])[1 + n % 10], 'City ' || n % 1000, 'EUR',
           (n::bigint * 7919) % 1000000, 0, case when n % 3 = 0 then n % 5000 else 0 end, (array['A', 'B', 'C', 'D'])[1 + n % 4],
           jsonb_build_object('plan', (array['Basic', 'Premium'])[1 + n % 2], 'segment', (array['B2B', 'B2C', 'Gov'])[1 + n % 3]), 1
    from generate_series(1, ${CUSTOMERS}) as n`;
  await sql`vacuum analyze customers, customer_names`;
}
