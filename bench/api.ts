import { connect } from "../db/client.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { type Bulk, measureBulk } from "./api/bulk.ts";
import { measureList } from "./api/list.ts";
import { measureSingles } from "./api/singles.ts";
import { keep, machine } from "./measure.ts";
import { ROOT, startServers } from "./path/servers.ts";

interface Created {
  id: string;
  apiKey: { key: string; secret: string };
}

/** Measures the ways in beside baselines that run the same statements, on the same servers in the same run. */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; Postgres with fsync on\n`);
  const servers = await startServers();
  const sql = connect(servers.databaseUrl, { max: 2, applicationName: "tripline bench" });
  try {
    await servers.start("worker/main.ts", "tripline");
    await servers.start("api/main.ts", "tripline");
    const root = new ApiClient(servers.apiUrl, ROOT);
    const owner = { email: "o@acme.test", name: "O" };
    const { id, apiKey } = await root.post<Created>("/admin/organizations", { name: "Bench", currency: "EUR", owner });
    const api = new ApiClient(servers.apiUrl, apiKey);
    for (const [key, type, options] of [
      ["plan", "SELECT", ["Basic", "Premium"]],
      ["segment", "TEXT"],
    ] as const) {
      await api.post("/v1/custom_fields", { key, label: key, type, ...(options ? { options } : {}) });
    }

    const bare = await servers.start("bench/api/bareServer.ts", "bare");
    const bareUrl = servers.apiUrl.replace(/\d+$/, (port) => String(Number(port) + 1));
    const singles = await measureSingles(sql, servers.apiUrl, bareUrl, apiKey);
    await bare.stop();
    show(
      "single upserts, 16 connections",
      `${whole(singles.perSecond)} /s, bare route ${whole(singles.barePerSecond)} /s`,
    );
    verdict("ratio (to reach: 0.6)", singles.ratio.toFixed(2), singles.ratio >= 0.6);
    verdict("p99 at half that rate (under 50 ms)", `${singles.p99AtHalf.toFixed(0)} ms`, singles.p99AtHalf < 50);
    verdict(
      "evaluated after the last answer (2 s)",
      `${singles.evaluatedAfter.toFixed(0)} ms`,
      singles.evaluatedAfter < 2_000,
    );

    const bulk = await measureBulk(sql, api, id);
    showBulk("bulk customers of 10,000", bulk.customers);
    showBulk("bulk invoices of 10,000", bulk.invoices);

    const list = await measureList(sql, api, id);
    for (const { total, totalIsMore, p50, p95 } of list.filters) {
      const found = `${whole(total)}${totalIsMore ? " or more" : ""} found: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`;
      verdict("list by three conditions (p95 100 ms)", found, p95 < 100);
    }
    await keep("api", { singles, bulk, list });
  } finally {
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

function showBulk(what: string, { perSecond, rawPerSecond, ratio }: Bulk): void {
  show(what, `${whole(perSecond)} items/s, raw statements ${whole(rawPerSecond)} items/s`);
  verdict("rate (to reach: 15,000)", whole(perSecond), perSecond >= 15_000);
  verdict("ratio (to reach: 0.5)", ratio.toFixed(2), ratio >= 0.5);
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

function show(what: string, value: string): void {
  console.log(`  ${what.padEnd(40)} ${value}`);
}

function verdict(what: string, value: string, reached: boolean): void {
  show(`  ${what}`, `${value}  ${reached ? "reached" : "MISSED"}`);
}
