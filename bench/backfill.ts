import { Client, Connection } from "@temporalio/client";
import { connect, type Sql } from "../db/client.ts";
import { newId } from "../db/uuid.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { type ApiOrganization, createApiOrganization } from "../test/helpers/apiOrganization.ts";
import { eventually } from "../test/helpers/poll.ts";
import { companyOf } from "./backfill/company.ts";
import { watchMemory } from "./csv/memory.ts";
import { keep, machine } from "./measure.ts";
import { NAMESPACE, ROOT, type Servers, startServers } from "./path/servers.ts";

const SIZES = { small: 10_000, middle: 100_000, large: 1_000_000 };
const SAMPLE = 1_000;
const TARGETS = { seconds: 15, mebibytes: 512, growth: 1.5, pauseSeconds: 2 };

interface Backfill {
  id: string;
  status: string;
  startedAt: string;
  finishedAt: string;
  progress: { total: number; done: number; changed: number; skipped: Record<string, number> };
}

/**
 * Measures backfills of which half of the customers match, beside a bare update of the same rows and a workflow for each; with
 * `--large`, which takes minutes, a million customers beside 10,000 instead.
 */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; Postgres with fsync on\n`);
  const servers = await startServers();
  const sql = connect(servers.databaseUrl, { max: 2, applicationName: "tripline bench" });
  try {
    const worker = await servers.start("worker/main.ts", "tripline");
    await servers.start("api/main.ts", "tripline");
    const root = new ApiClient(servers.apiUrl, ROOT);
    await backfill(sql, root, SIZES.small, worker.pid);
    const small = await backfill(sql, root, SIZES.small, worker.pid);
    if (process.argv.includes("--large")) {
      const big = await backfill(sql, root, SIZES.large, worker.pid, false);
      await keep("backfill-large", { runs: told(small, big), growth: judge(small, big), targets: TARGETS });
      return;
    }
    const middle = await backfill(sql, root, SIZES.middle, worker.pid);
    const bare = await bareUpdate(sql, middle.organization);
    show(
      "bare update of the same rows",
      `${bare.toFixed(1)} s; the backfill takes ${(middle.seconds / bare).toFixed(1)} ×`,
    );
    const naive = await naiveSample(servers, sql, middle.organization.id);
    const each = `${((naive / SAMPLE) * 1_000).toFixed(1)} ms each, ${((naive / SAMPLE) * SIZES.middle).toFixed(0)} s for all`;
    show(`a workflow for each of ${SAMPLE}`, `${naive.toFixed(1)} s: ${each}`);
    const paused = await pauseTime(sql, root);
    verdict("seconds for 100,000", middle.seconds, TARGETS.seconds);
    verdict("seconds until it is paused", paused, TARGETS.pauseSeconds);
    const growth = judge(small, middle);
    await keep("backfill", { runs: told(small, middle), bare, naive, paused, growth, targets: TARGETS });
  } finally {
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

type Measured = Awaited<ReturnType<typeof backfill>>;

/** Says how the cost of a customer has grown, and the worker's memory. Answers the growth. */
function judge(small: Measured, big: Measured): number {
  const growth = big.seconds / big.customers / (small.seconds / small.customers);
  verdict("cost per customer beside 10,000", growth, TARGETS.growth);
  verdict("memory of the worker (MiB)", big.mebibytes, TARGETS.mebibytes);
  return growth;
}

const told = (...runs: Measured[]) => runs.map(({ organization: _, ...rest }) => rest);

async function company(sql: Sql, root: ApiClient, customers: number): Promise<ApiOrganization & { ruleId: string }> {
  const organization = await createApiOrganization(root, sql);
  await organization.api.patch("/v1/organization", { limits: { backfillApprovalAbove: 100_000_000 } });
  const [ruleId] = await organization.activate({
    ...{ name: "in France", trigger: { type: "customerCreatedOrUpdated" } },
    filters: [{ field: "country", op: "is", values: ["FR"] }],
    actions: [{ type: "assignWorkflow", workflowId: await organization.workflow("Agency") }],
  });
  await companyOf(sql, organization.id, customers);
  return { ...organization, ruleId: ruleId! };
}

/** One backfill of a new organization, from the request to the last effect; the evaluation of what it raised is told apart, if at all. */
async function backfill(sql: Sql, root: ApiClient, customers: number, pid: number, settles = true) {
  const organization = await company(sql, root, customers);
  const start = performance.now();
  const { result, memory } = await watchMemory([pid], async () => {
    const { id } = await organization.api.post<Backfill>("/v1/backfills", { ruleIds: [organization.ruleId] });
    return ended(organization, id);
  });
  const seconds = (performance.now() - start) / 1_000;
  const waiting = await queueLength(sql, organization.id);
  if (settles) await organization.settled({ timeoutMs: 1_800_000, intervalMs: 100 });
  const evaluated = settles ? (performance.now() - start) / 1_000 - seconds : null;
  const { total, done, changed } = result.progress;
  if (done !== customers || total !== customers || changed !== customers / 2) {
    throw new Error(`ended otherwise: ${JSON.stringify(result.progress)}`);
  }
  const rate = Math.round(customers / seconds).toLocaleString("en");
  show(
    `${customers.toLocaleString("en")} customers, half of them matching`,
    `${seconds.toFixed(1)} s (${rate} /s); ${waiting.toLocaleString("en")} raised changes left${evaluated === null ? "" : `, evaluated in ${evaluated.toFixed(1)} s more`}; ` +
      `worker up to ${memory[0]!.peak} MiB (${memory[0]!.before} before)`,
  );
  return { organization, customers, seconds, evaluated, waiting, mebibytes: memory[0]!.peak };
}

function ended({ api }: ApiOrganization, id: string) {
  return eventually(
    async () => {
      const found = await api.get<Backfill>(`/v1/backfills/${id}`);
      if (found.status === "failed") throw new Error("it failed");
      return found.status === "completed" ? found : null;
    },
    { timeoutMs: 1_800_000, intervalMs: 50, message: "an ended backfill" },
  );
}

async function queueLength(sql: Sql, organizationId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from change_queue where organization_id = ${organizationId}`;
  return row!.count;
}

