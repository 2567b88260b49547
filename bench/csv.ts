import { connect, type Sql } from "../db/client.ts";
import { ApiClient } from "../test/helpers/apiClient.ts";
import { createApiOrganization } from "../test/helpers/apiOrganization.ts";
import { eventually } from "../test/helpers/poll.ts";
import { type Memory, watchMemory } from "./csv/memory.ts";
import { keep, machine } from "./measure.ts";
import { ROOT, startServers } from "./path/servers.ts";

const ROWS = 100_000;
const TARGETS = { importSeconds: 30, exportSeconds: 5, addedMebibytes: 200 };

interface Job {
  id: string;
  status: string;
  progress: { created: number; updated: number; unchanged: number; failed: number };
}

/** How long one import took, from the first byte sent. */
interface Import {
  uploadSeconds: number;
  seconds: number;
  /** Until the trackers had evaluated every change too. */
  evaluatedSeconds: number;
  rowsPerSecond: number;
  memory: { api: Memory; worker: Memory };
}

/** Measures CSV import and export over HTTP, with the real API and worker. */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; Postgres with fsync on\n`);
  const servers = await startServers();
  const sql = connect(servers.databaseUrl, { max: 2, applicationName: "tripline bench" });
  try {
    const worker = await servers.start("worker/main.ts", "tripline");
    const api = await servers.start("api/main.ts", "tripline");
    const organization = await createApiOrganization(new ApiClient(servers.apiUrl, ROOT), sql);
    for (const name of ["Standard", "Agency"]) await organization.workflow(name);
    await organization.field("plan", "SELECT", ["Basic", "Premium"]);
    await organization.api.upload("/v1/imports/customers", "externalId,name\nC-0,Warm\n");
    await organization.settled();

    const measure = async (csv: string): Promise<Import> => {
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1_000;
      const { result, memory } = await watchMemory([api.pid, worker.pid], async () => {
        const { id } = await organization.api.upload<Job>("/v1/imports/customers", csv);
        const uploadSeconds = seconds();
        await ended(organization.api, id);
        return { uploadSeconds, seconds: seconds() };
      });
      await organization.settled({ timeoutMs: 300_000 });
      return {
        ...result,
        evaluatedSeconds: seconds(),
        rowsPerSecond: Math.round(ROWS / result.seconds),
        memory: { api: memory[0]!, worker: memory[1]! },
      };
    };
    const created = await measure(file());
    showImport("import of new customers", created);
    const exported = await measureExport(organization.api, api.pid);
    const { seconds, bytes, memory } = exported;
    show("export", `${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB`);
    verdict("seconds", seconds, TARGETS.exportSeconds);
    verdict("added memory, API (MiB)", memory.added, TARGETS.addedMebibytes);
    const repeated = await measure(exported.csv);
    showImport("import of that export, nothing changes", repeated);
    await keep("csv", {
      ...{ rows: ROWS, targets: TARGETS, postgres: await version(sql) },
      import: { created, repeated },
      export: { seconds, bytes, memory },
    });
  } finally {
    await sql.end({ timeout: 5 });
    await servers.stop();
  }
}

function file(): string {
  const lines = Array.from({ length: ROWS }, (_, n) => {
    const workflow = n % 2 === 0 ? "Standard" : "Agency";
    return `C-${n},"Customer ${n}, Inc.",c${n}@customers.test,${n % 3 === 0 ? "FR" : "US"},Springfield,${n * 100},Basic,${workflow}`;
  });
  return `externalId,name,email,country,city,creditLimit,plan,workflow\n${lines.join("\n")}\n`;
}

async function ended(api: ApiClient, id: string): Promise<void> {
  const job = await eventually(
    async () => {
      const job = await api.get<Job>(`/v1/jobs/${id}?limit=1`);
      return ["completed", "failed", "cancelled"].includes(job.status) ? job : null;
    },
    { timeoutMs: 600_000, intervalMs: 100, message: "an ended import" },
  );
  const { created, updated, unchanged, failed } = job.progress;
  if (job.status !== "completed" || failed > 0 || created + updated + unchanged !== ROWS) {
    throw new Error(`the import ended otherwise: ${JSON.stringify(job)}`);
  }
}

async function measureExport(api: ApiClient, pid: number) {
  const start = performance.now();
  const { result: csv, memory } = await watchMemory([pid], () => api.text("/v1/exports/customers"));
  const seconds = (performance.now() - start) / 1_000;
  const rows = csv.split("\n").length - 2;
  if (rows !== ROWS) throw new Error(`the export has ${rows} rows`);
  return { seconds, bytes: Buffer.byteLength(csv), csv, memory: memory[0]! };
}

async function version(sql: Sql): Promise<string> {
  const [row] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
  return row?.version ?? "unknown";
}

function showImport(what: string, { uploadSeconds, seconds, evaluatedSeconds, rowsPerSecond, memory }: Import): void {
  const times = `uploaded ${uploadSeconds.toFixed(1)} s, done ${seconds.toFixed(1)} s, evaluated ${evaluatedSeconds.toFixed(1)} s`;
  show(what, `${times}: ${rowsPerSecond.toLocaleString("en")} rows/s`);
  verdict("seconds", seconds, TARGETS.importSeconds);
  verdict("added memory, API (MiB)", memory.api.added, TARGETS.addedMebibytes);
  verdict("added memory, worker (MiB)", memory.worker.added, TARGETS.addedMebibytes);
}

function show(what: string, value: string): void {
  console.log(`  ${what.padEnd(42)} ${value}`);
}

function verdict(what: string, value: number, target: number): void {
  show(`  ${what} (under ${target})`, `${value.toFixed(1)}  ${value < target ? "reached" : "MISSED"}`);
}
