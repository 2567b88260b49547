import { afterAll, beforeAll, expect, it } from "vitest";
import { jobWorkflowId } from "../../workflows/contract.ts";
import type { ApiOrganization } from "../helpers/apiOrganization.ts";
import { eventually } from "../helpers/poll.ts";
import { type Stack, startStack } from "../helpers/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

interface Job {
  id: string;
  status: string;
  error: string | null;
  progress: { total: number; done: number; created: number; updated: number; failed: number };
}

const ROWS = 40_000;

const uploaded = (organization: ApiOrganization, csv: string) =>
  organization.api.upload<Job>("/v1/imports/customers", csv);

/** Looks at a job without the API, which may be down. */
async function done(jobId: string): Promise<number> {
  const [row] = await stack.sql<{ done: number }[]>`
    select created + updated + unchanged + failed as done from jobs where id = ${jobId}`;
  return row?.done ?? 0;
}

async function ended(organization: ApiOrganization, jobId: string): Promise<Job> {
  return eventually(
    async () => {
      const job = await organization.api.get<Job>(`/v1/jobs/${jobId}`);
      return job.status !== "running" && job.status !== "queued" ? job : null;
    },
    { timeoutMs: 120_000, intervalMs: 200, message: "an ended job" },
  );
}

/** Every row has one result, one customer and one change, and every change is evaluated. */
async function expectOnce(organization: ApiOrganization, jobId: string): Promise<void> {
  await organization.settled();
  const [found] = await stack.sql`
    select count(*)::int as results, count(distinct position)::int as positions, max(position) as last,
           count(distinct customer_id)::int as customers,
           (select count(*)::int from customers where organization_id = ${organization.id} and version = 1) as once,
           (select count(*)::int from customers where organization_id = ${organization.id}) as "all",
           (select count(*)::int from changes c join evaluations e on e.change_id = c.id
            where c.organization_id = ${organization.id}) as evaluated,
           (select count(*)::int from job_pages where job_id = ${jobId}) as pages
    from job_results where job_id = ${jobId} and status = 'created'`;
  const all = { results: ROWS, positions: ROWS, last: ROWS, customers: ROWS, once: ROWS, all: ROWS, evaluated: ROWS };
  expect(found).toEqual({ ...all, pages: 0 });
}

it("an import does every row once, though worker and API are killed in the middle of it", async () => {
  const organization = await stack.organization();
  // Half of the rows have nothing but a name, by which a repeated page would make them twice.
  const rows = Array.from({ length: ROWS }, (_, n) => (n % 2 === 0 ? `C-${n},Customer ${n}` : `,Customer ${n}`));
  const job = await uploaded(organization, `externalId,name\n${rows.join("\n")}\n`);
  for (const [part, reached] of [
    [stack.worker, 500],
    [stack.api, 2_000],
    [stack.worker, 4_000],
  ] as const) {
    await eventually(async () => (await done(job.id)) >= reached, {
      ...{ intervalMs: 1, timeoutMs: 60_000, message: `${reached} rows done` },
    });
    expect(await done(job.id)).toBeLessThan(ROWS);
    await part.kill();
    await part.start();
  }
  await stack.ready();
  const { status, progress, error } = await ended(organization, job.id);
  expect({ status, error }).toEqual({ status: "completed", error: null });
  expect(progress).toMatchObject({ total: ROWS, done: ROWS, created: ROWS, failed: 0 });
  await expectOnce(organization, job.id);
  // The workflow ends a moment after the job does.
  await eventually(async () => {
    const handle = stack.client.workflow.getHandle(jobWorkflowId(organization.id, job.id));
    const { searchAttributes, status: execution } = await handle.describe();
    expect(searchAttributes).toMatchObject({ TriplineOrganization: [organization.id], TriplineStatus: ["completed"] });
    expect(execution.name).toBe("COMPLETED");
    return true;
  });
});

it("jobs whose start was lost are found, and run one after the other", async () => {
  const organization = await stack.organization();
  await stack.api.stop();
  await stack.api.start({ TEMPORAL_ADDRESS: "127.0.0.1:1" });
  const first = await uploaded(organization, "externalId,name\nC-1,First\n");
  const second = await uploaded(organization, "externalId,name\nC-1,Second\n");
  await ended(organization, first.id);
  expect((await ended(organization, second.id)).progress).toMatchObject({ updated: 1 });
  const { name } = await organization.api.get<{ name: string }>("/v1/customers/external:C-1");
  expect(name).toBe("Second");
  await stack.api.stop();
  await stack.api.start();
});

it("a cancelled import stops where it is", async () => {
  const organization = await stack.organization();
  const rows = Array.from({ length: ROWS }, (_, n) => `C-${n},Customer ${n}`);
  const job = await uploaded(organization, `externalId,name\n${rows.join("\n")}\n`);
  await eventually(async () => (await done(job.id)) > 0, { intervalMs: 1, message: "a first page" });
  const cancelled = await organization.api.post<Job>(`/v1/jobs/${job.id}/cancel`);
  expect(cancelled.status).toBe("cancelled");
  await organization.settled();
  const execution = stack.client.workflow.getHandle(jobWorkflowId(organization.id, job.id));
  await eventually(async () => (await execution.describe()).status.name === "COMPLETED", { message: "its end" });
  expect(await done(job.id)).toBe(cancelled.progress.done);
  expect(await organization.api.get("/v1/customers")).toMatchObject(
    cancelled.progress.done >= 10_000 ? { totalIsMore: true } : { total: cancelled.progress.done },
  );
});

/** A file of about this many MiB that is made as it is read. */
function endless(heading: string, mebibytes: number): ReadableStream<Uint8Array> {
  const row = new TextEncoder().encode(`${"C-1,Customer,".padEnd(1023, "x")}\n`);
  const chunk = Buffer.concat(Array.from({ length: 1_024 }, () => row));
  let left = mebibytes;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(heading)),
    pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
  });
}

it.each([
  ["an unknown column, as soon as the heading is read", "externalId,nope\n", 100, 422, "unknown_column"],
  ["more than 200 MiB, whatever length was announced", "externalId,name,city\n", 210, 413, "too_large"],
])("an upload is refused for %s, and leaves nothing", async (_what, heading, mebibytes, status, code) => {
  const organization = await stack.organization();
  const refused: unknown = await organization.api
    .upload("/v1/imports/customers", endless(heading, mebibytes))
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ status, problem: { code } });
  const [left] = await stack.sql`
    select (select count(*)::int from jobs where organization_id = ${organization.id}) as jobs,
           (select count(*)::int from job_pages where job_id not in (select id from jobs)) as pages`;
  expect(left).toEqual({ jobs: 0, pages: 0 });
});