/** The same rows moved by one statement. */
async function bareUpdate(sql: Sql, organization: ApiOrganization): Promise<number> {
  const workflowId = await organization.workflow("Other");
  const start = performance.now();
  await sql`
    update customers set workflow_id = ${workflowId}, updated_at = now()
    where organization_id = ${organization.id} and country = 'FR'`;
  return (performance.now() - start) / 1_000;
}

async function naiveSample(servers: Servers, sql: Sql, organizationId: string): Promise<number> {
  await servers.start("bench/backfill/naiveWorker.ts", "naive");
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const client = new Client({ connection, namespace: NAMESPACE });
  const rows = await sql<{ id: string }[]>`
    select id from customers where organization_id = ${organizationId} limit ${SAMPLE}`;
  const start = performance.now();
  const waiting = rows.map(({ id }) => id);
  const work = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      await client.workflow.execute("naiveWorkflow", {
        workflowId: `naive:${newId()}`,
        taskQueue: "naive",
        args: [id],
      });
    }
  };
  await Promise.all(Array.from({ length: 100 }, work));
  await connection.close();
  return (performance.now() - start) / 1_000;
}

/** Seconds from the request to pause a running backfill until it is paused and nothing moves any more. */
async function pauseTime(sql: Sql, root: ApiClient): Promise<number> {
  const organization = await company(sql, root, SIZES.middle / 2);
  const { id } = await organization.api.post<Backfill>("/v1/backfills", { ruleIds: [organization.ruleId] });
  const read = () => organization.api.get<Backfill>(`/v1/backfills/${id}`);
  await eventually(async () => (await read()).progress.done > 5_000, { intervalMs: 10, timeoutMs: 60_000 });
  const start = performance.now();
  await organization.api.post(`/v1/backfills/${id}/pause`);
  const paused = await eventually(async () => {
    const found = await read();
    return found.status === "paused" && found;
  });
  const seconds = (performance.now() - start) / 1_000;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  if ((await read()).progress.done !== paused.progress.done) throw new Error("it moved while it was paused");
  await organization.api.post(`/v1/backfills/${id}/cancel`);
  return seconds;
}

function show(what: string, value: string): void {
  console.log(`  ${what.padEnd(44)} ${value}`);
}

function verdict(what: string, value: number, target: number): void {
  show(`  ${what} (at most ${target})`, `${value.toFixed(2)}  ${value <= target ? "reached" : "MISSED"}`);
}
