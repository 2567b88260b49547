import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { type Scene, useScenes } from "./support/scene.ts";

const open = useScenes();

type Action = RuleDraft["actions"][number];
const workflow = (workflowId: string): Action => ({ type: "assignWorkflow", workflowId });
const users = (...userIds: string[]): Action => ({ type: "assignUsers", userIds });
const methods = (...paymentMethodIds: string[]): Action => ({ type: "assignPaymentMethods", paymentMethodIds });

/** Fires where the city becomes this one. */
const inCity = (name: string, city: string, ...actions: Action[]): RuleDraft => ({
  ...{ name, actions },
  trigger: { type: "customerCreatedOrUpdated" },
  filters: [{ field: "city", op: "changed", to: [city] }],
});

const statuses = async (scene: Scene) =>
  (await scene.runs()).map(({ ruleName, status, reason }) => `${ruleName} ${status}${reason ? ` (${reason})` : ""}`);
const reasons = async (scene: Scene, version?: number) =>
  (await scene.explain("C", version)).map(({ name, reason }) => `${name} ${reason}`);

describe("a rule", () => {
  it("judges nothing as a draft, and once it is active what changes from then on", async () => {
    const scene = await open();
    const rule = { ...inCity("rule", "Reno", workflow("@agency")), filters: [] };
    const { id, status } = await scene.send<{ id: string; status: string }>("POST", "/v1/rules", rule);
    expect(status).toBe("draft");
    await scene.write({});
    expect(await scene.runs()).toEqual([]);
    const before = await scene.changes();
    const activated = await scene.send<object>("POST", `/v1/rules/${id}/activate`);
    expect(activated).toMatchObject({ status: "active" });
    expect(activated).not.toHaveProperty("backfillId");
    expect(await scene.changes()).toEqual(before);
    expect((await scene.slots()).workflow).toBeNull();
    await scene.write({ city: "Reno" });
    expect((await scene.slots()).workflow).toBe("@agency");
    expect(await reasons(scene, 1)).toEqual(["rule inactive"]);
  });

  it("judges a change as it stood when the change was written, but does not act once it is inactive", async () => {
    const scene = await open();
    const [edited, off, gone] = await scene.rules(
      inCity("edited", "Reno", workflow("@agency")),
      inCity("off", "Reno", users("@ann")),
      inCity("gone", "Reno", methods("@card")),
    );
    await scene.send("POST", "/v1/organization/stop_rules");
    await scene.write({ city: "Reno" });
    await scene.send("PATCH", `/v1/rules/${edited}`, { name: "new", actions: [workflow("@vip")] });
    await scene.send("POST", `/v1/rules/${off}/deactivate`);
    await scene.send("DELETE", `/v1/rules/${gone}`);
    await scene.rules(inCity("later", "Reno", users("@bob")));
    await scene.send("POST", "/v1/organization/start_rules");
    expect(await scene.slots()).toEqual({ workflow: "@agency", users: [], paymentMethods: [] });
    expect(await reasons(scene, 1)).toEqual(["edited matched", "off inactive", "gone inactive", "later inactive"]);
    expect((await scene.explain("C", 1)).map(({ matched }) => matched)).toEqual([true, true, true, false]);
    const runs = await scene.runs();
    expect(runs.map(({ ruleVersion, status, reason }) => [ruleVersion, status, reason])).toEqual([
      [1, "applied", null],
      [1, "skipped", "inactive"],
      [1, "skipped", "inactive"],
    ]);
  });

  it("that is paused is judged and held; resumed it acts, but for slots that were written since", async () => {
    const scene = await open();
    const [id] = await scene.rules(inCity("rule", "Reno", workflow("@agency"), users("@ann")));
    await scene.send("POST", `/v1/rules/${id}/pause`);
    await scene.write({ city: "Reno" });
    expect(await reasons(scene)).toEqual(["rule held"]);
    expect(await statuses(scene)).toEqual(["rule held (paused)"]);
    expect(await scene.slots()).toMatchObject({ workflow: null, users: [] });
    await scene.write({ userIds: ["@bob"] }, "manual");
    await scene.send("POST", `/v1/rules/${id}/resume`);
    expect(await scene.slots()).toMatchObject({ workflow: "@agency", users: ["@bob"] });
    expect((await scene.runs())[0]).toMatchObject({
      ...{ status: "partlyApplied", ruleVersion: 1 },
      actions: [{ status: "applied" }, { status: "superseded", reason: "superseded" }],
    });
  });

  it("that is edited while it is paused carries out what it held by the version that matched", async () => {
    const scene = await open();
    const [id] = await scene.rules(inCity("rule", "Reno", workflow("@agency")));
    await scene.send("POST", `/v1/rules/${id}/pause`);
    await scene.write({ city: "Reno" });
    await scene.send("PATCH", `/v1/rules/${id}`, { actions: [workflow("@vip")], note: "To the VIPs" });
    await scene.send("POST", `/v1/rules/${id}/resume`);
    expect((await scene.slots()).workflow).toBe("@agency");
    expect(await scene.runs()).toMatchObject([{ status: "applied", ruleVersion: 1 }]);
    const { versions } = await scene.api.get<{ versions: unknown[] }>(`/v1/rules/${id}/versions`);
    expect(versions).toMatchObject([
      { version: 1, note: null, author: { keyId: expect.any(String) } },
      { version: 2, note: "To the VIPs", author: { keyId: expect.any(String) } },
    ]);
  });

  it.each(["deactivate", "delete"] as const)(
    "loses what it holds and what waits by %s, and its history stays",
    async (way) => {
      const scene = await open();
      const [waiting] = await scene.rules(
        inCity("waiting", "Reno", users("@ann"), { type: "wait", days: 3 }, workflow("@vip")),
      );
      await scene.write({ city: "Reno" });
      await scene.send("POST", `/v1/rules/${waiting}/pause`);
      await scene.write({ externalId: "D", city: "Reno" });
      expect(await statuses(scene)).toEqual(["waiting waiting (wait)", "waiting held (paused)"]);
      if (way === "delete") await scene.send("DELETE", `/v1/rules/${waiting}`);
      else await scene.send("POST", `/v1/rules/${waiting}/deactivate`);
      expect(await statuses(scene)).toEqual(["waiting cancelled (inactive)", "waiting cancelled (inactive)"]);
      expect(await scene.slots()).toMatchObject({ workflow: null, users: ["@ann"] });
      expect(await reasons(scene, 1)).toEqual(["waiting matched"]);
      const { total } = await scene.api.get<{ total: number }>(`/v1/rules/${waiting}/versions`);
      expect(total).toBe(1);
      await scene.write({ externalId: "E", city: "Reno" });
      expect(await scene.runs()).toHaveLength(2);
    },
  );
});
