import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { elect, resign } from "../../db/election.ts";
import { WAITING_QUERIES } from "../../db/metrics.ts";
import { newId } from "../../db/uuid.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let customerId: string;
let channelId: string;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  customerId = (await admin.make("/v1/customers", { name: "Globex" })).id;
  channelId = (await admin.make("/v1/channels", { name: "Inbox", kind: "inApp" })).id;
});
afterAll(() => api.close());

const scrape = async () => (await api.send(null, "GET", "/metrics")).text;
const doc = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const names = (text: string) => [...new Set(text.match(/\btripline_[a-z_]+/g))];

/** One run of each status, created so many seconds ago; answers their ids by status. */
async function insertRuns(ages: Record<string, number>): Promise<void> {
  for (const [status, age] of Object.entries(ages)) {
    await api.database.sql`
      insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, status, actions, created_at)
      values (${newId()}, ${admin.organizationId}, ${newId()}, 1, ${customerId}, ${newId()}, ${newId()}, ${status}, '[]',
              now() - make_interval(secs => ${age}))`;
  }
}

async function insertNotification(status: string, age: number): Promise<void> {
  await api.database.sql`
    insert into notifications (id, organization_id, channel_id, kind, digest, recipient, subject, body, status, created_at)
    values (${newId()}, ${admin.organizationId}, ${channelId}, 'inApp', 'hourly', '{}', '', '', ${status},
            now() - make_interval(secs => ${age}))`;
}

async function insertTimer(kind: string, dueInSeconds: number): Promise<void> {
  await api.database.sql`
    insert into timers (id, organization_id, shard, customer_id, kind, rule_id, rule_version, change_id, due_at)
    values (${newId()}, ${admin.organizationId}, 0, ${customerId}, ${kind}, ${newId()}, 1, ${newId()},
            now() + make_interval(secs => ${dueInSeconds}))`;
}

/** The value of one sample; fails where there is none. */
function sample(text: string, name: string, labels = ""): number {
  const line = text.split("\n").find((one) => one.startsWith(`${name}${labels} `));
  if (line === undefined) throw new Error(`no sample ${name}${labels}`);
  return Number(line.slice(line.lastIndexOf(" ")));
}

test("every metric that the alerts and the operations page name is answered", async () => {
  const text = await scrape();
  const answered = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]));
  const named = [...names(await doc("alerts.yml")), ...names(await doc("operations.md"))];
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !answered.has(name))).toEqual([]);
});

