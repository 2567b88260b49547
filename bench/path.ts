import { readFile } from "node:fs/promises";
import { Client, Connection } from "@temporalio/client";
import { connect } from "../db/client.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { createApiOrganization } from "../test/helpers/apiOrganization.ts";
import { keep, machine, median } from "./measure.ts";
import { type BareTemporal, bareTemporal } from "./path/bare.ts";
import { createCompany, MATCHING } from "./path/company.ts";
import { type Latency, latencyOf, singleChanges, sleep } from "./path/latency.ts";
import { NAMESPACE, ROOT, startServers } from "./path/servers.ts";
import { drainBacklog, type Throughput, writeAndEvaluate } from "./path/throughput.ts";

const REPEATS = 5;
const SINGLE = 60;
/** Idle time (ms) before each single change and each single workflow. */
const IDLE_MS = 50;
const TARGETS = { rate: { reach: 100, aim: 150 }, latency: { reach: 1.5, aim: 1 } };

/**
 * Measures the durable path from a written change to its applied effect beside Temporal alone, on the same servers and in turns,
 * so that what disturbs the machine meets both.
 */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; Postgres with fsync on\n`);
  const servers = await startServers();
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const sql = connect(servers.databaseUrl, { max: 2, applicationName: "tripline bench" });
  try {
    await servers.start("bench/path/bareWorker.ts", "bare");
    await servers.start("worker/main.ts", "tripline");
    await servers.start("api/main.ts", "tripline");
    const bare = bareTemporal(new Client({ connection, namespace: NAMESPACE }), "bare");
    const organization = await createApiOrganization(new ApiClient(servers.apiUrl, ROOT), sql);
    const company = await createCompany(organization);
    await organization.settled();

    const latency = await measureLatency(bare, await singleChanges(sql, organization, company));
    const rates: { bare: number; tripline: Throughput; ratio: number }[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const before = await bare.rate();
      const tripline = await drainBacklog(sql, organization, company, repeat * 100);
      const around = (before + (await bare.rate())) / 2;
      show("empty workflows, 100 at once", `${whole(around)} /s`);
      show(`20,000 changes, 20 rules, ${MATCHING * 100} % match`, rate(tripline));
      rates.push({ bare: around, tripline, ratio: tripline.perSecond / around });
    }
    const writing = await writeAndEvaluate(sql, organization, company, REPEATS * 100);
    show("the same while they are written", rate(writing));

    const ratios = { rate: median(rates.map(({ ratio }) => ratio)), latency: latency.tripline.p50 / latency.bare.p50 };
    console.log("");
    verdict("changes/s ÷ empty workflows/s", ratios.rate, ratios.rate >= TARGETS.rate.reach, TARGETS.rate);
    verdict("idle p50 ÷ empty workflow p50", ratios.latency, ratios.latency <= TARGETS.latency.reach, TARGETS.latency);
    await keep("path", { versions: await versions(sql), latency, rates, writing, ratios, targets: TARGETS });
  } finally {
    await connection.close();
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

async function measureLatency(bare: BareTemporal, single: () => Promise<number>) {
  const times: { bare: number[]; tripline: number[] } = { bare: [], tripline: [] };
  for (let count = 0; count < SINGLE; count++) {
    await sleep(IDLE_MS);
    times.bare.push(await bare.single());
    await sleep(IDLE_MS);
    times.tripline.push(await single());
  }
  const latency = { bare: latencyOf(times.bare), tripline: latencyOf(times.tripline) };
  show("empty workflow, start to result", shown(latency.bare));
  show("one change, HTTP answer to effect", shown(latency.tripline));
  return latency;
}

async function versions(sql: ReturnType<typeof connect>) {
  const [row] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
  const names = ["@temporalio/worker", "postgres"];
  const found = await Promise.all(names.map(async (name) => [name, await versionOf(name)] as const));
  return { ...Object.fromEntries(found), "Postgres server": row?.version };
}

async function versionOf(name: string): Promise<string> {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(await readFile(file, "utf8"));
  return version;
}

const whole = (value: number) => Math.round(value).toLocaleString("en");
const shown = ({ p50, p95 }: Latency) => `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
const rate = ({ perSecond, evaluatedPerSecond, seconds }: Throughput) =>
  `${whole(perSecond)} changes/s (${seconds.toFixed(1)} s; ${whole(evaluatedPerSecond)} /s with those that effects raise)`;

function show(what: string, value: string) {
  console.log(`  ${what.padEnd(40)} ${value}`);
}

function verdict(what: string, ratio: number, reached: boolean, target: { reach: number; aim: number }) {
  const word = reached ? "reached" : "MISSED";
  console.log(`  ${what.padEnd(40)} ${ratio.toFixed(2)}  ${word} (to reach: ${target.reach}, aim: ${target.aim})`);
}
