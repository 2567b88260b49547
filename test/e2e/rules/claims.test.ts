import { describe, expect, it } from "vitest";
import type { RuleDraft, Trigger } from "../../../rules/schema.ts";
import { type Scene, useScenes } from "./support/scene.ts";

const open = useScenes();

type Action = RuleDraft["actions"][number];
type Mode = "replace" | "add" | "remove";
const anyChange: Trigger = { type: "customerCreatedOrUpdated" };
const startsMatching: Trigger = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true };

const workflow = (workflowId: string | null): Action => ({ type: "assignWorkflow", workflowId });
const users = (mode: Mode, ...userIds: string[]): Action => ({ type: "assignUsers", userIds, mode });
const methods = (mode: Mode, ...paymentMethodIds: string[]): Action => ({
  ...{ type: "assignPaymentMethods", paymentMethodIds, mode },
});
const exclude: Action = { type: "excludeCustomer" };

/** Rules that all want something of the same change. */
interface Contest {
  name: string;
  /** Actions of the rules in list order; they are called 1, 2, 3 … */
  wants: Action[][];
  /** What stands before, written by a person. */
  stands?: { workflowId?: string; userIds?: string[]; paymentMethodIds?: string[] };
  workflow?: string | null;
  users?: string[];
  paymentMethods?: string[];
  /** The verdicts in list order, `lostTo` with the winner. */
  verdicts: string[];
  /** Runs with what became of their actions. */
  runs: string[];
}

const CONTESTS: Contest[] = [
  {
    name: "replace: the first in the list wins, the others name it and have no run",
    wants: [[workflow("@agency")], [workflow("@vip")], [workflow("@reminders")]],
    workflow: "@agency",
    verdicts: ["matched", "lostTo 1", "lostTo 1"],
    runs: ["1 applied: applied"],
  },
  {
    name: "a rule that loses one slot keeps the others that it won",
    wants: [[workflow("@agency")], [workflow("@vip"), users("replace", "@bob")]],
    workflow: "@agency",
    users: ["@bob"],
    verdicts: ["matched", "matched"],
    runs: ["1 applied: applied", "2 partlyApplied: lost, applied"],
  },
  {
    name: "add and remove of different members combine in list order",
    stands: { userIds: ["@bob"] },
    wants: [[users("add", "@ann")], [users("remove", "@bob")], [users("add", "@cy")]],
    users: ["@ann", "@cy"],
    verdicts: ["matched", "matched", "matched"],
    runs: ["1 applied: applied", "2 applied: applied", "3 applied: applied"],
  },
  {
    name: "add and remove of the same member: the first holds it, the other keeps what else it names",
    wants: [[methods("add", "@card")], [methods("remove", "@card")], [methods("add", "@card", "@wire")]],
    paymentMethods: ["@card", "@wire"],
    verdicts: ["matched", "lostTo 1", "matched"],
    runs: ["1 applied: applied", "3 partlyApplied: applied"],
  },
  {
    name: "a replace below an add loses, though it names another member",
    wants: [[users("add", "@ann")], [users("replace", "@bob")], [users("add", "@cy")]],
    users: ["@ann", "@cy"],
    verdicts: ["matched", "lostTo 1", "matched"],
    runs: ["1 applied: applied", "3 applied: applied"],
  },
  {
    name: "add and remove below a replace lose",
    stands: { userIds: ["@cy"] },
    wants: [[users("replace", "@bob")], [users("add", "@ann")], [users("remove", "@bob")]],
    users: ["@bob"],
    verdicts: ["matched", "lostTo 1", "lostTo 1"],
    runs: ["1 applied: applied"],
  },
  {
    name: "a rule that sets what stands already keeps later rules out",
    stands: { workflowId: "@agency" },
    wants: [[workflow("@agency")], [workflow("@vip")]],
    workflow: "@agency",
    verdicts: ["unchanged", "lostTo 1"],
    runs: ["1 skipped: unchanged"],
  },
  {
    name: "a rule that finds nobody to assign keeps later rules out, and the slot stays",
    stands: { userIds: ["@cy"] },
    wants: [[{ type: "assignUsers", customFields: ["csm"] }], [users("replace", "@bob")]],
    users: ["@cy"],
    verdicts: ["noUsers", "lostTo 1"],
    runs: ["1 skipped: skipped"],
  },
  {
    name: "clearing a slot is a claim like any other",
    stands: { workflowId: "@vip", userIds: ["@ann"] },
    wants: [
      [workflow(null), users("replace")],
      [workflow("@agency"), users("add", "@bob")],
    ],
    workflow: null,
    users: [],
    verdicts: ["matched", "lostTo 1"],
    runs: ["1 applied: applied, applied"],
  },
  {
    name: "exclusion: the first in the list excludes, and the slots that others win are set all the same",
    wants: [[exclude], [workflow("@agency"), exclude], [exclude]],
    verdicts: ["matched", "matched", "lostTo 1"],
    runs: ["1 applied: applied", "2 partlyApplied: applied, lost"],
  },
];