test("the operations page tells of every gauge and of the section that each alert names", async () => {
  const page = await doc("operations.md");
  const gauges = [...(await scrape()).matchAll(/^# TYPE (tripline_\S+) gauge/gm)].map((match) => match[1]!);
  expect(gauges.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const sections = [...(await doc("alerts.yml")).matchAll(/section: (.+)/g)].map((match) => match[1]!);
  expect(sections.length).toBeGreaterThan(10);
  expect(sections.filter((title) => !page.includes(`\n## ${title}\n`))).toEqual([]);
});

test("every statement of the operations page is understood", async () => {
  const statements = [...(await doc("operations.md")).matchAll(/```sql\n(.*?)```/gs)].flatMap(([, block]) =>
    block!.split(";").filter((statement) => statement.trim() !== ""),
  );
  expect(statements.length).toBeGreaterThan(4);
  for (const statement of statements) {
    expect(statement.replace(/^\s*--.*$/gm, "")).toMatch(/^\s*select\b/);
    await api.database.sql.unsafe(statement);
  }
});

test("open runs, notifications and timers are counted with their ages, ended ones are not", async () => {
  await insertRuns({ held: 7_200, planned: 30, applied: 90_000, failed: 90_000 });
  await insertRuns({ held: 60 });
  await insertNotification("planned", 600);
  await insertNotification("sent", 90_000);
  await insertNotification("failed", 3_600);
  await insertNotification("failed", 3 * 86_400);
  await insertTimer("wait", -120);
  await insertTimer("wait", 3_600);
  await insertTimer("forDays", 3_600);
  const text = await scrape();
  expect(sample(text, "tripline_runs_open", '{status="held"}')).toBe(2);
  expect(sample(text, "tripline_runs_open", '{status="planned"}')).toBe(1);
  expect(sample(text, "tripline_runs_open", '{status="running"}')).toBe(0);
  expect(sample(text, "tripline_runs_oldest_seconds", '{status="held"}')).toBeGreaterThanOrEqual(7_200);
  expect(sample(text, "tripline_notifications_open", '{status="planned",kind="inApp"}')).toBe(1);
  expect(sample(text, "tripline_notifications_oldest_seconds", '{status="planned",kind="inApp"}')).toBeGreaterThan(599);
  expect(sample(text, "tripline_notifications_open", '{status="planned",kind="email"}')).toBe(0);
  expect(sample(text, "tripline_notifications_failed", '{kind="inApp"}')).toBe(1);
  expect(sample(text, "tripline_timers", '{kind="wait"}')).toBe(2);
  expect(sample(text, "tripline_timers_overdue", '{kind="wait"}')).toBe(1);
  expect(sample(text, "tripline_timers_overdue_seconds", '{kind="wait"}')).toBeGreaterThanOrEqual(120);
  expect(sample(text, "tripline_timers_overdue", '{kind="forDays"}')).toBe(0);
});

test("what waits because its organization's rules are stopped has no age that would raise an alert", async () => {
  await api.database.sql`update change_queue set queued_at = now() - interval '1 hour'`;
  expect(sample(await scrape(), "tripline_changes_oldest_seconds", '{lane="live"}')).toBeGreaterThanOrEqual(3_600);
  await admin.make("/v1/organization/stop_rules", {});
  const text = await scrape();
  expect(sample(text, "tripline_changes_oldest_seconds", '{lane="live"}')).toBe(0);
  expect(sample(text, "tripline_changes_unevaluated", '{lane="live"}')).toBe(1);
  expect(sample(text, "tripline_timers_overdue", '{kind="wait"}')).toBe(0);
  expect(sample(text, "tripline_organizations_stopped")).toBe(1);
  await admin.make("/v1/organization/start_rules", {});
});

test("recomputations of nights are late from the second one on", async () => {
  const { sql } = api.database;
  const late = async (days: number, enabled: boolean) => {
    await sql`update organizations set ratings_as_of = current_date - ${days}::int, ratings_enabled = ${enabled}`;
    return sample(await scrape(), "tripline_ratings_late");
  };
  expect([await late(1, true), await late(3, true), await late(3, false)]).toEqual([0, 1, 0]);
});

test("workers are told to be up while one of them is elected", async () => {
  expect(sample(await scrape(), "tripline_reconciler_up")).toBe(0);
  const session = await api.database.sql.reserve();
  expect(await elect(session)).toBe(true);
  expect(sample(await scrape(), "tripline_reconciler_up")).toBe(1);
  await resign(session);
  session.release();
  expect(sample(await scrape(), "tripline_reconciler_up")).toBe(0);
});

describe("however much is settled, no metric reads through it", () => {
  const SETTLED = 20_000;
  beforeAll(async () => {
    const { sql } = api.database;
    await sql`
      insert into rule_runs (id, organization_id, rule_id, rule_version, customer_id, change_id, root_id, status, actions)
      select gen_random_uuid(), ${admin.organizationId}, gen_random_uuid(), 1, ${customerId}, gen_random_uuid(), gen_random_uuid(),
             'applied', '[]' from generate_series(1, ${SETTLED})`;
    await sql`
      insert into notifications (id, organization_id, channel_id, kind, digest, recipient, subject, body, status)
      select gen_random_uuid(), ${admin.organizationId}, ${channelId}, 'inApp', 'hourly', '{}', '', '', 'sent'
      from generate_series(1, ${SETTLED})`;
    await sql`
      insert into evaluations (change_id, organization_id, customer_id, outcome)
      select gen_random_uuid(), ${admin.organizationId}, ${customerId}, 'evaluated' from generate_series(1, ${SETTLED})`;
    await sql`vacuum analyze rule_runs, notifications, evaluations`;
  });

  test.each(Object.entries(WAITING_QUERIES))("%s", async (_name, query) => {
    const { sql } = api.database;
    const plan = await sql<{ "QUERY PLAN": string }[]>`explain ${query(sql)}`;
    const lines = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(lines).not.toMatch(/Seq Scan on (rule_runs|notifications|evaluations|changes|customers)\b/);
  });
});
