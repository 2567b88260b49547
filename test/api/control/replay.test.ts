import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { createScene, DAY, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

const invoice = (customerId: string, amount: number) => ({
  ...{ customerId, number: "1", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount, currency: "EUR", state: "open" },
});
const exceeds = (value: number, more = {}) => ({ type: "outstandingThreshold", direction: "exceeds", value, ...more });

/** A run that put a customer into the agency as its balance passed 100, and told Ann of it. */
async function crossed(scene: Scene, more: Record<string, unknown> = {}) {
  const ruleId = await scene.rule({
    trigger: exceeds(10_000),
    actions: [
      { type: "assignWorkflow", workflowId: scene.agency },
      {
        type: "sendNotification",
        channelId: scene.hook,
        to: [{ userId: scene.ann }],
        body: "{{ customer.outstanding }}",
      },
    ],
    ...more,
  });
  const customerId = await scene.customer({ currency: "EUR" });
  await scene.client.make("/v1/invoices", invoice(customerId, 20_000));
  await scene.evaluate();
  await scene.deliver("sent");
  const [run] = await scene.runs();
  return { ruleId, customerId, run };
}

const byHand = (scene: Scene, customerId: string, body: object) =>
  scene.client.send("PATCH", `/v1/customers/${customerId}`, { body, headers: { "X-Source": "manual" } });

describe("a dry replay", () => {
  it("says why the rule matches and what it would do, and does nothing", async () => {
    const scene = await createScene(api);
    const { run, customerId, ruleId } = await crossed(scene);
    await byHand(scene, customerId, { workflowId: null });
    await scene.evaluate();
    const { status, body } = await scene.post(`/v1/runs/${run.id}/replay`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ dryRun: true, facts: "recorded", id: null, run: null, replayOf: run.id, ruleId, ruleVersion: 1 },
      ...{ matched: true, reason: "matched", trigger: { fired: true, before: 0, after: 20_000, value: 10_000 } },
      conditions: [{ field: "country", op: "is", expected: ["FR"], actual: "FR", holds: true }],
      actions: [
        { type: "assignWorkflow", status: "superseded" },
        { type: "sendNotification", status: "skipped", reason: "silent" },
      ],
      messages: [],
    });
    const resent = await scene.post(`/v1/runs/${run.id}/replay`, { facts: "current", resend: true });
    expect(resent.body).toMatchObject({
      actions: [{ status: "applied", before: null, after: scene.agency }, { status: "planned" }],
      messages: [{ channel: "webhook", recipient: { email: "ann@acme.test" } }],
    });
    expect(await scene.runs()).toEqual([run]);
    expect((await scene.read(customerId)).workflowId).toBe(null);
  });

  it("judges recorded facts by the run's own version, and today's by the rule's present one", async () => {
    const scene = await createScene(api);
    const { run, ruleId, customerId } = await crossed(scene);
    await scene.client.patch(`/v1/rules/${ruleId}`, { trigger: exceeds(50_000) });
    await byHand(scene, customerId, { country: "DE" });
    await scene.evaluate();
    const recorded = await scene.post(`/v1/runs/${run.id}/replay`, { facts: "recorded" });
    expect(recorded.body).toMatchObject({ ruleVersion: 1, matched: true });
    const current = await scene.post(`/v1/runs/${run.id}/replay`, { facts: "current" });
    expect(current.body).toMatchObject({
      ...{ ruleVersion: 2, matched: false, reason: "trigger", trigger: { fired: false, value: 50_000 } },
      conditions: [{ actual: "DE", holds: false }],
      actions: [],
    });
  });

  it("works for rules that do not act any more and customers that are excluded", async () => {
    const scene = await createScene(api);
    const { run, ruleId, customerId } = await crossed(scene);
    await scene.post(`/v1/rules/${ruleId}/deactivate`);
    const replay = (body: object) => scene.post(`/v1/runs/${run.id}/replay`, body);
    expect((await replay({})).body.actions).toMatchObject([{ status: "inactive" }, { status: "inactive" }]);
    expect((await replay({ dryRun: false })).body).toMatchObject({ status: 409, code: "rule_inactive" });
    await scene.post(`/v1/rules/${ruleId}/activate`);
    await scene.post(`/v1/customers/${customerId}/exclude`);
    expect((await replay({})).body).toMatchObject({ matched: true, reason: "excluded", actions: [] });
    expect((await replay({ dryRun: false })).body).toMatchObject({ status: 409, code: "customer_excluded" });
  });

  it("leaves slots to rules above it", async () => {
    const scene = await createScene(api);
    await scene.rule({
      name: "First",
      trigger: exceeds(10_000),
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    await crossed(scene);
    const run = (await scene.runs()).find(({ ruleName }) => ruleName === "Rule");
    const { body } = await scene.post(`/v1/runs/${run.id}/replay`, { facts: "current" });
    expect(body.actions).toMatchObject([{ status: "lost", lostTo: { name: "First" } }, { status: "skipped" }]);
  });
});

describe("a replay for real", () => {
  it("is a new run of the same root, linked to the old one, and sends nothing", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await crossed(scene);
    await byHand(scene, customerId, { workflowId: scene.standard });
    await scene.evaluate();
    const { body } = await scene.post(`/v1/runs/${run.id}/replay`, { dryRun: false, facts: "current" });
    expect(body).toMatchObject({
      dryRun: false,
      run: { id: body.id, kind: "replay", replayOf: run.id, rootId: run.rootId, status: "applied" },
      actions: [
        { status: "applied", before: scene.standard, after: scene.agency },
        { status: "skipped", reason: "silent" },
      ],
    });
    await scene.evaluate();
    expect((await scene.read(customerId)).workflowId).toBe(scene.agency);
    expect(await scene.deliver("sent")).toEqual([]);
    const again = await scene.post(`/v1/runs/${body.id}/replay`, { dryRun: false, facts: "current" });
    expect(again.body).toMatchObject({
      replayOf: run.id,
      run: { status: "skipped" },
      actions: [{ status: "unchanged" }, {}],
    });
  });

  it("sends again with resend, under a key of its own", async () => {
    const scene = await createScene(api);
    const { run } = await crossed(scene);
    await scene.post(`/v1/runs/${run.id}/replay`, { dryRun: false, resend: true });
    expect(await scene.deliver("sent")).toHaveLength(1);
    const [, replayed] = await scene.runs();
    expect(replayed).toMatchObject({
      replayOf: run.id,
      actions: [{ status: "unchanged" }, { status: "applied", sent: 1 }],
    });
  });

  it("on recorded facts leaves what was written for a newer change", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await crossed(scene);
    await byHand(scene, customerId, { workflowId: scene.standard });
    await scene.evaluate();
    const { body } = await scene.post(`/v1/runs/${run.id}/replay`, { dryRun: false });
    expect(body.run).toMatchObject({ status: "skipped", reason: "superseded" });
    expect((await scene.read(customerId)).workflowId).toBe(scene.standard);
  });

  it("does nothing where the rule does not match any more", async () => {
    const scene = await createScene(api);
    const { run, customerId } = await crossed(scene);
    await byHand(scene, customerId, { country: "DE" });
    await scene.evaluate();
    const { body } = await scene.post(`/v1/runs/${run.id}/replay`, { dryRun: false, facts: "current" });
    expect(body).toMatchObject({ matched: false, reason: "filters", id: null, run: null });
    expect(await scene.runs()).toHaveLength(1);
  });

  it("is held while its rule is paused, and stays silent after a wait", async () => {
    const scene = await createScene(api);
    const message = { type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b" };
    const { run, ruleId } = await crossed(scene, { actions: [{ type: "wait", days: 1 }, message] });
    await scene.evaluate(Date.now() + 2 * DAY);
    expect(await scene.deliver("sent")).toHaveLength(1);
    await scene.post(`/v1/rules/${ruleId}/pause`);
    const { body } = await scene.post(`/v1/runs/${run.id}/replay`, { dryRun: false });
    expect(body.run).toMatchObject({ status: "held" });
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate();
    expect((await scene.client.get(`/v1/runs/${body.id}`)).body).toMatchObject({ status: "waiting" });
    await scene.evaluate(Date.now() + 2 * DAY);
    expect((await scene.client.get(`/v1/runs/${body.id}`)).body).toMatchObject({
      actions: [{ status: "applied" }, { status: "skipped", reason: "silent" }],
    });
    expect(await scene.deliver("sent")).toEqual([]);
  });

  it("repeats the exit actions of a run that carried them out", async () => {
    const scene = await createScene(api);
    const { customerId } = await crossed(scene, {
      trigger: exceeds(10_000, { resetAt: 5_000 }),
      actions: [{ type: "assignWorkflow", workflowId: scene.agency }],
      exitActions: [{ type: "assignWorkflow", workflowId: scene.standard }],
    });
    await scene.client.make("/v1/payments", { customerId, amount: 20_000, paidAt: "2026-02-01", currency: "EUR" });
    await scene.evaluate();
    const exit = (await scene.runs()).find(({ kind }) => kind === "exit");
    await byHand(scene, customerId, { workflowId: null });
    await scene.evaluate();
    const { body } = await scene.post(`/v1/runs/${exit.id}/replay`, { dryRun: false, facts: "current" });
    expect(body).toMatchObject({ matched: true, actions: [{ status: "applied", after: scene.standard }] });
  });

  it("of a selection replays each for itself", async () => {
    const scene = await createScene(api);
    const { ruleId, customerId, run } = await crossed(scene);
    await byHand(scene, customerId, { workflowId: null });
    await scene.evaluate();
    const act = (more: object) =>
      scene.post("/v1/runs/actions", { action: "replay", ruleId, facts: "current", ...more });
    expect((await act({})).body).toMatchObject({
      ...{ dryRun: true, selected: 1, done: 1 },
      results: [{ runId: run.id, matched: true, newRunId: null, actions: [{ status: "applied" }, {}] }],
    });
    expect((await act({ dryRun: false })).body).toMatchObject({ results: [{ newRunId: expect.any(String) }] });
    expect((await scene.read(customerId)).workflowId).toBe(scene.agency);
  });
});
