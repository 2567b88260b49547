import { beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Run, type Scene, useScenes } from "../rules/support/scene.ts";

type Action = RuleDraft["actions"][number];
const to = (workflowId: string | null): Action => ({ type: "assignWorkflow", workflowId });
const users = (userIds: string[], mode: "replace" | "add" | "remove" = "replace"): Action => {
  return { type: "assignUsers", userIds, customFields: [], mode };
};
const card: Action = { type: "assignPaymentMethods", paymentMethodIds: ["@card"], mode: "add" };
const tell = (channelId: string, more: object = {}): Action => {
  return { type: "sendNotification", channelId, to: [{ userId: "@ann" }], subject: "Look", body: "look", ...more };
};

interface Case {
  name: string;
  /** Rules for this case's customer alone, in list order; what is looked at is the last one's run. */
  rules: Action[][];
  /** What the customer is created with, and by whom. */
  customer?: Record<string, unknown>;
  by?: "manual";
  status: string;
  reason?: string;
  actions: string[];
}

/** How a run ends or stands, by what came of its actions. Mail fails at once, for there is no mail server. */
const CASES: Case[] = [
  { name: "all done", rules: [[to("@agency"), users(["@ann"])]], status: "applied", actions: ["applied", "applied"] },
  {
    ...{ name: "some unchanged", rules: [[to("@agency"), users(["@ann"])]] },
    ...{ customer: { userIds: ["@ann"] }, by: "manual", status: "applied", actions: ["applied", "unchanged"] },
  },
  {
    ...{ name: "one overruled", rules: [[to("@agency"), card]], customer: { workflowId: "@vip" } },
    ...{ status: "partlyApplied", actions: ["overruled overruled", "applied"] },
  },
  {
    ...{ name: "one lost", rules: [[to("@vip")], [to("@agency"), card]] },
    ...{ status: "partlyApplied", actions: ["lost lostTo", "applied"] },
  },
  {
    ...{ name: "a part of the members lost", rules: [[users(["@ann"], "add")], [users(["@ann", "@bob"], "remove")]] },
    ...{ customer: { userIds: ["@bob"] }, by: "manual", status: "partlyApplied", actions: ["applied"] },
  },
  {
    ...{ name: "one failed", rules: [[to("@agency"), tell("@mail")]] },
    ...{ status: "partlyApplied", actions: ["applied", "failed delivery"] },
  },
  { name: "nothing but failed", rules: [[tell("@mail")]], status: "failed", actions: ["failed delivery"] },
  { name: "unchanged", rules: [[to(null)]], status: "skipped", reason: "unchanged", actions: ["unchanged"] },
  {
    ...{ name: "overruled", rules: [[to("@agency")]], customer: { workflowId: "@vip" } },
    ...{ status: "skipped", reason: "overruled", actions: ["overruled overruled"] },
  },
  {
    ...{
      name: "nobody to assign",
      rules: [[{ type: "assignUsers", userIds: [], customFields: ["csm"], mode: "add" }]],
    },
    ...{ customer: { customFields: { csm: "nobody@acme.test" } }, status: "skipped", reason: "noUsers" },
    actions: ["skipped noUsers"],
  },
  {
    ...{ name: "nobody to tell", rules: [[tell("@bell", { to: [{ assignedUsers: true }] })]] },
    ...{ status: "skipped", reason: "noRecipients", actions: ["skipped noRecipients"] },
  },
  {
    ...{ name: "a timer", rules: [[to("@agency"), { type: "wait", days: 3 }, card]] },
    ...{ status: "waiting", reason: "wait", actions: ["applied", "waiting wait", "waiting wait"] },
  },
  {
    ...{ name: "a digest", rules: [[tell("@bell", { digest: "daily" })]] },
    ...{ status: "waiting", reason: "digest", actions: ["waiting digest"] },
  },
  { name: "told", rules: [[tell("@bell")]], status: "applied", actions: ["applied"] },
];

