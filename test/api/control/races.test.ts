import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginDelivery, finishDelivery, noteFailedAttempt } from "../../../db/deliveries.ts";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { createScene, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

/** A run whose only message is being sent; answers its rule and the message's key. */
async function sending(scene: Scene) {
  const ruleId = await scene.rule({
    actions: [{ type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b" }],
  });
  await scene.customer();
  await scene.evaluate();
  const [key] = await scene.deliver("running");
  return { ruleId, key: key! };
}

describe("an attempt that is under way when its run is paused", () => {
  it.each([
    { outcome: "sent", status: "applied" },
    { outcome: "failed", status: "failed" },
  ] as const)("and ends as $outcome leaves the run $status", async ({ outcome, status }) => {
    const scene = await createScene(api);
    const { key } = await sending(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/runs/${run.id}/pause`);
    await finishDelivery(api.database.sql, key, outcome, null);
    expect(await scene.runs()).toMatchObject([{ status }]);
  });

  it("and fails for now is held, and is not made again by the workflow that it was taken from", async () => {
    const scene = await createScene(api);
    const { sql } = api.database;
    const { ruleId, key } = await sending(scene);
    const [message] = await sql`select temporal_workflow_id as id from notifications where id = ${key}`;
    await scene.post(`/v1/rules/${ruleId}/pause`);
    await noteFailedAttempt(sql, key, "answered 503");
    expect(await scene.runs()).toMatchObject([{ status: "held" }]);
    const again = () => beginDelivery(sql, scene.client.organizationId, key, message!.id);
    expect(await again()).toMatchObject({ status: "held", attempts: 1 });
    await scene.post(`/v1/rules/${ruleId}/resume`);
    expect(await scene.deliver("running")).toEqual([key]);
    expect(await again()).toMatchObject({ status: "running", isOurs: false, attempts: 2 });
  });
});

describe("many at once", () => {
  it("pausing, resuming and cancelling the same runs end in one of the states that they ask for", async () => {
    const scene = await createScene(api);
    await scene.rule({
      actions: [
        { type: "wait", days: 1 },
        { type: "assignWorkflow", workflowId: scene.agency },
      ],
    });
    for (let count = 0; count < 5; count++) await scene.customer();
    await scene.evaluate();
    const act = (action: string) => scene.post("/v1/runs/actions", { action, filter: {} });
    const answers = await Promise.all(["pause", "resume", "pause", "resume", "pause", "resume"].map(act));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const statuses = new Set((await scene.runs()).map(({ status }) => status));
    expect(["held", "waiting"]).toEqual(expect.arrayContaining([...statuses]));
    expect((await Promise.all([act("cancel"), act("cancel")])).map(({ body }) => body.done).sort()).toEqual([0, 5]);
    const [row] = await api.database.sql`
      select count(*)::int as count from timers where organization_id = ${scene.client.organizationId}`;
    expect(row).toEqual({ count: 0 });
  });

  it("undoing the same run twice at once puts it back once", async () => {
    const scene = await createScene(api);
    await scene.rule();
    const customerId = await scene.customer();
    await scene.evaluate();
    const [run] = await scene.runs();
    const answers = await Promise.all([1, 2, 3].map(() => scene.post(`/v1/runs/${run.id}/undo`, { dryRun: false })));
    expect(answers.map(({ body }) => body.undone.length).sort()).toEqual([0, 0, 1]);
    const { changes } = (await scene.client.get(`/v1/changes?customerId=${customerId}`)).body;
    expect(changes).toHaveLength(3);
  });
});
