import { describe, expect, it } from "vitest";
import { type Run, type Scene, useScenes } from "../rules/support/scene.ts";

const open = useScenes();

interface Replay {
  id: string | null;
  matched: boolean;
  reason: string;
  conditions: object[];
  actions: object[];
  messages: object[];
  run: (Run & { replayOf: string; rootId: string }) | null;
}

const sent = async ({ api }: Scene) => (await api.get<{ total: number }>("/v1/notifications")).total;
const replay = async (scene: Scene, id: string, body: object = {}) => {
  const answer = await scene.api.post<Replay>(`/v1/runs/${id}/replay`, body);
  await scene.settled();
  return answer;
};

/** A run that moved a French customer to the agency and told Ann; since then it is in Germany and on reminders. */
async function moved(): Promise<{ scene: Scene; run: Run }> {
  const scene = await open();
  await scene.rules({
    ...{ name: "Moves", trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } },
    filters: [{ field: "country", op: "is", values: ["FR"] }],
    actions: [
      { type: "assignWorkflow", workflowId: "@agency" },
      { type: "sendNotification", channelId: "@bell", to: [{ userId: "@ann" }], body: "{{ customer.country }}" },
    ],
  });
  await scene.write({ country: "FR" });
  const [run] = await scene.runs();
  if (run?.status !== "applied") throw new Error("the rule should have acted");
  await scene.write({ workflowId: "@reminders", country: "DE" }, "manual");
  return { scene, run };
}

describe("a replay", () => {
  it("is a dry run on the recorded facts unless told otherwise: it says why and what, and does nothing", async () => {
    const { scene, run } = await moved();
    const before = [await scene.runs(), await scene.changes(), await scene.slots()];
    const dry = await replay(scene, run.id);
    expect(dry).toMatchObject({
      ...{ dryRun: true, facts: "recorded", id: null, run: null, replayOf: run.id, matched: true, reason: "matched" },
      conditions: [{ field: "country", actual: "FR", holds: true }],
      actions: [{ status: "superseded" }, { status: "skipped", reason: "silent" }],
    });
    expect([await scene.runs(), await scene.changes(), await scene.slots()]).toEqual(before);
    expect(await sent(scene)).toBe(1);
  });

  it("on today's facts says what the rule is to the customer as it stands now", async () => {
    const { scene, run } = await moved();
    const dry = await replay(scene, run.id, { facts: "current" });
    expect(dry).toMatchObject({
      ...{ matched: false, reason: "filters", conditions: [{ actual: "DE", holds: false }], actions: [] },
    });
    await scene.write({ country: "FR", city: "Oslo" });
    // The rule has acted on that change itself; a person then moves the customer once more.
    await scene.write({ workflowId: "@vip" }, "manual");
    const again = await replay(scene, run.id, { facts: "current", resend: true });
    expect(again).toMatchObject({
      actions: [
        { status: "applied", before: scene.withIds("@vip"), after: scene.withIds("@agency") },
        { status: "planned" },
      ],
      messages: [{ recipient: { email: "ann@acme.test" }, body: "FR" }],
    });
  });

  it("for real is a new run that is linked to the old one, and repeats no message unless told to", async () => {
    const { scene, run } = await moved();
    await scene.write({ country: "FR" });
    await scene.write({ workflowId: "@vip" }, "manual");
    const told = await sent(scene);
    const real = await replay(scene, run.id, { dryRun: false, facts: "current" });
    expect(real).toMatchObject({ dryRun: false, run: { id: real.id, kind: "replay", replayOf: run.id } });
    const runs = await scene.runs();
    expect(runs.find(({ id }) => id === real.id)).toMatchObject({
      status: "applied",
      actions: [
        { status: "applied", before: "@vip", after: "@agency" },
        { status: "skipped", reason: "silent" },
      ],
    });
    expect(runs.find(({ id }) => id === run.id)).toEqual(run);
    expect((await scene.slots()).workflow).toBe("@agency");
    expect(await sent(scene)).toBe(told);
    const resent = await replay(scene, run.id, { dryRun: false, facts: "current", resend: true });
    const last = (await scene.runs()).find(({ id }) => id === resent.id);
    expect(last).toMatchObject({
      status: "applied",
      actions: [{ status: "unchanged" }, { status: "applied", sent: 1 }],
    });
    expect(await sent(scene)).toBe(told + 1);
  });

  it("on the recorded facts for real leaves what was written for a newer change", async () => {
    const { scene, run } = await moved();
    const real = await replay(scene, run.id, { dryRun: false });
    expect(real.run).toMatchObject({ status: "skipped", reason: "superseded", replayOf: run.id });
    expect((await scene.slots()).workflow).toBe("@reminders");
  });

  it("of many is done for each of them", async () => {
    const { scene, run } = await moved();
    const ask = (more: object) => scene.api.post("/v1/runs/actions", { action: "replay", filter: {}, ...more });
    expect(await ask({})).toMatchObject({
      dryRun: true,
      selected: 1,
      done: 1,
      results: [{ runId: run.id, newRunId: null }],
    });
    expect(await ask({ dryRun: false })).toMatchObject({ results: [{ runId: run.id, newRunId: expect.any(String) }] });
    expect(await scene.runs()).toHaveLength(2);
  });
});