const inReno = (name: string, actions: Action[], trigger = startsMatching): RuleDraft => ({
  ...{ name, trigger, actions },
  filters: [{ field: "city", op: "is", values: ["Reno"] }],
});

async function activate(scene: Scene, ...rules: RuleDraft[]): Promise<string[]> {
  const ids: string[] = [];
  for (const rule of rules) {
    const { id } = await scene.send<{ id: string }>("POST", "/v1/rules", rule);
    await scene.send("POST", `/v1/rules/${id}/activate`, { confirmIrreversible: true });
    ids.push(id);
  }
  return ids;
}

const verdictsOn = async (scene: Scene, version: number) =>
  (await scene.explain("C", version)).map(({ reason, lostTo }) =>
    lostTo && reason === "lostTo" ? `lostTo ${lostTo.name}` : reason,
  );
const runsOf = async (scene: Scene) =>
  (await scene.runs()).map(
    ({ ruleName, status, actions }) => `${ruleName} ${status}: ${actions.map((action) => action.status).join(", ")}`,
  );

describe("rules that want the same slot for the same change", () => {
  it.each(CONTESTS)("$name", async ({ name: _, wants, stands = {}, verdicts, runs, ...slots }) => {
    const scene = await open();
    await scene.organization.field("csm", "TEXT");
    await activate(scene, ...wants.map((actions, place) => inReno(`${place + 1}`, actions)));
    await scene.write(stands, "manual");
    await scene.send("PATCH", "/v1/customers/external:C", { city: "Reno" }, "manual");
    expect(await verdictsOn(scene, 2)).toEqual(verdicts);
    expect(await runsOf(scene)).toEqual(runs);
    const changes = await scene.changes();
    // Whatever they set together is one change, caused by those that set something.
    const moved = runs.filter((run) => run.split(": ")[1]?.includes("applied"));
    expect(changes.slice(2).map(({ cause }) => cause.map(({ ruleName }) => ruleName))).toEqual(
      moved.length === 0 ? [] : [moved.map((run) => run.split(" ")[0])],
    );
    const standing = changes.at(-1)?.after ?? {};
    expect(scene.named(standing)).toMatchObject(slots);
    const customer = await scene.api.get<{ excludedAt: string | null }>("/v1/customers/external:C");
    expect(customer.excludedAt !== null).toBe(wants.flat().includes(exclude));
  });

  it("a rule whose slot the API keeps, or that is paused, keeps later rules out", async () => {
    const scene = await open();
    const [, held] = await activate(
      scene,
      inReno("overruled", [workflow("@agency")]),
      inReno("held", [users("replace", "@ann")]),
      inReno("late", [workflow("@vip"), users("replace", "@bob")]),
    );
    await scene.send("POST", `/v1/rules/${held}/pause`);
    await scene.write({ workflowId: "@reminders", city: "Reno" });
    expect(await verdictsOn(scene, 1)).toEqual(["overruled", "held", "lostTo overruled"]);
    expect(await runsOf(scene)).toEqual(["overruled skipped: overruled", "held held: held"]);
    expect(await scene.slots()).toMatchObject({ workflow: "@reminders", users: [] });
  });

  it("the order is the list's, and a new order counts for what is written from then on", async () => {
    const scene = await open();
    const ruleIds = await activate(scene, inReno("1", [workflow("@agency")]), inReno("2", [workflow("@vip")]));
    await scene.send("POST", "/v1/organization/stop_rules");
    await scene.write({ externalId: "before", city: "Reno" });
    await scene.send("PUT", "/v1/rules/order", { ruleIds: [...ruleIds].reverse() });
    await scene.send("POST", "/v1/organization/start_rules");
    await scene.write({ externalId: "after", city: "Reno" });
    expect([(await scene.slots("before")).workflow, (await scene.slots("after")).workflow]).toEqual([
      "@agency",
      "@vip",
    ]);
    expect((await scene.explain("after", 1)).map(({ name, reason }) => [name, reason])).toEqual([
      ["2", "matched"],
      ["1", "lostTo"],
    ]);
  });
});

