import { connect, type Sql } from "../db/client.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { createApiOrganization } from "../test/helpers/apiOrganization.ts";
import { eventually } from "../test/helpers/poll.ts";
import { watchMemory } from "./csv/memory.ts";
import { keep, machine } from "./measure.ts";
import { ROOT, startServers } from "./path/servers.ts";
import { companyOf, MOVING } from "./ratings/company.ts";

const CUSTOMERS = 1_000_000;
const TARGETS = { seconds: 60, addedMebibytes: 300 };

interface Schedule {
  requested: boolean;
  lastRuns: { status: string; total: number; done: number; changed: number; startedAt: string; finishedAt: string }[];
}

/** Measures one night's recomputation of a company of a million customers, of whom some move, with the real API and worker. */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; Postgres with fsync on\n`);
  const servers = await startServers();
  const sql = connect(servers.databaseUrl, { max: 2, applicationName: "tripline bench" });
  try {
    const worker = await servers.start("worker/main.ts", "tripline");
    await servers.start("api/main.ts", "tripline");
    const organization = await createApiOrganization(new ApiClient(servers.apiUrl, ROOT), sql);
    await organization.activate({
      ...{ name: "aging", trigger: { type: "customerCreatedOrUpdated" } },
      filters: [{ field: "overdueDays", op: "between", min: 30 }],
      actions: [{ type: "assignWorkflow", workflowId: await organization.workflow("Agency") }],
    });
    console.log(`  making ${CUSTOMERS.toLocaleString("en")} customers …`);
    await companyOf(sql, organization.id, CUSTOMERS);

    const start = performance.now();
    const { result, memory } = await watchMemory([worker.pid], async () => {
      await organization.api.post("/v1/schedules/ratings/trigger");
      return ended(organization.api);
    });
    const wall = (performance.now() - start) / 1_000;
    const seconds = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1_000;
    show("looked at, moved", `${result.total.toLocaleString("en")}, ${result.changed.toLocaleString("en")}`);
    show("recomputation", `${seconds.toFixed(1)} s (${wall.toFixed(1)} s from the request on)`);
    verdict("seconds", seconds, TARGETS.seconds);
    verdict("added memory, worker (MiB)", memory[0]!.added, TARGETS.addedMebibytes);
    await check(sql, organization.id, result.changed);
    await organization.settled({ timeoutMs: 600_000 });
    const evaluated = (performance.now() - start) / 1_000;
    show("evaluated after", `${evaluated.toFixed(1)} s`);
    const again = performance.now();
    await organization.api.post("/v1/schedules/ratings/trigger");
    const second = await ended(organization.api, result.startedAt);
    const idle = (performance.now() - again) / 1_000;
    show("again, nothing moves", `${idle.toFixed(1)} s, ${second.changed} moved`);
    const { total, changed } = result;
    await keep("ratings", { total, changed, seconds, evaluated, idle, memory: memory[0], targets: TARGETS });
  } finally {
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

/** The run that a request set off, once it has ended. */
function ended(api: ApiClient, after = "") {
  return eventually(
    async () => {
      const { requested, lastRuns } = await api.get<Schedule>("/v1/schedules/ratings");
      const [last] = lastRuns;
      return !requested && last?.status === "completed" && last.startedAt > after ? last : null;
    },
    { timeoutMs: 900_000, intervalMs: 200, message: "an ended recomputation" },
  );
}

/** Nobody who should have moved is left, and each of them has one change. */
async function check(sql: Sql, organizationId: string, changed: number): Promise<void> {
  const [row] = await sql<{ changes: number; customers: number; behind: number }[]>`
    select (select count(*) from changes where organization_id = ${organizationId} and source = 'schedule') as changes,
           (select count(distinct customer_id) from changes where organization_id = ${organizationId} and source = 'schedule') as customers,
           (select count(*) from customers c where organization_id = ${organizationId} and due > 0 and exists (
              select from invoices i where i.customer_id = c.id and i.state = 'open' and i.due_at < current_date
                and c.overdue_since > i.due_at)) as behind`;
  const expected = CUSTOMERS * MOVING;
  if (row?.changes !== changed || row.customers !== changed || row.behind !== 0 || changed !== expected) {
    throw new Error(`moved otherwise: ${JSON.stringify({ ...row, changed, expected })}`);
  }
}

function show(what: string, value: string): void {
  console.log(`  ${what.padEnd(42)} ${value}`);
}

function verdict(what: string, value: number, target: number): void {
  show(`  ${what} (under ${target})`, `${value.toFixed(1)}  ${value < target ? "reached" : "MISSED"}`);
}
