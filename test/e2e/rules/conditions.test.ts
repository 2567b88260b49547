import { beforeAll, describe, expect, it } from "vitest";
import { dayReader } from "../../../rules/days.ts";
import type { Condition, Filter } from "../../../rules/schema.ts";
import {
  ACME,
  ALTERNATIVES,
  BLANK,
  BOOLEANS_AND_TEXTS,
  CHOICES,
  customers,
  dates,
  documents,
  GLOBEX,
  MEMBERS,
  NUMBERS,
  type Row,
  ZONE,
} from "./support/conditions.ts";
import { type Scene, useScenes, type Verdict } from "./support/scene.ts";

const NAMES = [ACME, GLOBEX, BLANK];
const today = dayReader(ZONE)(new Date().toISOString())!;

const open = useScenes();
let scene: Scene;
/** The verdicts on each customer's last change, by the rule's name. */
const verdicts = new Map<string, Map<string, Verdict>>();

const TABLES: [string, Row[]][] = [
  ["a choice out of some", CHOICES],
  ["a workflow, users and payment methods", MEMBERS],
  ["yes or no, and text", BOOLEANS_AND_TEXTS],
  ["amounts and numbers", NUMBERS],
  ["dates", dates(today)],
  ["alternatives", ALTERNATIVES],
];
const nameOf = (filter: Filter) => JSON.stringify(filter).slice(0, 200);

/** The conditions of all tables that hold for the same customers. */
const GROUPS = new Map<string, { holdsFor: string[]; conditions: Condition[] }>();
for (const [filter, holdsFor] of TABLES.flatMap(([, rows]) => rows)) {
  if ("anyOf" in filter) continue;
  const key = holdsFor.join(" and ") || "nobody";
  const group = GROUPS.get(key) ?? { holdsFor, conditions: [] };
  group.conditions.push(filter);
  GROUPS.set(key, group);
}

/**
 * Rules by name with those whom they match. Of what holds for the same customers one rule asks for everything, which shows that each
 * condition holds for them, and one for anything, which shows that none holds for others.
 */
const RULES: [string, Filter[], string[]][] = [...GROUPS].flatMap(([key, { holdsFor, conditions }]) => [
  [`everything that holds for ${key}`, conditions, holdsFor],
  [`anything that holds for ${key}`, [{ anyOf: conditions }], holdsFor],
]);

const TOGETHER: [string, Filter[], string[]][] = [
  ["two that hold for different customers", [MEMBERS[0]![0], CHOICES[5]![0], CHOICES[1]![0]], []],
  ["two of which one holds for both", [CHOICES[1]![0], MEMBERS[0]![0]], [ACME]],
  ["none at all", [], NAMES],
  ["a hundred", Array<Filter>(100).fill({ field: "country", op: "isNotEmpty" }), [ACME, GLOBEX]],
  [
    "a hundred of which the last does not hold",
    [...Array<Filter>(99).fill({ field: "country", op: "isNotEmpty" }), { field: "country", op: "isEmpty" }],
    [],
  ],
];

beforeAll(async () => {
  scene = await open();
  const { api, organization } = scene;
  await api.patch("/v1/organization", { timeZone: ZONE });
  await organization.field("plan", "SELECT", ["Basic", "Premium"]);
  for (const [key, type] of Object.entries({ segment: "TEXT", vip: "BOOLEAN", score: "NUMBER", renewal: "DATE" }))
    await organization.field(key, type);
  // What they do changes nothing: it is what they see that counts.
  const rule = (name: string, filters: Filter[]) => ({
    ...{ name, filters, trigger: { type: "customerCreatedOrUpdated" as const } },
    actions: [{ type: "assignWorkflow" as const, workflowId: null }],
  });
  await scene.rules(
    ...ALTERNATIVES.map(([filter]) => rule(nameOf(filter), [filter])),
    ...[...RULES, ...TOGETHER].map(([name, filters]) => rule(name, filters)),
  );
  for (const body of customers(today)) await scene.send("POST", "/v1/customers", body);
  for (const [path, body] of documents(today)) await scene.send("POST", path, body);
  const { customers: made } = await api.get<{ customers: { id: string; name: string }[] }>("/v1/customers");
  for (const { id, name } of made) {
    const { changes } = await api.get<{ changes: { id: string }[] }>(`/v1/changes?customerId=${id}&order=desc`);
    const { rules } = await api.get<{ rules: Verdict[] }>(`/v1/changes/${changes[0]?.id}/explain`);
    verdicts.set(name, new Map(rules.map((verdict) => [verdict.name, verdict])));
  }
});

const matching = (rule: string) => NAMES.filter((name) => verdicts.get(name)?.get(rule)?.matched);

/** The customers whom the list answers for filters, which are judged in Postgres. */
async function listed(filters: Filter[]): Promise<string[]> {
  const filter = encodeURIComponent(JSON.stringify(filters));
  const { body, status } = await scene.ask("GET", `/v1/customers?filter=${filter}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const { customers } = body as { customers: { name: string }[] };
  return NAMES.filter((wanted) => customers.some(({ name }) => name === wanted));
}

/** Whether a condition holds for a customer, as the explanation of a rule that asks for it says. */
function holds(customer: string, filter: Filter, holdsFor: string[]): boolean | undefined {
  const group = `everything that holds for ${holdsFor.join(" and ") || "nobody"}`;
  const all = verdicts.get(customer)?.get("anyOf" in filter ? nameOf(filter) : group)?.conditions;
  const place = "anyOf" in filter ? 0 : RULES.find(([name]) => name === group)![1].indexOf(filter);
  return all?.[place]?.holds;
}

describe.each(TABLES)("a condition on %s", (_, rows) => {
  it.each(rows.map(([filter, holdsFor]) => [nameOf(filter), holdsFor, filter] as const))(
    "%s holds for %j, in explanations and in the list",
    async (_name, holdsFor, filter) => {
      expect(NAMES.filter((customer) => holds(customer, filter, holdsFor))).toEqual(holdsFor);
      expect(await listed([scene.withIds(filter)])).toEqual(holdsFor);
    },
  );
});

describe("a rule", () => {
  it.each([
    ...RULES,
    ...ALTERNATIVES.map(([filter, holdsFor]): [string, Filter[], string[]] => [nameOf(filter), [filter], holdsFor]),
    ...TOGETHER,
  ])("that asks for %s", async (name, filters, holdsFor) => {
    expect(matching(name)).toEqual(holdsFor);
    if (filters.length > 0) expect(await listed(scene.withIds(filters))).toEqual(holdsFor);
  });
});
