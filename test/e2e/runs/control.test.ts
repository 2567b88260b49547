import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Run, type Scene, useScenes } from "../rules/support/scene.ts";

type Move = "pause" | "resume" | "cancel" | "retry";
const open = useScenes();
let scene: Scene;
beforeAll(async () => {
  scene = await open();
});

const waiting: RuleDraft["actions"] = [
  { type: "wait", days: 3 },
  { type: "assignWorkflow", workflowId: "@agency" },
];
let rounds = 0;
/** For this test: the rule under control and another one, with a run for each of three customers. */
let ruleIds: string[];
let customers: string[];

/** Saves both rules for customers of their own, and creates these. */
async function runsOf(actions: RuleDraft["actions"]): Promise<void> {
  rounds += 1;
  const city = `Round ${rounds}`;
  const rule = (name: string): RuleDraft => ({
    ...{ name, trigger: { type: "customerCreated" }, actions },
    filters: [{ field: "city", op: "is", values: [city] }],
  });
  ruleIds = await scene.rules(rule("Ours"), rule("Theirs"));
  customers = ["A", "B", "C"].map((name) => `${name}-${rounds}`);
  await scene.send("POST", "/v1/bulk/customers", {
    items: customers.map((externalId) => ({ externalId, name: externalId, city })),
  });
}

async function shown(of: 0 | 1): Promise<Run[]> {
  const { runs } = await scene.api.get<{ runs: Run[] }>(`/v1/runs?ruleId=${ruleIds[of]}`);
  return runs;
}
const statuses = async (of: 0 | 1) => (await shown(of)).map(({ status }) => status);

/** Three ways to say which runs are meant, of which all, or the first one alone, are ours. */
const WAYS: { name: string; concerns: number; ask: (move: Move) => Promise<unknown> }[] = [
  {
    ...{ name: "one run", concerns: 1 },
    ask: async (move) => scene.api.post(`/v1/runs/${(await shown(0))[0]?.id}/${move}`),
  },
  {
    ...{ name: "all runs of a rule", concerns: 3 },
    ask: (action) => scene.api.post("/v1/runs/actions", { action, ruleId: ruleIds[0] }),
  },
  {
    ...{ name: "a selection by rule and customer", concerns: 1 },
    ask: (action) =>
      scene.api.post("/v1/runs/actions", {
        ...{ action, ruleId: ruleIds[0] },
        filter: { customerId: `external:${customers[0]}` },
      }),
  },
  {
    ...{ name: "runs by name", concerns: 2 },
    ask: async (action) =>
      scene.api.post("/v1/runs/actions", { action, runIds: (await shown(0)).slice(0, 2).map(({ id }) => id) }),
  },
];

describe.each(WAYS)("control of $name", ({ concerns, ask }) => {
  const with_ = (status: string, rest: string) => [
    ...Array<string>(concerns).fill(status),
    ...Array<string>(3 - concerns).fill(rest),
  ];

  it("pauses, resumes and cancels it, each harmless when repeated, and leaves every other alone", async () => {
    await runsOf(waiting);
    for (const [move, status] of [
      ["pause", "held"],
      ["pause", "held"],
      ["resume", "waiting"],
      ["resume", "waiting"],
      ["cancel", "cancelled"],
      ["cancel", "cancelled"],
    ] as const) {
      await ask(move);
      await scene.settled();
      expect([move, await statuses(0)]).toEqual([move, with_(status, "waiting")]);
      expect(await statuses(1)).toEqual(["waiting", "waiting", "waiting"]);
    }
  });

  it("retries what failed, in the same run, and leaves every other alone", async () => {
    const channelId = await scene.organization.channel({ kind: "email" });
    // There is no mail server, so that it fails at once, each time.
    await runsOf([{ type: "sendNotification", channelId, to: [{ userId: "@ann" }], subject: "Look", body: "look" }]);
    const before = await eventually(async () => {
      const runs = [...(await shown(0)), ...(await shown(1))];
      return runs.every(({ status }) => status === "failed") && runs.slice(0, 3);
    });
    await ask("retry");
    await eventually(
      async () => {
        const runs = await shown(0);
        const attempts = runs.map(({ actions }) => actions[0]?.attempts);
        expect(attempts).toEqual([...Array(concerns).fill(2), ...Array(3 - concerns).fill(1)]);
        expect(runs.map(({ id, status }) => [id, status])).toEqual(before.map(({ id }) => [id, "failed"]));
        return true;
      },
      { message: "second attempts" },
    );
    expect((await shown(1)).map(({ actions }) => actions[0]?.attempts)).toEqual([1, 1, 1]);
  });
});

describe("a move that the status does not allow", () => {
  beforeEach(() => runsOf(waiting));

  it("is 409, and of a selection told for that run alone", async () => {
    const [first, second, third] = await shown(0);
    await scene.api.post(`/v1/runs/${first?.id}/cancel`);
    for (const move of ["pause", "resume", "retry"]) {
      const { status, body } = await scene.ask("POST", `/v1/runs/${first?.id}/${move}`, {});
      expect([move, status, body]).toMatchObject([
        move,
        409,
        { code: move === "retry" ? "nothing_failed" : "run_ended" },
      ]);
    }
    const runIds = [first?.id, second?.id, third?.id];
    const answer = await scene.api.post("/v1/runs/actions", { action: "pause", runIds });
    expect(answer).toMatchObject({
      selected: 3,
      done: 2,
      refused: 1,
      results: [{ runId: first?.id, code: "run_ended" }, {}, {}],
    });
    expect(await statuses(0)).toEqual(["cancelled", "held", "held"]);
  });

  it("is told on the customer's timeline with who did it, where it was allowed", async () => {
    const [run] = await shown(0);
    for (const move of ["pause", "resume", "cancel"]) await scene.api.post(`/v1/runs/${run?.id}/${move}`);
    await scene.ask("POST", `/v1/runs/${run?.id}/pause`, {});
    const path = `/v1/customers/external:${customers[0]}/timeline`;
    const { timeline } = await scene.api.get<{ timeline: { kind: string; data: { action: string } }[] }>(path);
    const control = timeline.filter(({ kind }) => kind === "control");
    expect(control.map(({ data }) => data.action)).toEqual(["pause", "resume", "cancel"]);
    expect(control[0]).toMatchObject({ source: "api", actor: { keyId: expect.any(String) } });
  });
});
