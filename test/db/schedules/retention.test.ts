import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJob } from "../../../db/jobs/jobs.ts";
import { trimSlice } from "../../../db/schedules/retention.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** Everything of the organization's history becomes this old. */
async function age(org: TestOrganization, days: number): Promise<void> {
  const { sql } = database;
  // Ids of runs and digests begin with the time; moving it keeps their order.
  const older = (column: string) => sql`
    (lpad(to_hex(('x' || left(replace(${sql(column)}::text, '-', ''), 12))::bit(48)::bigint - ${days * 86_400_000}::bigint), 12, '0')
     || substr(replace(${sql(column)}::text, '-', ''), 13))::uuid`;
  const past = sql`make_interval(days => ${days}::int)`;
  await sql.begin(async (tx) => {
    await tx`alter table notifications drop constraint if exists notifications_run_id_fkey`;
    await tx`update changes set created_at = created_at - ${past} where organization_id = ${org.id}`;
    await tx`update notifications set id = ${older("id")}, run_id = ${older("run_id")}, created_at = created_at - ${past} where organization_id = ${org.id}`;
    await tx`
      update rule_runs set id = ${older("id")}, created_at = created_at - ${past}, finished_at = finished_at - ${past} where organization_id = ${org.id}`;
    await tx`update jobs set finished_at = finished_at - ${past} where organization_id = ${org.id}`;
    await tx`alter table notifications add constraint notifications_run_id_fkey foreign key (run_id) references rule_runs`;
  });
}

const keep = (org: TestOrganization, retention: Record<string, number>) =>
  database.sql`update organizations set retention = ${database.sql.json(retention)}, trimmed_at = null where id = ${org.id}`;

async function trim() {
  const { trimmed, position } = await trimSlice(database.sql, null, () => true);
  expect(position).toBeNull();
  return trimmed;
}

async function left(org: TestOrganization) {
  const [row] = await database.sql`
    select (select count(*)::int from changes where organization_id = ${org.id}) as changes,
           (select count(*)::int from evaluations where organization_id = ${org.id}) as evaluations,
           (select count(*)::int from rule_runs where organization_id = ${org.id}) as runs,
           (select count(*)::int from notifications where organization_id = ${org.id}) as notifications`;
  return row;
}

const assign = (workflowId: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  name: "assign",
  trigger: { type: "customerCreated" },
  filters: [],
  actions: [{ type: "assignWorkflow", workflowId }],
  ...more,
});

/** Two customers: one with a run and its own change, both with three writes, all evaluated. */
async function history(): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  await org.activate(assign(workflowId, { filters: [{ field: "name", op: "is", values: ["a"] }] }));
  for (const city of ["Paris", "Lyon", "Nice"]) {
    await org.customers(["a", "b"].map((externalId) => ({ externalId, name: externalId, city })));
  }
  await org.evaluateAll();
  return org;
}

