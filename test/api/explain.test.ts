import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateNext } from "../../db/evaluation/evaluateShard.ts";
import { RulesetCache } from "../../db/evaluation/rulesetCache.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let agency: { id: string };
let legal: { id: string };
const rules: Record<string, string> = {};

const assign = (workflowId: string) => [{ type: "assignWorkflow", workflowId }];
const exceeds = (value: number) => ({ type: "outstandingThreshold", direction: "exceeds", value });

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  agency = await admin.make("/v1/workflows", { name: "Agency" });
  legal = await admin.make("/v1/workflows", { name: "Legal" });
  const make = async (name: string, fields: object) => {
    const { id } = await admin.make("/v1/rules", { name, actions: assign(agency.id), ...fields });
    await admin.make(`/v1/rules/${id}/activate`, {});
    rules[name] = id;
  };
  await make("winner", { trigger: exceeds(5000) });
  await make("loser", { trigger: exceeds(5000), actions: assign(legal.id) });
  await make("elsewhere", {
    trigger: exceeds(5000),
    filters: [
      { field: "country", op: "is", values: ["FR"] },
      {
        anyOf: [
          { field: "due", op: "between", min: 1, max: 9000 },
          { field: "city", op: "isNotEmpty" },
        ],
      },
    ],
  });
  await make("higher", { trigger: exceeds(9000) });
});
afterAll(() => api.close());

/** A customer with one invoice, whose second change is the crossing from 0 to 7,000. */
async function crossing(): Promise<{ customerId: string; changeId: string }> {
  const { id } = await admin.make("/v1/customers", { name: "Globex", country: "US" });
  const days = { issuedAt: "2026-01-01", dueAt: "2999-01-31" };
  await admin.make("/v1/invoices", { customerId: id, amount: 7000, ...days });
  const { changes } = (await admin.get(`/v1/changes?customerId=${id}`)).body;
  return { customerId: id, changeId: changes.at(-1).id };
}

async function evaluate(): Promise<void> {
  const cache = new RulesetCache();
  while (
    (await evaluateNext(api.database.sql, cache, { organizationId: admin.organizationId, shard: 0 })).evaluated > 0
  );
}

const explain = async (changeId: string) => (await admin.get(`/v1/changes/${changeId}/explain`)).body;
const byName = (explained: { rules: { name: string }[] }, name: string) =>
  explained.rules.find((rule) => rule.name === name);

describe("changes", () => {
  test("of one customer are numbered without a gap, each beginning where the one before ended", async () => {
    const { customerId } = await crossing();
    const { changes } = (await admin.get(`/v1/changes?customerId=${customerId}`)).body;
    expect(changes).toMatchObject([
      { version: 1, kind: "created", before: null, after: { outstanding: 0 }, evaluated: false, evaluatedAt: null },
      {
        version: 2,
        kind: "updated",
        before: { outstanding: 0 },
        after: { outstanding: 7000, due: 7000 },
        source: "api",
      },
    ]);
    expect(changes[1].before).toEqual(changes[0].after);
    expect(changes[1].rootId).toBe(changes[1].id);
  });

  test("can be asked for by time, by whether they are evaluated, and newest first", async () => {
    await evaluate();
    const { customerId, changeId } = await crossing();
    const ids = async (query: string) =>
      (await admin.get(`/v1/changes?customerId=${customerId}${query}`)).body.changes.map(
        (found: { id: string }) => found.id,
      );
    expect(await ids("&evaluated=true")).toEqual([]);
    expect((await ids("&order=desc"))[0]).toBe(changeId);
    expect(await ids("&since=2999-01-01")).toEqual([]);
    await evaluate();
    expect(await ids("&evaluated=false")).toEqual([]);
    expect(await ids("&evaluated=true&limit=2")).toContain(changeId);
  });
});

test("a change that waits is explained by what its verdicts would be", async () => {
  const { changeId } = await crossing();
  const explained = await explain(changeId);
  expect(explained.change.evaluated).toBe(false);
  expect(byName(explained, "winner")).toMatchObject({ matched: true, reason: "matched" });
  expect(byName(explained, "higher")).toMatchObject({ matched: false, reason: "trigger" });
});

