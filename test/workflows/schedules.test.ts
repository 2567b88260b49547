import { randomUUID } from "node:crypto";
import type { ScheduleHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimInstallation } from "../../db/installation.ts";
import { listRatingRuns } from "../../db/schedules/ratingRuns.ts";
import { editRatingSchedule, getRatingSchedule, requestRatings } from "../../db/schedules/ratingSchedule.ts";
import { inTransaction } from "../../db/transaction.ts";
import { applyRatingSchedule, describeRatingSchedule } from "../../temporal/schedules.ts";
import { Backoff } from "../../worker/backoff.ts";
import { doRound } from "../../worker/reconciler.ts";
import { checkSchedules } from "../../worker/schedules.ts";
import { ratingsScheduleId, retentionScheduleId } from "../../workflows/contract.ts";
import { passDays } from "../db/support/passDays.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { NAMESPACE, temporalAddress } from "../helpers/temporal.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let worker: TestWorker;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporalAddress() });
});
afterAll(async () => {
  await worker?.stop();
  await database?.drop();
});

const scheduleOf = (org: TestOrganization): ScheduleHandle =>
  worker.client.schedule.getHandle(ratingsScheduleId(org.id));
const round = () => doRound(worker.reconciler, new Backoff(0, 0));
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

/** The Sunday of a month on which clocks change: the last one, or the so-manieth. */
function sunday(year: number, month: number, which: number | "last"): Date {
  const days = Array.from({ length: 31 }, (_, index) => new Date(Date.UTC(year, month - 1, index + 1)));
  const sundays = days.filter((date) => date.getUTCMonth() === month - 1 && date.getUTCDay() === 0);
  return sundays.at(which === "last" ? -1 : which - 1)!;
}

/** Local times, with UTC, of the three runs that Temporal describes from the day before `change` on. */
async function described(timeZone: string, at: string, change: Date): Promise<string[]> {
  const schedule = { organizationId: randomUUID(), at, enabled: true, timeZone };
  await applyRatingSchedule(worker.client, "nobody", schedule, new Date());
  const handle = worker.client.schedule.getHandle(ratingsScheduleId(schedule.organizationId));
  const from = new Date(change.getTime() - 36 * 3_600_000);
  await handle.update(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, startAt: from } }));
  const { info } = await handle.describe();
  await handle.delete();
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return info.nextActionTimes.slice(0, 3).map((time) => {
    const [date = "", local] = clock.format(time).split(" ");
    const days = (Date.parse(date) - change.getTime()) / 86_400_000;
    return `day ${days}: ${local} (${time.toISOString().slice(11, 16)})`;
  });
}

describe("over a change of clocks Temporal describes one run a day", () => {
  const year = new Date().getUTCFullYear() + 1;
  const forward = sunday(year, 3, "last");
  const back = sunday(year, 10, "last");

  it.each([
    // 02:00 to 02:59 do not come on that day, and are run an hour later.
    ["02:00", ["day -1: 02:00 (01:00)", "day 0: 03:00 (01:00)", "day 1: 02:00 (00:00)"]],
    ["02:30", ["day -1: 02:30 (01:30)", "day 0: 03:30 (01:30)", "day 1: 02:30 (00:30)"]],
    ["01:59", ["day -1: 01:59 (00:59)", "day 0: 01:59 (00:59)", "day 1: 01:59 (23:59)"]],
    ["03:00", ["day -1: 03:00 (02:00)", "day 0: 03:00 (01:00)", "day 1: 03:00 (01:00)"]],
  ])("where clocks are put forward, at %s", async (at, expected) => {
    expect(await described("Europe/Paris", at, forward)).toEqual(expected);
  });

  it.each([
    // 02:00 to 02:59 come twice on that day, and are run the second time.
    ["02:00", ["day -1: 02:00 (00:00)", "day 0: 02:00 (01:00)", "day 1: 02:00 (01:00)"]],
    ["02:30", ["day -1: 02:30 (00:30)", "day 0: 02:30 (01:30)", "day 1: 02:30 (01:30)"]],
    ["03:00", ["day -1: 03:00 (01:00)", "day 0: 03:00 (02:00)", "day 1: 03:00 (02:00)"]],
  ])("where they are put back, at %s", async (at, expected) => {
    expect(await described("Europe/Paris", at, back)).toEqual(expected);
  });

  it("where they are put forward on another day", async () => {
    expect(await described("America/New_York", "02:00", sunday(year, 3, 2))).toEqual([
      "day -1: 02:00 (07:00)",
      "day 0: 03:00 (07:00)",
      "day 1: 02:00 (06:00)",
    ]);
  });
});

