import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Scene, useScenes } from "../rules/support/scene.ts";

const open = useScenes();

const inCountry = (name: string, country: string, workflowId: string): RuleDraft => ({
  ...{
    name,
    trigger: { type: "customerCreatedOrUpdated" },
    filters: [{ field: "country", op: "is", values: [country] }],
  },
  actions: [{ type: "assignWorkflow", workflowId }],
});

/** A French customer whose only rule would move it to the agency, but is paused. */
async function heldScene(): Promise<{ scene: Scene; ruleId: string }> {
  const scene = await open();
  const [ruleId = ""] = await scene.rules(inCountry("Held", "FR", "@agency"));
  await scene.send("POST", `/v1/rules/${ruleId}/pause`);
  await scene.write({ country: "FR" });
  expect(await scene.runs()).toMatchObject([{ status: "held", reason: "paused" }]);
  return { scene, ruleId };
}

/** What can happen to the customer while the rule is paused, and what its run then comes to. */
const MEANWHILE: { name: string; happens: (scene: Scene) => Promise<unknown>; run: object; workflow: string }[] = [
  {
    name: "written by hand for a newer change, and is superseded",
    happens: (scene) => scene.write({ workflowId: "@vip", country: "DE" }, "manual"),
    ...{ run: { status: "skipped", reason: "superseded" }, workflow: "@vip" },
  },
  {
    name: "written by another rule for a newer change, and is superseded",
    happens: async (scene) => {
      await scene.rules(inCountry("Newer", "DE", "@vip"));
      await scene.write({ country: "DE" });
    },
    ...{ run: { status: "skipped", reason: "superseded" }, workflow: "@vip" },
  },
  {
    name: "set by the API, and is overruled",
    happens: (scene) => scene.write({ workflowId: "@vip", country: "DE" }),
    ...{ run: { status: "skipped", reason: "overruled" }, workflow: "@vip" },
  },
  {
    name: "untouched by newer changes, and is applied",
    happens: (scene) => scene.write({ country: "DE" }),
    ...{ run: { status: "applied", reason: null }, workflow: "@agency" },
  },
];

describe("what comes late is decided when it is written, not when it was planned", () => {
  it.each(MEANWHILE)("a held effect finds its slot $name", async ({ happens, run, workflow }) => {
    const { scene, ruleId } = await heldScene();
    await happens(scene);
    await scene.send("POST", `/v1/rules/${ruleId}/resume`);
    const [first] = await scene.runs();
    expect(first).toMatchObject(run);
    expect((await scene.slots()).workflow).toBe(workflow);
  });

  it("a message that is retried by hand carries out no slot of its run again", async () => {
    const scene = await open();
    const channelId = await scene.organization.channel({ kind: "email" });
    const tells: RuleDraft = {
      ...inCountry("Tells", "FR", "@agency"),
      actions: [
        { type: "assignWorkflow", workflowId: "@agency" },
        // Without a mail server it fails at once.
        { type: "sendNotification", channelId, to: [{ userId: "@ann" }], subject: "C", body: "look" },
      ],
    };
    await scene.rules(tells);
    await scene.write({ country: "FR" });
    const failed = (attempts: number) =>
      eventually(async () => {
        const [run] = await scene.runs();
        const [assigned, told] = run?.actions ?? [];
        expect(assigned?.status).toBe("applied");
        return run?.status === "partlyApplied" && told?.attempts === attempts && run;
      });
    const { id } = await failed(1);
    await scene.write({ workflowId: "@vip", country: "DE" });
    await scene.send("POST", `/v1/runs/${id}/retry`);
    expect((await failed(2)).id).toBe(id);
    expect((await scene.slots()).workflow).toBe("@vip");
  });
});

describe("a winner that does nothing keeps later rules out all the same", () => {
  it.each(["held", "overruled", "unchanged"])("where it is %s", async (how) => {
    const scene = await open();
    const [first, second] = await scene.rules(
      inCountry("First", "FR", "@agency"),
      inCountry("Second", "FR", "@reminders"),
    );
    if (how === "held") await scene.send("POST", `/v1/rules/${first}/pause`);
    const workflowId = how === "unchanged" ? "@agency" : "@vip";
    // A slot that a person has set is free for rules; one that the API has set is not.
    await scene.write({ country: "FR", workflowId }, how === "overruled" ? undefined : "manual");
    expect((await scene.slots()).workflow).toBe(workflowId);
    expect(await scene.explain("C", 1)).toMatchObject([
      { name: "First", matched: true, reason: how },
      { name: "Second", matched: true, reason: "lostTo", lostTo: { ruleId: first, name: "First" } },
    ]);
    expect((await scene.api.get<{ total: number }>(`/v1/runs?ruleId=${second}`)).total).toBe(0);
  });

  it("a rule that is paused keeps one below it from overruling what is written by hand", async () => {
    const scene = await open();
    const [first] = await scene.rules(inCountry("First", "FR", "@agency"), {
      ...inCountry("Second", "FR", "@agency"),
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    await scene.send("POST", `/v1/rules/${first}/pause`);
    await scene.write({ country: "FR", workflowId: "@vip" }, "manual");
    expect((await scene.slots()).workflow).toBe("@vip");
    expect(await scene.explain("C", 1)).toMatchObject([
      { name: "First", matched: true, reason: "held" },
      { name: "Second", matched: true, reason: "lostTo", lostTo: { ruleId: first, name: "First" } },
    ]);
  });
});