test("every rule's verdict is explained, matches and non-matches alike, with trigger, conditions and run", async () => {
  const { customerId, changeId } = await crossing();
  await evaluate();
  const explained = await explain(changeId);
  expect(explained.change).toMatchObject({ id: changeId, evaluated: true, outcome: "evaluated" });
  expect(explained.rules.map((rule: { name: string }) => rule.name)).toEqual(Object.keys(rules));

  const { runs } = (await admin.get(`/v1/runs?customerId=${customerId}&changeId=${changeId}`)).body;
  expect(runs).toMatchObject([{ ruleId: rules.winner, ruleName: "winner", status: "applied" }]);
  expect(byName(explained, "winner")).toMatchObject({
    ...{ ruleId: rules.winner, version: 1, matched: true, reason: "matched", runId: runs[0].id },
    trigger: { fired: true, before: 0, after: 7000, value: 5000 },
    conditions: [],
  });
  expect(byName(explained, "loser")).toMatchObject({
    ...{ matched: true, reason: "lostTo", lostTo: { ruleId: rules.winner, name: "winner" } },
  });
  expect(byName(explained, "elsewhere")).toMatchObject({
    ...{ matched: false, reason: "filters", trigger: { fired: true } },
    conditions: [
      { field: "country", op: "is", expected: ["FR"], actual: "US", holds: false },
      {
        holds: true,
        anyOf: [
          { field: "due", op: "between", expected: { min: 1, max: 9000 }, actual: 7000, holds: true },
          { field: "city", op: "isNotEmpty", actual: null, holds: false },
        ],
      },
    ],
  });
  expect(byName(explained, "higher")).toMatchObject({ matched: false, reason: "trigger", trigger: { fired: false } });
});

test("the effect is a change of its own, with the path that led to it and the same root", async () => {
  const { customerId, changeId } = await crossing();
  await evaluate();
  const { changes } = (await admin.get(`/v1/changes?customerId=${customerId}`)).body;
  expect(changes[2]).toMatchObject({
    ...{ source: "rule", rootId: changeId, before: { workflow: null }, after: { workflow: agency.id } },
    cause: [{ ruleId: rules.winner, ruleName: "winner", changeId }],
  });
});

test("a run is read with the facts that it was decided on", async () => {
  const { customerId } = await crossing();
  await evaluate();
  const listed = (await admin.get(`/v1/customers/${customerId}/runs`)).body.runs[0];
  const { body } = await admin.get(`/v1/runs/${listed.id}`);
  expect(body).toMatchObject({ ...listed, before: { outstanding: 0 }, after: { outstanding: 7000 } });
});

test("a customer's evaluations name the verdict of each rule on each change", async () => {
  const { customerId, changeId } = await crossing();
  expect((await admin.get(`/v1/customers/${customerId}/evaluations`)).body.total).toBe(0);
  await evaluate();
  const { evaluations } = (await admin.get(`/v1/customers/${customerId}/evaluations`)).body;
  expect(evaluations).toHaveLength(3);
  const told = evaluations.find((found: { changeId: string }) => found.changeId === changeId);
  expect(told.rules.map((rule: { reason: string }) => rule.reason)).toEqual([
    "matched",
    "lostTo",
    "filters",
    "trigger",
  ]);
});

test("a change is explained by the rules as they stood when it was written", async () => {
  const { changeId } = await crossing();
  await evaluate();
  await admin.patch(`/v1/rules/${rules.winner}`, { name: "renamed", trigger: exceeds(1) });
  await admin.send("DELETE", `/v1/rules/${rules.higher}`);
  const explained = await explain(changeId);
  expect(byName(explained, "winner")).toMatchObject({ version: 1, trigger: { value: 5000 } });
  expect(byName(explained, "higher")).toMatchObject({ reason: "trigger" });
});

test("rules that were not in force are listed last, with what they would have seen", async () => {
  const { changeId } = await crossing();
  await evaluate();
  const make = (name: string, fields: object) =>
    admin.make("/v1/rules", { name, trigger: exceeds(5000), actions: assign(legal.id), ...fields });
  const draft = await make("draft", { filters: [{ field: "country", op: "is", values: ["FR"] }] });
  const later = await make("later", { trigger: exceeds(9000) });
  await admin.make(`/v1/rules/${later.id}/activate`, {});
  const waiting = await make("not carried out yet", { actions: [{ type: "wait", days: 1 }, ...assign(legal.id)] });
  const gone = await make("gone", {});
  await admin.send("DELETE", `/v1/rules/${gone.id}`);
  const explained = await explain(changeId);
  expect(explained.rules.slice(-3)).toMatchObject([
    {
      ...{ ruleId: draft.id, name: "draft", version: 1, matched: false, reason: "inactive" },
      trigger: { fired: true, before: 0, after: 7000, value: 5000 },
      conditions: [{ field: "country", actual: "US", holds: false }],
    },
    { ruleId: later.id, matched: false, reason: "inactive", trigger: { fired: false } },
    { ruleId: waiting.id, matched: false, reason: "inactive" },
  ]);
  const ids = explained.rules.map((rule: { ruleId: string }) => rule.ruleId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain(gone.id);
});