const open = useScenes();
let scene: Scene;
let ruleIds: string[];
/** The last run of a case's customer. */
const runOf = (runs: Run[], name: string) => runs.filter(({ ruleName }) => ruleName === name).at(-1);

beforeAll(async () => {
  scene = await open();
  const { organization, api } = scene;
  await organization.field("csm", "TEXT");
  const mail = await organization.channel({ kind: "email" });
  const rules = CASES.flatMap(({ name, rules }) =>
    rules.map(
      (actions): RuleDraft => ({
        ...{ name, actions, trigger: { type: "customerCreated" } },
        filters: [{ field: "externalId", op: "is", values: [name] }],
      }),
    ),
  );
  ruleIds = await scene.rules(...(JSON.parse(JSON.stringify(rules).replaceAll("@mail", mail)) as RuleDraft[]));
  for (const by of [undefined, "manual"] as const) {
    const items = CASES.filter((one) => one.by === by).map(({ name, customer }) => ({
      ...{ externalId: name, name },
      ...customer,
    }));
    await api.with(by ? { "X-Source": by } : {}).post("/v1/bulk/customers", scene.withIds({ items }));
  }
  await scene.settled();
  // A message that has failed for good waits for a moment, without a reason, before that is recorded.
  await eventually(async () =>
    (await scene.runs()).every(({ status, reason }) => status !== "waiting" || reason !== null),
  );
});

describe("the status of a run", () => {
  it.each(CASES)("$name: $status", async ({ name, status, reason = null, actions }) => {
    const run = runOf(await scene.runs(), name);
    expect(run).toMatchObject({ status, reason });
    expect(run?.actions.map((action) => [action.status, action.reason].filter(Boolean).join(" "))).toEqual(actions);
  });

  it("is there for every match, but for a rule that lost all it wanted: that stands in the evaluation", async () => {
    const [first, second] = await scene.rules(
      ...["Winner", "Loser"].map((name) => ({
        ...{
          name,
          trigger: { type: "customerCreated" as const },
          actions: [to(`@${name === "Winner" ? "vip" : "agency"}`)],
        },
        filters: [{ field: "externalId" as const, op: "is" as const, values: ["lost"] }],
      })),
    );
    await scene.write({ externalId: "lost" });
    const verdicts = await scene.explain("lost", 1);
    expect(verdicts.slice(-2)).toMatchObject([
      { name: "Winner", reason: "matched", runId: expect.any(String) },
      { name: "Loser", matched: true, reason: "lostTo", lostTo: { ruleId: first, name: "Winner" } },
    ]);
    expect(verdicts.at(-1)?.runId).toBeUndefined();
    expect((await scene.api.get<{ total: number }>(`/v1/runs?ruleId=${second}`)).total).toBe(0);
  });
});

