import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { created, createScene, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

const byHand = (scene: Scene, customerId: string, body: object) =>
  scene.client.send("PATCH", `/v1/customers/${customerId}`, { body, headers: { "X-Source": "manual" } });

/** A customer that a person put into the standard workflow, and the rule then into the agency with Ann. */
async function moved(scene: Scene, more: Record<string, unknown> = {}) {
  const ruleId = await scene.rule({
    actions: [
      { type: "assignWorkflow", workflowId: scene.agency },
      { type: "assignUsers", userIds: [scene.ann] },
    ],
    ...more,
  });
  const customerId = await scene.customer({ country: "DE" });
  await byHand(scene, customerId, { workflowId: scene.standard });
  await scene.client.patch(`/v1/customers/${customerId}`, { country: "FR" });
  await scene.evaluate();
  const [run] = await scene.runs(`?ruleId=${ruleId}`);
  expect(run.status).toBe("applied");
  return { ruleId, customerId, run };
}

const undo = (scene: Scene, id: string, dryRun = false) => scene.post(`/v1/runs/${id}/undo`, { dryRun });
const usersOf = (customer: { assignedUsers: { id: string }[] }) => customer.assignedUsers.map(({ id }) => id);

describe("undoing a run", () => {
  it("first says what goes back and to whom, and does nothing", async () => {
    const scene = await createScene(api);
    const { run, customerId, ruleId } = await moved(scene);
    const before = await scene.read(customerId);
    const { status, body } = await scene.post(`/v1/runs/${run.id}/undo`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ id: run.id, dryRun: true, undoneAt: null, kept: [] },
      undone: [
        { slot: "workflow", from: scene.agency, to: scene.standard, owner: { source: "manual" } },
        { slot: "users", from: [scene.ann], to: [], owner: null },
      ],
      // It would do so again at the next change of another root.
      wouldSet: [
        { ruleId, ruleName: "Rule", slot: "workflow" },
        { ruleId, ruleName: "Rule", slot: "users" },
      ],
    });
    expect(await scene.read(customerId)).toEqual(before);
  });

  it("puts slots back to those who had set them; the rule does not do it again within the root", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await moved(scene);
    const { body } = await undo(scene, run.id);
    expect(body).toMatchObject({
      dryRun: false,
      undoneAt: expect.any(String),
      actions: [{ undone: true }, { undone: true }],
    });
    await scene.evaluate();
    const customer = await scene.read(customerId);
    expect(customer).toMatchObject({
      workflowId: scene.standard,
      assignments: { workflow: { source: "manual" }, users: null },
    });
    expect(usersOf(customer)).toEqual([]);
    const { changes } = (await scene.client.get(`/v1/changes?customerId=${customerId}`)).body;
    expect(changes.at(-1)).toMatchObject({ rootId: run.rootId, cause: [{ runId: run.id }], evaluated: true });
    expect(await scene.timeline(customerId, "control")).toMatchObject([{ data: { action: "undo", runId: run.id } }]);
    const put = (await scene.timeline(customerId, "assignment")).filter(({ data }) => data.undoneRunId === run.id);
    expect(put.map(({ data }) => data.slot)).toEqual(["workflow", "users"]);
  });

  it("does nothing the second time", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await moved(scene);
    await undo(scene, run.id);
    await scene.evaluate();
    const before = await scene.read(customerId);
    const { status, body } = await undo(scene, run.id);
    expect([status, body.undone, body.kept]).toMatchObject([200, [], [{ reason: "undone" }, { reason: "undone" }]]);
    expect(await scene.read(customerId)).toEqual(before);
  });

  it("leaves what somebody has written since, and says who", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await moved(scene, {
      trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
    });
    await byHand(scene, customerId, { userIds: [scene.bob] });
    await scene.evaluate();
    const { body } = await undo(scene, run.id);
    expect(body).toMatchObject({
      undone: [{ slot: "workflow" }],
      kept: [{ type: "assignUsers", slot: "users", reason: "touched", by: { source: "manual" } }],
      wouldSet: [],
    });
    expect(usersOf(await scene.read(customerId))).toEqual([scene.bob]);
  });

  it("leaves what was released since", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await moved(scene);
    await scene.client.make(`/v1/customers/${customerId}/release`, { slots: ["users"] });
    const { body } = await undo(scene, run.id, true);
    expect(body).toMatchObject({ undone: [{ slot: "workflow" }], kept: [{ slot: "users", reason: "released" }] });
  });

  it("unwinds runs that added to one slot, the later one first", async () => {
    const scene = await createScene(api);
    const add = (userId: string) => ({
      trigger: created,
      actions: [{ type: "assignUsers", userIds: [userId], mode: "add" }],
    });
    await scene.rule(add(scene.ann));
    await scene.rule(add(scene.bob));
    const customerId = await scene.customer();
    await scene.evaluate();
    const [first, second] = await scene.runs();
    expect((await undo(scene, first.id)).body).toMatchObject({
      undone: [],
      kept: [{ reason: "touched", by: { source: "rule", runId: second.id } }],
    });
    const both = await scene.post("/v1/runs/actions", { action: "undo", runIds: [first.id, second.id], dryRun: false });
    expect(both.body).toMatchObject({ selected: 2, done: 2 });
    expect(usersOf(await scene.read(customerId))).toEqual([]);
    const { changes } = (await scene.client.get(`/v1/changes?customerId=${customerId}`)).body;
    expect(changes).toHaveLength(3);
  });

  it("lists exclusion and messages as final", async () => {
    const scene = await createScene(api);
    const message = { type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b" };
    const assign = { type: "assignWorkflow", workflowId: scene.agency };
    const { run } = await moved(scene, { trigger: { type: "customerCreatedOrUpdated" }, actions: [assign] });
    await scene.rule({ actions: [message, { type: "excludeCustomer" }] });
    await scene.customer();
    await scene.evaluate();
    await scene.deliver("sent");
    const excluding = (await scene.runs()).find(({ actions }) => actions.length === 2);
    expect((await undo(scene, excluding.id)).body).toMatchObject({
      undone: [],
      kept: [
        { type: "sendNotification", reason: "sent" },
        { type: "excludeCustomer", reason: "irreversible" },
      ],
    });
    await scene.post(`/v1/customers/${run.customerId}/exclude`);
    expect((await undo(scene, run.id)).body).toMatchObject({
      undone: [],
      kept: [{ slot: "workflow", reason: "excluded" }],
    });
  });

  it("cannot put back what has been deleted since", async () => {
    const scene = await createScene(api);
    const { run } = await moved(scene);
    expect((await scene.client.send("DELETE", `/v1/workflows/${scene.standard}`)).status).toBe(204);
    expect((await undo(scene, run.id)).body).toMatchObject({
      undone: [{ slot: "users" }],
      kept: [{ slot: "workflow", reason: "missing" }],
    });
  });

  it("is refused for runs that are open or have set nothing", async () => {
    const scene = await createScene(api);
    await scene.rule({
      actions: [
        { type: "wait", days: 1 },
        { type: "assignWorkflow", workflowId: scene.agency },
      ],
    });
    await scene.rule({ trigger: created, actions: [{ type: "assignWorkflow", workflowId: null }] });
    await scene.customer();
    await scene.evaluate();
    const [waiting, skipped] = await scene.runs();
    expect((await undo(scene, waiting.id)).body).toMatchObject({ status: 409, code: "run_open" });
    expect((await undo(scene, skipped.id)).body).toMatchObject({ status: 409, code: "nothing_to_undo" });
  });

  it("of a rule takes all that it has set", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule();
    const ids = [await scene.customer(), await scene.customer()];
    await scene.evaluate();
    const act = (dryRun: boolean) => scene.post("/v1/runs/actions", { action: "undo", ruleId, dryRun });
    expect((await act(true)).body).toMatchObject({ dryRun: true, selected: 2, done: 2 });
    for (const id of ids) expect((await scene.read(id)).workflowId).toBe(scene.agency);
    expect((await act(false)).body).toMatchObject({ selected: 2, done: 2 });
    await scene.evaluate();
    for (const id of ids) expect((await scene.read(id)).workflowId).toBe(null);
    expect((await act(false)).body).toMatchObject({ selected: 0 });
  });
});