describe("trimming by the organization's setting", () => {
  it("keeps everything where nothing is set, and everything that is younger", async () => {
    const org = await history();
    const before = await left(org);
    expect(before).toEqual({ changes: 7, evaluations: 7, runs: 1, notifications: 0 });
    await age(org, 100);
    await trim();
    expect(await left(org)).toEqual(before);
    await keep(org, { changesDays: 101, runsDays: 101, jobsDays: 101 });
    await trim();
    expect(await left(org)).toEqual(before);
  });

  it("takes changes with their evaluations, but for each customer's last and those that a kept run names", async () => {
    const org = await history();
    await age(org, 100);
    await keep(org, { changesDays: 99 });
    expect(await trim()).toMatchObject({ changes: 4, runs: 0 });
    expect(await left(org)).toEqual({ changes: 3, evaluations: 3, runs: 1, notifications: 0 });
    const kept = await database.sql`
      select u.external_id as customer, c.version from changes c join customers u on u.id = c.customer_id
      where c.organization_id = ${org.id} order by 1, 2`;
    // a's fourth change is the one that the run made.
    expect(kept).toEqual([
      { customer: "a", version: 1 },
      { customer: "a", version: 4 },
      { customer: "b", version: 3 },
    ]);
    await org.customers([{ externalId: "b", city: "Rome" }]);
    expect(await org.evaluateAll()).toBe(1);
  });

  it("takes runs, and then their changes with them", async () => {
    const org = await history();
    await age(org, 100);
    await keep(org, { changesDays: 99, runsDays: 99 });
    expect(await trim()).toMatchObject({ changes: 5, runs: 1 });
    expect(await left(org)).toEqual({ changes: 2, evaluations: 2, runs: 0, notifications: 0 });
  });

  it("leaves other organizations alone, and looks at each once a day", async () => {
    const [org, other] = [await history(), await history()];
    await age(org, 100);
    await age(other, 100);
    await keep(org, { changesDays: 99 });
    await trim();
    expect(await left(other)).toMatchObject({ changes: 7 });
    await database.sql`update organizations set retention = '{"changesDays": 1, "runsDays": 1}' where id = ${org.id}`;
    expect(await trim()).toMatchObject({ changes: 0, runs: 0 });
    await database.sql`update organizations set trimmed_at = now() - interval '1 day' where id = ${org.id}`;
    expect(await trim()).toMatchObject({ changes: 1, runs: 1 });
  });

  it("takes ended jobs with their results, in batches, and no open ones", async () => {
    const org = await createTestOrganization(database.sql);
    const job = (status: "queued" | "receiving") =>
      createJob(database.sql, {
        ...{ organizationId: org.id, kind: "customerImport" as const, status, dryRun: false, source: "csv" as const },
        ...{ actor: null, input: { columns: [], ignoredColumns: [] }, total: 0 },
      });
    const [ended, open] = [await job("queued"), await job("queued")];
    await database.sql`update jobs set status = 'completed', finished_at = now() where id = ${ended.id}`;
    await database.sql`
      insert into job_results (job_id, position, status)
      select id, n, 'created' from jobs, generate_series(1, 12000) n where id in (${ended.id}, ${open.id})`;
    await age(org, 10);
    await keep(org, { jobsDays: 5 });
    expect(await trim()).toMatchObject({ jobs: 1, jobResults: 12_000 });
    const rows = await database.sql`
      select j.id, (select count(*)::int from job_results r where r.job_id = j.id) as results from jobs j where organization_id = ${org.id}`;
    expect(rows).toEqual([{ id: open.id, results: 12_000 }]);
  });

  it("takes ended backfills with their results, and no open ones", async () => {
    const org = await createTestOrganization(database.sql);
    const backfill = async (status: "completed" | "paused") => {
      const [row] = await database.sql<{ id: string }[]>`
        insert into backfills (id, organization_id, status, rules, dry_run, notifications, irreversible, source, actor, finished_at)
        values (gen_random_uuid(), ${org.id}, ${status}, '[]', false, false, false, 'api', '{}',
                case when ${status} = 'completed' then now() - interval '10 days' end)
        returning id`;
      await database.sql`
        insert into backfill_results (backfill_id, customer_id, status)
        select ${row!.id}, gen_random_uuid(), 'changed' from generate_series(1, 6000)`;
      return row!.id;
    };
    await backfill("completed");
    const open = await backfill("paused");
    await keep(org, { jobsDays: 5 });
    expect(await trim()).toMatchObject({ jobs: 1, jobResults: 6_000 });
    const rows = await database.sql`
      select b.id, (select count(*)::int from backfill_results r where r.backfill_id = b.id) as results
      from backfills b where organization_id = ${org.id}`;
    expect(rows).toEqual([{ id: open, results: 6_000 }]);
  });

  it("goes on where it stopped, batch by batch", async () => {
    const org = await createTestOrganization(database.sql);
    const names = Array.from({ length: 1_000 }, (_, index) => `C${index}`);
    for (let write = 0; write < 7; write++) {
      await org.customers(names.map((externalId) => ({ externalId, name: `${externalId} ${write}` })));
    }
    await org.evaluateAll();
    await age(org, 10);
    await keep(org, { changesDays: 5 });
    let trimmed = 0;
    let slices = 0;
    let position: Awaited<ReturnType<typeof trimSlice>>["position"] = null;
    do {
      let batches = 0;
      const slice: Awaited<ReturnType<typeof trimSlice>> = await trimSlice(database.sql, position, () => batches++ < 1);
      ({ position } = slice);
      trimmed += slice.trimmed.changes;
      slices += 1;
    } while (position !== null);
    expect(trimmed).toBe(6_000);
    expect(slices).toBeGreaterThan(4);
    expect(await left(org)).toMatchObject({ changes: 1_000, evaluations: 1_000 });
  });
});