describe("what a run keeps", () => {
  it("is its rule and version, customer, cause, facts, each action before and after, times, and who carried it out", async () => {
    const { api, organization } = scene;
    const first = runOf(await scene.runs(), "all done");
    const read = await api.get<{ createdAt: string }>(`/v1/runs/${first?.id}`);
    const at = read.createdAt;
    const { id: customerId } = await api.get<{ id: string }>("/v1/customers/external:all%20done");
    const [created] = await scene.changes("all done");
    const tracker = `tracker:${organization.id}:0`;
    expect(read).toMatchObject({
      ...{ ruleId: ruleIds[0], ruleName: "all done", ruleVersion: 1, customerId, changeId: created?.id },
      ...{ rootId: created?.rootId, cause: [], before: null, after: { name: "all done", workflow: null, users: [] } },
      actions: [
        { type: "assignWorkflow", before: null, after: scene.withIds("@agency"), at },
        { type: "assignUsers", before: [], after: [scene.withIds("@ann")], at },
      ],
      ...{ temporalWorkflowId: tracker, temporalRunId: expect.any(String) },
      ...{ createdAt: expect.any(String), finishedAt: expect.any(String) },
    });
    // What is open has not come to its time.
    expect(runOf(await scene.runs(), "a timer")?.actions).toMatchObject([
      { at: expect.any(String) },
      { at: null },
      { at: null },
    ]);
  });

  it("is the path of runs that led to it", async () => {
    const { api } = scene;
    const inCity = { field: "city" as const, op: "is" as const, values: ["Chain"] };
    const [, second] = await scene.rules(
      ...[
        {
          name: "Leads",
          trigger: { type: "customerCreated" as const },
          filters: [inCity],
          actions: [to("@reminders")],
        },
        {
          ...{ name: "Follows", trigger: { type: "customerCreatedOrUpdated" as const }, actions: [card] },
          filters: [inCity, { field: "workflow" as const, op: "is" as const, values: ["@reminders"] }],
        },
      ],
    );
    await scene.write({ externalId: "chain", city: "Chain" });
    const { runs } = await api.get<{ runs: Run[] }>(`/v1/runs?ruleId=${second}`);
    const [created, raised] = await scene.changes("chain");
    expect(runs).toMatchObject([
      { changeId: raised?.id, rootId: created?.rootId, cause: [{ ruleName: "Leads", changeId: created?.id }] },
    ]);
    expect(raised).toMatchObject({ source: "rule", cause: [{ ruleName: "Leads" }] });
  });

  it("is for messages how often they were tried, the last error, and the workflow that sent them", async () => {
    const runs = await scene.runs();
    const carriedOut = { temporalWorkflowId: expect.stringMatching(/^runs:/), temporalRunId: expect.any(String) };
    expect(runOf(runs, "told")).toMatchObject({
      ...carriedOut,
      actions: [{ attempts: 1, sent: 1, error: null, at: expect.any(String) }],
    });
    expect(runOf(runs, "nothing but failed")).toMatchObject({
      ...{ ...carriedOut, finishedAt: expect.any(String) },
      actions: [{ attempts: 1, sent: 0, failed: 1, error: expect.stringContaining("SMTP"), at: expect.any(String) }],
    });
    expect(runOf(runs, "nobody to assign")?.actions).toMatchObject([{ unknownEmails: ["nobody@acme.test"] }]);
  });
});

describe("a customer's timeline", () => {
  it("shows every assignment, run and message with who or which rule did it", async () => {
    const [ruleId] = await scene.rules({
      ...{ name: "Shown", trigger: { type: "customerCreated" }, actions: [to("@agency"), tell("@bell")] },
      filters: [{ field: "externalId", op: "is", values: ["shown"] }],
    });
    await scene.write({ externalId: "shown", userIds: ["@bob"] }, "manual");
    const path = "/v1/customers/external:shown/timeline";
    const { timeline } = await eventually(async () => {
      const found = await scene.api.get<{ timeline: { kind: string }[] }>(path);
      return found.timeline.some(({ kind }) => kind === "notification") && found;
    });
    const [run] = (await scene.api.get<{ runs: Run[] }>(`/v1/runs?ruleId=${ruleId}`)).runs;
    const rule = { ruleId, ruleName: "Shown", runId: run?.id };
    const shown = (kind: string) => timeline.filter((entry) => entry.kind === kind);
    expect(shown("assignment")).toMatchObject([
      {
        source: "manual",
        actor: { keyId: expect.any(String) },
        data: { slot: "users", after: [scene.withIds("@bob")] },
      },
      { source: "rule", actor: rule, data: { slot: "workflow", before: null, after: scene.withIds("@agency") } },
    ]);
    expect(shown("run")).toMatchObject([{ source: "rule", actor: rule, data: { status: "applied" } }]);
    expect(shown("notification")).toMatchObject([
      { source: "rule", actor: rule, data: { status: "sent", recipient: { email: "ann@acme.test" }, subject: "Look" } },
    ]);
  });
});
