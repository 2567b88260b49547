import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { created, createScene, DAY } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

describe("a paused rule", () => {
  it("is judged and held, and carries its runs out once it is resumed", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule();
    expect((await scene.post(`/v1/rules/${ruleId}/pause`)).body).toMatchObject({ id: ruleId, status: "paused" });
    const customerId = await scene.customer();
    await scene.evaluate();
    expect(await scene.runs()).toMatchObject([
      { status: "held", reason: "paused", actions: [{ status: "held", before: null, after: scene.agency }] },
    ]);
    expect((await scene.read(customerId)).workflowId).toBe(null);
    const resumed = await scene.post(`/v1/rules/${ruleId}/resume`);
    expect(resumed.body).toMatchObject({ status: "active" });
    await scene.evaluate();
    expect(await scene.runs()).toMatchObject([{ status: "applied", actions: [{ status: "applied" }] }]);
    expect((await scene.read(customerId)).workflowId).toBe(scene.agency);
  });

  it("is not left by activating it, and pausing or resuming it twice does no harm", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule();
    for (const [move, status] of [
      ["resume", "active"],
      ["pause", "paused"],
      ["pause", "paused"],
      ["resume", "active"],
      ["resume", "active"],
    ] as const) {
      const answer = await scene.post(`/v1/rules/${ruleId}/${move}`);
      expect([answer.status, answer.body.status]).toEqual([200, status]);
    }
    await scene.post(`/v1/rules/${ruleId}/pause`);
    expect((await scene.post(`/v1/rules/${ruleId}/activate`)).body).toMatchObject({ status: 409, code: "rule_paused" });
  });

  it.each(["draft", "inactive"])("cannot come from a rule that is %s", async (status) => {
    const scene = await createScene(api);
    const rule = { name: "R", trigger: created, actions: [{ type: "assignWorkflow", workflowId: null }] };
    const { id } = await scene.client.make("/v1/rules", rule);
    if (status === "inactive") {
      await scene.post(`/v1/rules/${id}/activate`);
      await scene.post(`/v1/rules/${id}/deactivate`);
    }
    for (const move of ["pause", "resume"]) {
      expect((await scene.post(`/v1/rules/${id}/${move}`)).body).toMatchObject({
        status: 409,
        code: "rule_not_active",
      });
    }
  });

  it("leaves a slot alone that was written for a newer change while it was paused", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    const customerId = await scene.customer();
    await scene.evaluate();
    await scene.client.send("PATCH", `/v1/customers/${customerId}`, {
      body: { workflowId: scene.standard, country: "DE" },
      headers: { "X-Source": "manual" },
    });
    await scene.evaluate();
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate();
    expect(await scene.runs()).toMatchObject([
      { status: "skipped", reason: "superseded", actions: [{ status: "superseded" }] },
    ]);
    expect((await scene.read(customerId)).workflowId).toBe(scene.standard);
  });

  it("keeps later rules out of the slots that it claims", async () => {
    const scene = await createScene(api);
    const first = await scene.rule();
    await scene.rule({ actions: [{ type: "assignWorkflow", workflowId: scene.standard }] });
    await scene.post(`/v1/rules/${first}/pause`);
    const customerId = await scene.customer();
    await scene.evaluate();
    expect((await scene.read(customerId)).workflowId).toBe(null);
  });

  it.each(["planned", "running"])("holds a %s message, and sends it under its key when resumed", async (state) => {
    const scene = await createScene(api);
    const ruleId = await scene.rule({
      actions: [{ type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b" }],
    });
    await scene.customer();
    await scene.evaluate();
    const before = state === "running" ? await scene.deliver("running") : [];
    await scene.post(`/v1/rules/${ruleId}/pause`);
    expect(await scene.runs()).toMatchObject([{ status: "held", actions: [{ status: "held", reason: "paused" }] }]);
    expect(await scene.deliver("sent")).toEqual([]);
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate();
    const [run] = await scene.runs();
    expect(["planned", "running"]).toContain(run.status);
    const keys = await scene.deliver("sent");
    expect(keys).toHaveLength(1);
    if (state === "running") expect(keys).toEqual(before);
    expect(await scene.runs()).toMatchObject([{ status: "applied", actions: [{ status: "applied", sent: 1 }] }]);
  });

  it("holds what comes after a wait that ends meanwhile", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule({
      actions: [
        { type: "wait", days: 1 },
        { type: "assignWorkflow", workflowId: scene.agency },
      ],
    });
    const customerId = await scene.customer();
    await scene.evaluate();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    expect(await scene.runs()).toMatchObject([{ status: "waiting" }]);
    await scene.evaluate(Date.now() + 2 * DAY);
    expect(await scene.runs()).toMatchObject([
      { status: "held", actions: [{ status: "applied" }, { status: "held" }] },
    ]);
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate(Date.now() + 2 * DAY);
    expect((await scene.read(customerId)).workflowId).toBe(scene.agency);
  });

  it("keeps a digest's message back, and lets it go out with a later digest", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule({
      actions: [
        { type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b", digest: "hourly" },
      ],
    });
    await scene.customer();
    await scene.evaluate();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    expect(await scene.runs()).toMatchObject([{ status: "held" }]);
    await scene.post(`/v1/rules/${ruleId}/resume`);
    expect(await scene.runs()).toMatchObject([{ status: "waiting", reason: "digest" }]);
  });

  it.each(["deactivate", "delete"])("loses what it holds when it is %sd", async (way) => {
    const scene = await createScene(api);
    const ruleId = await scene.rule();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    await scene.customer();
    await scene.evaluate();
    if (way === "delete") await scene.client.send("DELETE", `/v1/rules/${ruleId}`);
    else await scene.post(`/v1/rules/${ruleId}/deactivate`);
    expect(await scene.runs()).toMatchObject([{ status: "cancelled", reason: "inactive" }]);
  });
});

describe("the organization's switch", () => {
  it("stops and starts all rules and loses nothing", async () => {
    const scene = await createScene(api);
    const send = { type: "sendNotification", channelId: scene.hook, to: [{ userId: scene.ann }], body: "b" };
    await scene.rule({ actions: [{ type: "assignWorkflow", workflowId: scene.agency }, send] });
    const first = await scene.customer();
    await scene.evaluate();
    expect((await scene.post("/v1/organization/stop_rules")).body.rulesStopped).toBe(true);
    const second = await scene.customer();
    await scene.evaluate();
    expect(await scene.deliver("sent")).toEqual([]);
    expect((await scene.read(second)).workflowId).toBe(null);
    await scene.post("/v1/organization/start_rules");
    await scene.evaluate();
    expect(await scene.deliver("sent")).toHaveLength(2);
    for (const id of [first, second]) expect((await scene.read(id)).workflowId).toBe(scene.agency);
    expect(await scene.runs()).toMatchObject([{ status: "applied" }, { status: "applied" }]);
  });
});