describe("what is open is never trimmed:", () => {
  it("changes that wait for evaluation, with the runs of their customers", async () => {
    const org = await history();
    await org.customers([{ externalId: "a", city: "Rome" }]);
    await org.customers([{ externalId: "a", city: "Turin" }]);
    await age(org, 100);
    await keep(org, { changesDays: 1, runsDays: 1 });
    await trim();
    expect(await left(org)).toMatchObject({ runs: 1 });
    expect(await org.evaluateAll()).toBe(2);
  });

  it.each(["planned", "running", "held", "gathering"])("runs with a notification that is %s", async (status) => {
    const org = await createTestOrganization(database.sql);
    const channelId = await org.channel("inApp");
    const to = [{ userId: await org.user("ann@acme.test") }];
    await org.activate({
      ...{ name: "tell", trigger: { type: "customerCreated" }, filters: [] },
      actions: [{ type: "sendNotification", channelId, to, body: "hello" }],
    });
    await org.customers([{ externalId: "a", name: "a" }]);
    await org.evaluateAll();
    await database.sql`update notifications set status = ${status} where organization_id = ${org.id}`;
    await database.sql`update rule_runs set status = 'failed', finished_at = now() where organization_id = ${org.id}`;
    await age(org, 100);
    await keep(org, { runsDays: 1 });
    await trim();
    expect(await left(org)).toMatchObject({ runs: 1, notifications: 1 });
    await database.sql`update notifications set status = 'sent' where organization_id = ${org.id}`;
    await keep(org, { runsDays: 1 });
    expect(await trim()).toMatchObject({ runs: 1, notifications: 1 });
  });

  it.each(["planned", "held", "running", "waiting"])(
    "runs that are %s, and every run of their root",
    async (status) => {
      const org = await history();
      await database.sql`
      insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, status, actions, kind)
      select gen_random_uuid(), organization_id, gen_random_uuid(), 1, customer_id, change_id, root_id, ${status}, '[]', 'replay'
      from rule_runs where organization_id = ${org.id}`;
      await age(org, 100);
      await keep(org, { runsDays: 1, changesDays: 1 });
      expect(await trim()).toMatchObject({ runs: 0 });
      await database.sql`update rule_runs set status = 'applied' where organization_id = ${org.id} and status = ${status}`;
      await keep(org, { runsDays: 1 });
      expect((await trim()).runs).toBeGreaterThan(0);
    },
  );

  it("runs that a cooldown of their rule may still look at", async () => {
    const org = await createTestOrganization(database.sql);
    const channelId = await org.channel("inApp");
    const to = [{ userId: await org.user("ann@acme.test") }];
    await org.activate({
      ...{ name: "tell", trigger: { type: "customerCreated" }, filters: [] },
      actions: [{ type: "sendNotification", channelId, to, body: "hello", cooldownHours: 240 }],
    });
    await org.customers([{ externalId: "a", name: "a" }]);
    await org.evaluateAll();
    await database.sql`update notifications set status = 'sent' where organization_id = ${org.id}`;
    await database.sql`update rule_runs set status = 'applied', finished_at = now() where organization_id = ${org.id}`;
    await age(org, 9);
    await keep(org, { runsDays: 1 });
    expect(await trim()).toMatchObject({ runs: 0 });
    await age(org, 2);
    await keep(org, { runsDays: 1 });
    expect(await trim()).toMatchObject({ runs: 1, notifications: 1 });
  });

  it("what a rule remembers that it has fired for", async () => {
    const org = await history();
    await database.sql`
      insert into rule_states (customer_id, rule_id, organization_id, change_id)
      select customer_id, rule_id, organization_id, change_id from rule_runs where organization_id = ${org.id}`;
    await age(org, 100);
    await keep(org, { runsDays: 1, changesDays: 1 });
    await trim();
    expect(await left(org)).toMatchObject({ runs: 1 });
  });
});