describe("a rule and what follows from its own change", () => {
  it("is unchanged without a run where it would set nothing new, and tells nobody twice", async () => {
    const scene = await open();
    const tell: Action = { type: "sendNotification", channelId: "@bell", to: [{ userId: "@ann" }], body: "b" };
    await activate(scene, inReno("sets", [workflow("@agency"), tell], anyChange), inReno("tells", [tell], anyChange));
    await scene.write({ city: "Reno" });
    expect(await verdictsOn(scene, 1)).toEqual(["matched", "matched"]);
    expect(await verdictsOn(scene, 2)).toEqual(["unchanged", "unchanged"]);
    expect(await runsOf(scene)).toEqual(["sets applied: applied, applied", "tells applied: applied"]);
    await scene.write({ language: "en" });
    expect(await verdictsOn(scene, 3)).toEqual(["matched", "matched"]);
    expect((await runsOf(scene)).slice(2)).toEqual(["sets applied: unchanged, applied", "tells applied: applied"]);
  });

  it("acts once per root: what would go round is a loop with a skipped run that keeps its claim", async () => {
    const scene = await open();
    const flip = (name: string, from: string, to: string): RuleDraft => ({
      ...{ name, trigger: anyChange, actions: [workflow(to)] },
      filters: [{ field: "workflow", op: "is", values: [from] }],
    });
    await activate(scene, flip("to vip", "@agency", "@vip"), flip("to agency", "@vip", "@agency"), {
      ...inReno("late", [workflow("@reminders")], anyChange),
      filters: [{ field: "workflow", op: "changed", from: ["@vip"] }],
    });
    await scene.write({ workflowId: "@agency" }, "manual");
    expect(await verdictsOn(scene, 2)).toEqual(["filters", "matched", "filters"]);
    expect(await verdictsOn(scene, 3)).toEqual(["loop", "filters", "lostTo to vip"]);
    const [loop] = await scene.explain("C", 3);
    expect(loop).toMatchObject({ matched: true, path: [{ ruleName: "to vip" }, { ruleName: "to agency" }] });
    const runs = await scene.runs();
    expect(runs.at(-1)).toMatchObject({ id: loop?.runId, status: "skipped", reason: "loop" });
    const changes = await scene.changes();
    expect(changes.map(({ rootId }) => rootId)).toEqual(Array(3).fill(changes[0]?.id));
    expect(changes.map(({ source }) => source)).toEqual(["manual", "rule", "rule"]);
    expect(changes.map(({ cause }) => cause.length)).toEqual([0, 1, 2]);
    // A write of its own is another root.
    await scene.write({ city: "Reno" });
    expect(await verdictsOn(scene, 4)).toEqual(["matched", "filters", "filters"]);
  });

  it("a chain is cut when ten runs led to a change: the eleventh is a loop", async () => {
    const scene = await open();
    const ids = await Promise.all(
      Array.from({ length: 11 }, (_, index) => scene.organization.user(`u${index}@acme.test`)),
    );
    await activate(
      scene,
      ...ids.map(
        (userId, index): RuleDraft => ({
          ...{ name: `${index + 1}`, trigger: index === 0 ? { type: "customerCreated" } : anyChange },
          filters: index === 0 ? [] : [{ field: "users", op: "changed", to: [ids[index - 1]!] }],
          actions: [users("replace", userId)],
        }),
      ),
    );
    await scene.write({});
    expect((await scene.slots()).users).toEqual([ids[9]]);
    expect((await scene.changes()).map(({ cause }) => cause.length)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const last = (await scene.explain("C", 11)).at(-1);
    expect(last).toMatchObject({ name: "11", matched: true, reason: "loop" });
    expect(last?.path).toHaveLength(10);
    expect((await runsOf(scene)).slice(-2)).toEqual(["10 applied: applied", "11 skipped: loop"]);
  });
});
