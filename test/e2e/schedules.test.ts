import { afterAll, beforeAll, expect, it } from "vitest";
import { passDays } from "../db/support/passDays.ts";
import type { ApiOrganization } from "../helpers/apiOrganization.ts";
import { eventually } from "../helpers/poll.ts";
import { type Stack, startStack } from "../helpers/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const PATH = "/v1/schedules/ratings";

interface Schedule {
  at: string;
  timeZone: string;
  inForce: boolean;
  nextRuns: string[] | null;
  lastRuns: { status: string; total: number; done: number; changed: number; temporalWorkflowId: string }[];
}

const look = (organization: ApiOrganization) => organization.api.get<Schedule>(PATH);
const lastRun = (organization: ApiOrganization) =>
  eventually(
    async () => {
      const [last] = (await look(organization)).lastRuns;
      return last?.status === "completed" && last;
    },
    { timeoutMs: 60_000, message: "a run that has ended" },
  );

/** Local times of the next runs, once Temporal has taken the settings over. */
async function nextRuns(organization: ApiOrganization): Promise<string[]> {
  const { nextRuns, timeZone } = await eventually(async () => {
    const schedule = await look(organization);
    return schedule.inForce && (schedule.nextRuns?.length ?? 0) > 0 && schedule;
  });
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
  return nextRuns!.map((time) => clock.format(new Date(time)));
}

/** Customers who owe something that was due yesterday, and as many who do not. */
async function overnight(organization: ApiOrganization, count: number): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const items = Array.from({ length: 2 * count }, (_, n) => ({ externalId: `C-${n}`, name: `Customer ${n}` }));
  await organization.api.post("/v1/bulk/customers", { items });
  await organization.api.post("/v1/bulk/invoices", {
    items: items.map(({ externalId }, n) => ({
      ...{ customerId: `external:${externalId}`, issuedAt: today, amount: 100 },
      dueAt: n < count ? today : "2999-01-01",
    })),
  });
  await organization.settled();
  await passDays(stack.sql, organization.id, 1);
}

/** Every customer who moved has one change of the schedule, and it is evaluated. */
async function expectMoved(organization: ApiOrganization, count: number): Promise<void> {
  await organization.settled();
  const [row] = await stack.sql`
    select count(*)::int as changes, count(distinct c.customer_id)::int as customers, count(e.change_id)::int as evaluated,
           (select count(*)::int from customers where organization_id = ${organization.id} and overdue = 100) as overdue
    from changes c left join evaluations e on e.change_id = c.id
    where c.organization_id = ${organization.id} and c.source = 'schedule'`;
  expect(row).toEqual({ changes: count, customers: count, evaluated: count, overdue: count });
}

it("a schedule comes with its organization, follows settings and time zone, and is run by hand", async () => {
  const organization = await stack.organization({ timeZone: "Asia/Tokyo" });
  expect(new Set(await nextRuns(organization))).toEqual(new Set(["02:00"]));
  const edited = await organization.api.send("PUT", PATH, { at: "04:45" });
  expect(edited.status).toBe(200);
  expect(new Set(await nextRuns(organization))).toEqual(new Set(["04:45"]));
  await organization.api.send("PATCH", "/v1/organization", { timeZone: "UTC" });
  expect(new Set(await nextRuns(organization))).toEqual(new Set(["04:45"]));

  const agency = await organization.workflow("Agency");
  await organization.activate({
    ...{ name: "overdue", trigger: { type: "customerCreatedOrUpdated" } },
    filters: [{ field: "overdueDays", op: "between", min: 1 }],
    actions: [{ type: "assignWorkflow", workflowId: agency }],
  });
  await overnight(organization, 20);
  await organization.api.post(`${PATH}/trigger`);
  expect(await lastRun(organization)).toMatchObject({ total: 20, done: 20, changed: 20 });
  await expectMoved(organization, 20);
  const assigned = JSON.stringify([{ field: "workflow", op: "is", values: [agency] }]);
  const { total } = await organization.api.get<{ total: number }>(
    `/v1/customers?filter=${encodeURIComponent(assigned)}`,
  );
  expect(total).toBe(20);
});

it("a run goes on where a killed worker left it, and moves everybody once", async () => {
  const organization = await stack.organization();
  await nextRuns(organization);
  await overnight(organization, 2_500);
  await stack.sql.begin(async (tx) => {
    // The last page waits for this lock.
    await tx`
      select from customers where organization_id = ${organization.id} and external_id = 'C-2499' for update`;
    await organization.api.post(`${PATH}/trigger`);
    await eventually(async () => ((await look(organization)).lastRuns[0]?.done ?? 0) >= 1_000, {
      ...{ timeoutMs: 60_000, message: "a first page" },
    });
    await stack.worker.kill();
  });
  await stack.worker.start();
  expect(await lastRun(organization)).toMatchObject({ total: 2_500, done: 2_500, changed: 2_500 });
  await expectMoved(organization, 2_500);
});

it("a run that is asked for while no worker is there starts when one is back", async () => {
  const organization = await stack.organization();
  await nextRuns(organization);
  await stack.worker.stop();
  expect(await organization.api.post(`${PATH}/trigger`)).toMatchObject({ requested: true });
  await stack.worker.start();
  expect(await lastRun(organization)).toMatchObject({ total: 0, changed: 0 });
});
