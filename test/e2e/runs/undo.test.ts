import { describe, expect, it } from "vitest";
import { eventually } from "../../helpers/poll.ts";
import { type Run, type Scene, useScenes } from "../rules/support/scene.ts";

const open = useScenes();

interface Undo {
  dryRun: boolean;
  undone: { slot: string; from: unknown; to: unknown; owner: object | null }[];
  kept: object[];
  wouldSet: object[];
}
const undo = async (scene: Scene, id: string, body: object = {}) => {
  const answer = await scene.api.post<Undo>(`/v1/runs/${id}/undo`, body);
  await scene.settled();
  return answer;
};

const inFrance = { field: "country" as const, op: "is" as const, values: ["FR"] };
const assigning = [
  { type: "assignWorkflow" as const, workflowId: "@agency" },
  { type: "assignUsers" as const, userIds: ["@ann"], customFields: [], mode: "replace" as const },
];

/** A run that took a customer from the reminders that a person had put it on to the agency, and gave it to Ann. */
async function moved(onlyWhenStartsMatching = false): Promise<{ scene: Scene; ruleId: string; run: Run }> {
  const scene = await open();
  const trigger = { type: "customerCreatedOrUpdated" as const, onlyWhenStartsMatching };
  const [ruleId = ""] = await scene.rules({ name: "Moves", trigger, filters: [inFrance], actions: assigning });
  await scene.write({ workflowId: "@reminders" }, "manual");
  await scene.write({ country: "FR" });
  const [run] = await scene.runs();
  if (run?.status !== "applied") throw new Error("the rule should have acted");
  return { scene, ruleId, run };
}
const assignments = async ({ api }: Scene) =>
  (await api.get<{ assignments: object }>("/v1/customers/external:C")).assignments;

describe("undoing a run", () => {
  it("is a dry run unless told otherwise, and names the rules that would set the slots again at the next change", async () => {
    const { scene, run, ruleId } = await moved();
    const before = [await scene.slots(), await scene.changes()];
    expect(await undo(scene, run.id)).toMatchObject({
      ...{ dryRun: true, kept: [] },
      undone: scene.withIds([
        { slot: "workflow", from: "@agency", to: "@reminders", owner: { source: "manual" } },
        { slot: "users", from: ["@ann"], to: [], owner: null },
      ]),
      wouldSet: [
        { ruleId, slot: "workflow" },
        { ruleId, slot: "users" },
      ],
    });
    expect([await scene.slots(), await scene.changes()]).toEqual(before);
  });

  it("puts every slot back to whoever had set it, in a change of the same root, which does not set the rule off again", async () => {
    const { scene, run } = await moved();
    await undo(scene, run.id, { dryRun: false });
    expect(await scene.slots()).toMatchObject({ workflow: "@reminders", users: [] });
    expect(await assignments(scene)).toMatchObject({ workflow: { source: "manual" }, users: null });
    const changes = await scene.changes();
    const judged = changes.find(({ id }) => id === run.changeId);
    expect(changes.at(-1)).toMatchObject({ rootId: judged?.rootId, cause: [{ ruleName: "Moves" }] });
    expect(await scene.explain()).toMatchObject([{ matched: true, reason: "loop" }]);
    // The next change is of another root.
    await scene.write({ city: "Paris" });
    expect(await scene.slots()).toMatchObject({ workflow: "@agency", users: ["@ann"] });
  });

  it("leaves what was written since, by whomever, and lists it with who did it", async () => {
    const { scene, run } = await moved(true);
    await scene.write({ workflowId: "@vip" });
    const { undone, kept } = await undo(scene, run.id, { dryRun: false });
    expect(undone.map(({ slot }) => slot)).toEqual(["users"]);
    expect(kept).toMatchObject([
      { type: "assignWorkflow", slot: "workflow", reason: "touched", by: { source: "api" } },
    ]);
    expect(await scene.slots()).toMatchObject({ workflow: "@vip", users: [] });
  });

  it("once more does nothing", async () => {
    const { scene, run } = await moved();
    await undo(scene, run.id, { dryRun: false });
    const before = [await scene.slots(), await scene.changes()];
    expect(await undo(scene, run.id, { dryRun: false })).toMatchObject({
      ...{ undone: [], kept: [{ reason: "undone" }, { reason: "undone" }] },
    });
    expect([await scene.slots(), await scene.changes()]).toEqual(before);
  });

  it("does not bring back an excluded customer, and unsends nothing", async () => {
    const scene = await open();
    const { id } = await scene.api.post<{ id: string }>("/v1/rules", {
      ...{ name: "Excludes", trigger: { type: "customerCreatedOrUpdated" }, filters: [inFrance] },
      actions: scene.withIds([
        { type: "sendNotification", channelId: "@bell", to: [{ userId: "@ann" }], body: "gone" },
        { type: "excludeCustomer" },
      ]),
    });
    await scene.api.post(`/v1/rules/${id}/activate`, { confirmIrreversible: true });
    await scene.write({ country: "FR" });
    const [run] = await scene.runs();
    const kept = [
      { type: "sendNotification", reason: "sent" },
      { type: "excludeCustomer", slot: null, reason: "irreversible" },
    ];
    expect(await undo(scene, run?.id ?? "", { dryRun: false })).toMatchObject({ undone: [], kept });
    expect((await scene.api.get<{ total: number }>("/v1/customers")).total).toBe(0);
  });
});

interface Job {
  id: string;
  status: string;
  progress: object;
}

describe("undoing a backfill", () => {
  it("is rehearsed first, then done for every customer but where a slot was written since", async () => {
    const scene = await open();
    const { api } = scene;
    const names = ["A", "B", "C"];
    for (const externalId of names) await scene.write({ externalId, country: "FR" });
    const trigger = { type: "customerCreatedOrUpdated" as const };
    const [ruleId] = await scene.rules({ name: "Moves", trigger, filters: [inFrance], actions: assigning });
    const backfill = await api.post<{ id: string }>("/v1/backfills", { ruleIds: [ruleId] });
    const path = `/v1/backfills/${backfill.id}`;
    await eventually(async () => (await api.get<{ status: string }>(path)).status === "completed");
    await scene.settled();
    await scene.write({ externalId: "B", workflowId: "@vip", userIds: [] });
    const slots = () => Promise.all(names.map(async (name) => (await scene.slots(name)).workflow));
    const undone = async (body: object) => {
      const { id } = await api.post<Job>(`${path}/undo`, body);
      const job = await eventually(async () => {
        const found = await api.get<Job>(`/v1/jobs/${id}`);
        return found.status === "completed" && found;
      });
      await scene.settled();
      return job;
    };
    expect(await undone({})).toMatchObject({ dryRun: true, progress: { total: 3, updated: 2, unchanged: 1 } });
    expect(await slots()).toEqual(["@agency", "@vip", "@agency"]);
    const { progress, ...job } = await undone({ dryRun: false });
    expect([progress, job]).toMatchObject([
      { updated: 2, unchanged: 1 },
      {
        results: [
          { wouldSet: [{ ruleId }, { ruleId }] },
          { kept: [{ reason: "touched", by: { source: "api" } }, {}] },
          {},
        ],
      },
    ]);
    expect(await slots()).toEqual([null, "@vip", null]);
    expect((await scene.explain("A")).map(({ reason }) => reason)).toEqual(["loop"]);
  });
});