describe("an organization's schedule", () => {
  it("is made by the reconciler, skips what overlaps, catches up one day, and says whose it is", async () => {
    const org = await createTestOrganization(database.sql, { timeZone: "Europe/Paris" });
    await round();
    const { spec, policies, state, action } = await scheduleOf(org).describe();
    expect(policies).toEqual({ overlap: "SKIP", catchupWindow: 86_400_000, pauseOnFailure: false });
    expect(spec).toMatchObject({ timezone: "Europe/Paris" });
    expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2, end: 2 }], minute: [{ start: 0, end: 0 }] });
    expect(state.paused).toBe(false);
    expect(action).toMatchObject({
      ...{ workflowType: "recomputeRatingsWorkflow", workflowId: `ratings:${org.id}`, taskQueue: worker.taskQueue },
      args: [{ organizationId: org.id }],
    });
    expect(await getRatingSchedule(database.sql, org.id)).toMatchObject({ at: "02:00", enabled: true, inForce: true });
  });

  it("follows its settings and the organization's time zone", async () => {
    const org = await createTestOrganization(database.sql);
    await round();
    const edited = await inTransaction(database.sql, (tx) => editRatingSchedule(tx, org.id, { at: "23:45" }));
    expect(edited).toMatchObject({ at: "23:45", enabled: true, timeZone: "UTC", inForce: false });
    await database.sql`update organizations set time_zone = 'Asia/Tokyo' where id = ${org.id}`;
    await round();
    const state = await describeRatingSchedule(worker.client, org.id);
    expect(state?.nextRuns[0]).toMatch(/T14:45:00/);
    expect(await getRatingSchedule(database.sql, org.id)).toMatchObject({ timeZone: "Asia/Tokyo", inForce: true });
    await inTransaction(database.sql, (tx) => editRatingSchedule(tx, org.id, { enabled: false }));
    await round();
    expect(await describeRatingSchedule(worker.client, org.id)).toEqual({ nextRuns: [], running: false });
    expect((await scheduleOf(org).describe()).state.paused).toBe(true);
  });

  it("is made anew where it is missing or was changed in Temporal", async () => {
    const [lost, changed, right] = await Promise.all(
      Array.from({ length: 3 }, () => createTestOrganization(database.sql)),
    );
    const inForce = async (...orgs: TestOrganization[]) =>
      (await Promise.all(orgs.map(({ id }) => getRatingSchedule(database.sql, id)))).map((one) => one.inForce);
    await eventually(async () => {
      // What the list shows is some moments behind: what it lacks is forgotten meanwhile, and made once more.
      await round();
      await checkSchedules(worker.reconciler, false);
      return (await inForce(lost!, changed!, right!)).every(Boolean);
    });
    await scheduleOf(lost!).delete();
    await scheduleOf(changed!).update(({ spec, ...rest }) => ({
      ...rest,
      spec: { calendars: [{ hour: 5 }], timezone: "UTC" },
    }));
    await eventually(async () => {
      await checkSchedules(worker.reconciler, false);
      return !(await inForce(lost!, changed!)).some(Boolean);
    });
    await round();
    for (const org of [lost!, changed!]) {
      expect((await scheduleOf(org).describe()).spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2 }] });
    }
  });

  it("is beside one for the installation that trims history once an hour", async () => {
    const installation = await claimInstallation(database.sql, NAMESPACE);
    await checkSchedules(worker.reconciler, true);
    const { spec, action, policies } = await worker.client.schedule
      .getHandle(retentionScheduleId(installation))
      .describe();
    expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
    expect(policies.overlap).toBe("SKIP");
    expect(action).toMatchObject({ workflowType: "retentionWorkflow" });
  });
});

describe("a run that is asked for", () => {
  it("recomputes, raises changes that are evaluated, and is shown with its counts", async () => {
    const org = await createTestOrganization(database.sql);
    const agency = await org.workflow("Agency");
    await org.activate({
      ...{ name: "overdue", trigger: { type: "customerCreatedOrUpdated" } },
      filters: [{ field: "overdue", op: "between", min: 1 }],
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    await org.customers(["a", "b"].map((externalId) => ({ externalId, name: externalId })));
    await org.invoices([{ customerId: "external:a", issuedAt: day(-30), dueAt: day(0), amount: 100 }]);
    await passDays(database.sql, org.id, 1);
    await inTransaction(database.sql, (tx) => requestRatings(tx, org.id));
    await eventually(async () => {
      await round();
      return (await listRatingRuns(database.sql, org.id, 1))[0]?.status === "completed";
    });
    const [run] = await listRatingRuns(database.sql, org.id, 1);
    expect(run).toMatchObject({ total: 1, done: 1, changed: 1, asOf: day(0) });
    expect((await getRatingSchedule(database.sql, org.id)).requested).toBe(false);
    await eventually(async () => {
      const [row] = await database.sql`
        select workflow_id as workflow from customers where organization_id = ${org.id} and external_id = 'a'`;
      return row?.workflow === agency;
    });
    const execution = worker.client.workflow.getHandle(run!.temporalWorkflowId);
    await eventually(async () => (await execution.describe()).status.name === "COMPLETED");
    const { searchAttributes, memo } = await execution.describe();
    expect(searchAttributes).toMatchObject({ TriplineOrganization: [org.id], TriplineStatus: ["completed"] });
    expect(memo).toMatchObject({ organizationId: org.id });
  });

  it("is skipped while one is under way", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([{ externalId: "a", name: "a" }]);
    await org.invoices([{ customerId: "external:a", issuedAt: day(-30), dueAt: day(0), amount: 100 }]);
    await passDays(database.sql, org.id, 1);
    const ask = () => inTransaction(database.sql, (tx) => requestRatings(tx, org.id));
    await inTransaction(database.sql, async (tx) => {
      // The run waits for this lock.
      await tx`select id from customers where organization_id = ${org.id} for update`;
      await ask();
      await eventually(async () => {
        await round();
        return (await describeRatingSchedule(worker.client, org.id))?.running;
      });
      await ask();
      await ask();
      await eventually(async () => {
        await round();
        return (await scheduleOf(org).describe()).info.numActionsSkippedOverlap === 1;
      });
      expect((await scheduleOf(org).describe()).info.numActionsTaken).toBe(1);
    });
    await eventually(async () => (await listRatingRuns(database.sql, org.id, 1))[0]?.status === "completed");
    expect(await listRatingRuns(database.sql, org.id, 5)).toHaveLength(1);
  });

  it("starts also where the schedule is switched off", async () => {
    const org = await createTestOrganization(database.sql);
    await inTransaction(database.sql, (tx) => editRatingSchedule(tx, org.id, { enabled: false }));
    await inTransaction(database.sql, (tx) => requestRatings(tx, org.id));
    await eventually(async () => {
      await round();
      return (await listRatingRuns(database.sql, org.id, 1))[0]?.status === "completed";
    });
  });
});
