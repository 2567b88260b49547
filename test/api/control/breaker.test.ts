import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { created, createScene, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

const limit = (scene: Scene, limits: object) => scene.client.patch("/v1/organization", { limits });
const telling = (scene: Scene, ...userIds: string[]) => ({
  ...{ type: "sendNotification", channelId: scene.hook, body: "b" },
  to: userIds.map((userId) => ({ userId })),
});
const countOf = async (scene: Scene) => {
  const statuses: Record<string, number> = {};
  for (const { status } of await scene.runs("?limit=500")) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
};
const customers = (scene: Scene, count: number) =>
  scene.client.make("/v1/bulk/customers", {
    items: Array.from({ length: count }, () => ({ name: "N", country: "FR" })),
  });
const statusOf = async (scene: Scene, ruleId: string) => (await scene.client.get(`/v1/rules/${ruleId}`)).body;

describe("a rule that sends more often than its limit", () => {
  it("is paused at exactly the limit; the rest is held, the admins are told, and it goes on when resumed", async () => {
    const scene = await createScene(api);
    await limit(scene, { notificationsPerHour: 3 });
    const ruleId = await scene.rule({ trigger: created, actions: [telling(scene, scene.ann)] });
    const { email } = (await scene.client.get("/v1/users")).body.users.find(
      ({ role }: { role: string }) => role === "owner",
    );
    const owner = await scene.client.withKey({ userId: email });
    await customers(scene, 5);
    await scene.evaluate();
    expect(await countOf(scene)).toEqual({ planned: 3, held: 2 });
    expect(await statusOf(scene, ruleId)).toMatchObject({
      status: "paused",
      tripped: { kind: "notifications", limit: 3, at: expect.any(String) },
    });
    expect(await scene.deliver("sent")).toHaveLength(3);
    const inbox = (await owner.get("/v1/notifications?inbox=true")).body.notifications;
    expect(inbox).toMatchObject([
      { kind: "inApp", alert: "ruleTripped", channelId: null, runId: null, subject: expect.stringContaining("Rule") },
    ]);
    await customers(scene, 1);
    await scene.evaluate();
    expect(await countOf(scene)).toEqual({ applied: 3, held: 3 });
    expect((await owner.get("/v1/notifications?inbox=true")).body.total).toBe(1);
    expect((await scene.post(`/v1/rules/${ruleId}/resume`)).body).toMatchObject({ status: "active", tripped: null });
    await scene.evaluate();
    expect(await scene.deliver("sent")).toHaveLength(3);
    expect(await countOf(scene)).toEqual({ applied: 6 });
  });

  it("counts messages, not runs, and over several evaluations", async () => {
    const scene = await createScene(api);
    await limit(scene, { notificationsPerHour: 5 });
    await scene.rule({ trigger: created, actions: [telling(scene, scene.ann, scene.bob)] });
    for (let round = 0; round < 3; round++) {
      await customers(scene, 1);
      await scene.evaluate();
    }
    expect(await countOf(scene)).toEqual({ planned: 2, held: 1 });
  });

  it("leaves other rules and what does not send alone", async () => {
    const scene = await createScene(api);
    await limit(scene, { notificationsPerHour: 1 });
    const loud = await scene.rule({ name: "Loud", trigger: created, actions: [telling(scene, scene.ann)] });
    const quiet = await scene.rule({ name: "Quiet", trigger: created });
    await customers(scene, 3);
    await scene.evaluate();
    expect((await statusOf(scene, loud)).status).toBe("paused");
    expect((await statusOf(scene, quiet)).status).toBe("active");
    expect(await countOf(scene)).toEqual({ planned: 1, held: 2, applied: 3 });
  });

  it("is counted anew in the next hour", async () => {
    const scene = await createScene(api);
    await limit(scene, { notificationsPerHour: 2 });
    const ruleId = await scene.rule({ trigger: created, actions: [telling(scene, scene.ann)] });
    for (let hour = 0; hour < 3; hour++) {
      await customers(scene, 2);
      await scene.evaluate(Date.now() + hour * 3_600_000);
    }
    expect((await statusOf(scene, ruleId)).status).toBe("active");
    expect(await countOf(scene)).toEqual({ planned: 6 });
  });
});

describe("a rule that excludes more often than its limit", () => {
  it("is paused at exactly the limit, and goes on when resumed", async () => {
    const scene = await createScene(api);
    await limit(scene, { exclusionsPerHour: 2 });
    const ruleId = await scene.rule({ trigger: created, actions: [{ type: "excludeCustomer" }] });
    await customers(scene, 5);
    await scene.evaluate();
    expect((await scene.client.get("/v1/customers")).body.total).toBe(3);
    expect(await statusOf(scene, ruleId)).toMatchObject({
      status: "paused",
      tripped: { kind: "exclusions", limit: 2 },
    });
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate();
    expect((await scene.client.get("/v1/customers")).body.total).toBe(0);
  });
});

describe("the limits", () => {
  it.each([{ notificationsPerHour: 0 }, { exclusionsPerHour: -1 }, { notificationsPerHour: 1.5 }, { perHour: 1 }])(
    "refuse %o",
    async (limits) => {
      const scene = await createScene(api);
      expect((await limit(scene, limits)).status).toBe(422);
    },
  );
});
