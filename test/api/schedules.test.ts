import { afterAll, beforeAll, expect, test } from "vitest";
import { beginRatings } from "../../db/schedules/ratingRuns.ts";
import { recomputePage } from "../../db/schedules/recomputePage.ts";
import { createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const PATH = "/v1/schedules/ratings";

test("a new organization has one at two in the morning of its own time", async () => {
  const admin = await api.organization({ timeZone: "Europe/Paris" });
  const { status, body } = await admin.get(PATH);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ at: "02:00", enabled: true, timeZone: "Europe/Paris", inForce: false, nextRuns: null },
    ...{ running: false, requested: false, lastRuns: [], updatedAt: expect.any(String) },
    temporalScheduleId: `ratings:${admin.organizationId}`,
  });
});

test("settings not sent stay, and the schedule follows the organization's time zone", async () => {
  const admin = await api.organization();
  const put = await admin.send("PUT", PATH, { body: { at: "23:05" } });
  expect(put).toMatchObject({ status: 200, body: { at: "23:05", enabled: true, timeZone: "UTC" } });
  await admin.patch(PATH, { enabled: false });
  await admin.patch("/v1/organization", { timeZone: "America/New_York" });
  expect((await admin.get(PATH)).body).toMatchObject({ at: "23:05", enabled: false, timeZone: "America/New_York" });
});

test.each([
  [{ at: "24:00" }, "at"],
  [{ at: "2:00" }, "at"],
  [{ at: "02:60" }, "at"],
  [{ at: 2 }, "at"],
  [{ enabled: "yes" }, "enabled"],
  [{ timeZone: "Europe/Paris" }, "timeZone"],
])("%j is refused at %s", async (body, path) => {
  const admin = await api.organization();
  expect(await admin.patch(PATH, body)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
});

test("a run can be asked for, any number of times", async () => {
  const admin = await api.organization();
  for (let time = 0; time < 2; time++) {
    expect(await admin.post(`${PATH}/trigger`)).toMatchObject({ status: 202, body: { requested: true } });
  }
  const [row] = await api.database.sql<{ count: number }[]>`
    select count(*)::int as count from organizations where id = ${admin.organizationId} and ratings_requested_at is not null`;
  expect(row?.count).toBe(1);
});

test("it says what Temporal says, and how the last runs went", async () => {
  const admin = await api.organization();
  api.temporal.schedule = { nextRuns: ["2026-10-25T01:00:00.000Z"], running: true };
  try {
    const id = `ratings:${admin.organizationId}-1`;
    await beginRatings(api.database.sql, admin.organizationId, id);
    await recomputePage(api.database.sql, admin.organizationId, id);
    const { body } = await admin.get(PATH);
    expect(body).toMatchObject({ running: true, nextRuns: ["2026-10-25T01:00:00.000Z"] });
    expect(body.lastRuns).toMatchObject([
      { status: "completed", total: 0, done: 0, changed: 0, temporalWorkflowId: id, finishedAt: expect.any(String) },
    ]);
    const user = { email: "am@acme.test", name: "A", role: "member", position: "accountManager" };
    const manager = await admin.withKey({ userId: (await admin.make("/v1/users", user)).id });
    expect((await manager.get(PATH)).body).toMatchObject({ at: "02:00", lastRuns: [] });
    expect((await (await api.organization()).get(PATH)).body.lastRuns).toEqual([]);
  } finally {
    api.temporal.schedule = null;
  }
});

test("retention is kept for ever unless set, and null takes a setting back", async () => {
  const admin = await api.organization();
  await admin.patch("/v1/organization", { retention: { changesDays: 90, runsDays: 30, jobsDays: 7 } });
  const { body } = await admin.patch("/v1/organization", { retention: { runsDays: null } });
  expect(body.retention).toEqual({ changesDays: 90, jobsDays: 7 });
  expect(await admin.patch("/v1/organization", { retention: { jobsDays: 0 } })).toMatchObject({ status: 422 });
});
