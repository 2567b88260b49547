import { expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { type Scene, useScenes } from "../rules/support/scene.ts";

const open = useScenes();

const anyChange = { type: "customerCreatedOrUpdated" } as const;
const exceeds = (value: number) => ({ type: "outstandingThreshold" as const, direction: "exceeds" as const, value });
const agency = [{ type: "assignWorkflow" as const, workflowId: "@agency" }];
const add = (userId: string) => [
  { type: "assignUsers" as const, userIds: [userId], customFields: [], mode: "add" as const },
];
const inFrance = { field: "country" as const, op: "is" as const, values: ["FR"] };

/** Rules in list order, each with what an invoice of 200 for a customer in Germany who owed 50 is to it. */
const RULES: { rule: Partial<RuleDraft>; verdict: object }[] = [
  {
    rule: { name: "matches", trigger: exceeds(100), actions: agency },
    verdict: { matched: true, reason: "matched", trigger: { fired: true, before: 50, after: 250, value: 100 } },
  },
  {
    rule: { name: "not crossed", trigger: exceeds(1_000) },
    verdict: { matched: false, reason: "trigger", trigger: { fired: false, before: 50, after: 250 } },
  },
  {
    rule: { name: "crossed before", trigger: exceeds(10) },
    verdict: { matched: false, reason: "trigger", trigger: { fired: false, before: 50, after: 250 } },
  },
  {
    rule: { name: "elsewhere", filters: [{ field: "outstanding", op: "between", min: 100 }, inFrance] },
    verdict: {
      ...{ matched: false, reason: "filters", trigger: { fired: true } },
      conditions: [
        { field: "outstanding", op: "between", expected: { min: 100 }, actual: 250, holds: true },
        { field: "country", op: "is", expected: ["FR"], actual: "DE", holds: false },
      ],
    },
  },
  {
    rule: { name: "beaten", trigger: exceeds(100), actions: [{ type: "assignWorkflow", workflowId: "@vip" }] },
    verdict: { matched: true, reason: "lostTo", lostTo: { name: "matches" } },
  },
  {
    rule: {
      ...{ name: "kept out", trigger: exceeds(100) },
      actions: [{ type: "assignPaymentMethods", paymentMethodIds: ["@wire"], mode: "replace" }],
    },
    verdict: { matched: true, reason: "overruled" },
  },
  { rule: { name: "as it is", actions: add("@bob") }, verdict: { matched: true, reason: "unchanged" } },
  { rule: { name: "on hold", trigger: exceeds(100), actions: add("@cy") }, verdict: { matched: true, reason: "held" } },
  { rule: { name: "off", trigger: exceeds(100) }, verdict: { matched: false, reason: "inactive" } },
];

/** A customer in Germany who owes 50, whose payment methods the API has set, and the rules; then the invoice of 200. */
async function judged(): Promise<{ scene: Scene; ids: string[]; changeId: string }> {
  const scene = await open();
  await scene.write({ country: "DE", paymentMethodIds: ["@card"] });
  await scene.write({ userIds: ["@bob"] }, "manual");
  await scene.invoice(50);
  const ids = await scene.rules(
    ...RULES.map(({ rule }): RuleDraft => ({ name: "", trigger: anyChange, actions: add("@ann"), ...rule })),
  );
  const idOf = (name: string) => ids[RULES.findIndex(({ rule }) => rule.name === name)];
  await scene.api.post(`/v1/rules/${idOf("on hold")}/pause`);
  await scene.api.post(`/v1/rules/${idOf("off")}/deactivate`);
  await scene.invoice(200);
  const change = (await scene.changes()).find(({ after }) => after.outstanding === 250);
  return { scene, ids, changeId: change?.id ?? "" };
}

it("every rule says why or why not, each condition with its value, and says the same whatever became of it since", async () => {
  const { scene, ids, changeId } = await judged();
  const explain = async () => (await scene.api.get<{ rules: object[] }>(`/v1/changes/${changeId}/explain`)).rules;
  const first = await explain();
  expect(first).toMatchObject(
    RULES.map(({ rule, verdict }, index) => ({ ruleId: ids[index], name: rule.name, ...verdict })),
  );
  const inForce = first.slice(0, -1);
  for (const [index, id] of ids.entries()) {
    if (index % 3 === 0) await scene.send("DELETE", `/v1/rules/${id}`);
    if (index % 3 === 1)
      await scene.send("PATCH", `/v1/rules/${id}`, { name: "Renamed", trigger: exceeds(7), filters: [] });
    if (index % 3 === 2) await scene.send("POST", `/v1/rules/${id}/deactivate`);
  }
  await scene.write({ country: "FR", name: "Renamed" });
  expect((await explain()).slice(0, inForce.length)).toEqual(inForce);
});

it("an excluded customer's changes are told to be so, and which rule excluded it", async () => {
  const scene = await open();
  const { id } = await scene.api.post<{ id: string }>("/v1/rules", {
    ...{ name: "Excludes", trigger: anyChange, filters: [inFrance], actions: [{ type: "excludeCustomer" }] },
  });
  await scene.api.post(`/v1/rules/${id}/activate`, { confirmIrreversible: true });
  const { id: customerId } = await scene.api.post<{ id: string }>("/v1/customers", {
    ...{ externalId: "C", name: "Globex", country: "FR" },
  });
  await scene.settled();
  const { changes } = await scene.api.get<{ changes: { id: string; version: number }[] }>(
    `/v1/changes?customerId=${customerId}`,
  );
  const explained = await Promise.all(
    changes.map((change) => scene.api.get<{ rules: object[] }>(`/v1/changes/${change.id}/explain`)),
  );
  expect(explained.map(({ rules }) => rules)).toMatchObject([
    [{ matched: true, reason: "matched", runId: expect.any(String) }],
    [{ matched: false, reason: "excluded" }],
  ]);
  const customer = await scene.api.get<{ assignments: object }>(`/v1/customers/${customerId}`);
  expect(customer).toMatchObject({ excludedAt: expect.any(String) });
  const { timeline } = await scene.api.get<{ timeline: object[] }>(`/v1/customers/${customerId}/timeline`);
  expect(timeline).toContainEqual(
    expect.objectContaining({
      kind: "exclusion",
      actor: expect.objectContaining({ ruleId: id, ruleName: "Excludes" }),
    }),
  );
});
