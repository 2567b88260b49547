import { afterAll, beforeAll, expect, it } from "vitest";
import { carryOut } from "../../db/backfills/support.ts";
import { finish } from "../support/jobs.ts";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { createScene, DAY, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

/** A backfill of a rule that was activated when these customers stood already, carried through. */
async function backfilled(scene: Scene, more: Record<string, unknown> = {}, request: Record<string, unknown> = {}) {
  const ids: string[] = [];
  for (const name of ["A", "B", "C"]) ids.push(await scene.customer({ name }));
  await scene.evaluate();
  const ruleId = await scene.rule(more);
  const { id } = await scene.client.make("/v1/backfills", { ruleIds: [ruleId], ...request });
  const { status } = await carryOut(api.database.sql, scene.client.organizationId, id);
  expect(status).toBe("completed");
  await scene.evaluate();
  return { ids, ruleId, backfillId: id };
}

async function undo(scene: Scene, backfillId: string, dryRun: boolean) {
  const { status, body } = await scene.post(`/v1/backfills/${backfillId}/undo`, { dryRun });
  expect([status, body]).toMatchObject([202, { kind: "undo", dryRun, backfillId, status: "queued" }]);
  return finish(api, scene.client, body.id);
}

const workflowsOf = async (scene: Scene, ids: string[]) =>
  Promise.all(ids.map(async (id) => (await scene.read(id)).workflowId));

it("tells what undoing a backfill would do, then does it, but for what was written since", async () => {
  const scene = await createScene(api);
  const { ids, backfillId, ruleId } = await backfilled(scene);
  const { agency, standard } = scene;
  expect(await workflowsOf(scene, ids)).toEqual([agency, agency, agency]);
  await scene.client.patch(`/v1/customers/${ids[1]}`, { workflowId: standard });
  await scene.evaluate();
  const rehearsed = await undo(scene, backfillId, true);
  const progress = { total: 3, done: 3, updated: 2, unchanged: 1, failed: 0 };
  const results = [
    {
      status: "updated",
      undone: [{ slot: "workflow", from: agency, to: null, owner: null }],
      kept: [],
      wouldSet: [{ ruleId, slot: "workflow" }],
    },
    { status: "unchanged", undone: [], kept: [{ slot: "workflow", reason: "touched", by: { source: "api" } }] },
    { status: "updated" },
  ];
  expect(rehearsed).toMatchObject({ status: "completed", progress, results });
  expect(await workflowsOf(scene, ids)).toEqual([agency, standard, agency]);
  expect(await undo(scene, backfillId, false)).toMatchObject({ progress, results });
  await scene.evaluate();
  expect(await workflowsOf(scene, ids)).toEqual([null, standard, null]);
  expect(await undo(scene, backfillId, false)).toMatchObject({ progress: { updated: 0, unchanged: 3 } });
});

it("cancels what runs of the backfill still wait to do", async () => {
  const scene = await createScene(api);
  const actions = [
    { type: "assignUsers", userIds: [scene.ann] },
    { type: "wait", days: 1 },
    { type: "assignWorkflow", workflowId: scene.agency },
  ];
  const { ids, backfillId } = await backfilled(scene, { actions });
  await undo(scene, backfillId, true);
  expect((await scene.runs()).map(({ status }) => status)).toEqual(["waiting", "waiting", "waiting"]);
  await undo(scene, backfillId, false);
  expect((await scene.runs()).map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
  await scene.evaluate(Date.now() + 2 * DAY);
  expect(await workflowsOf(scene, ids)).toEqual([null, null, null]);
  expect((await scene.read(ids[0]!)).assignedUsers).toEqual([]);
});

it("is refused for dry runs and for backfills that have not ended", async () => {
  const scene = await createScene(api);
  const { ruleId, backfillId } = await backfilled(scene, {}, { dryRun: true });
  expect((await scene.post(`/v1/backfills/${backfillId}/undo`)).body.code).toBe("nothing_to_undo");
  const { id } = await scene.client.make("/v1/backfills", { ruleIds: [ruleId] });
  expect((await scene.post(`/v1/backfills/${id}/undo`)).body.code).toBe("backfill_open");
  expect((await scene.post("/v1/backfills/none/undo")).status).toBe(404);
});
