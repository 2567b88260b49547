import { beforeAll, describe, expect, it } from "vitest";
import { dayReader } from "../../../rules/days.ts";
import type { Filter } from "../../../rules/schema.ts";
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

/** All conditions of a table together hold for whom each of them holds. */
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
    ...TABLES.flatMap(([, rows]) => rows.map(([filter]) => rule(nameOf(filter), [filter]))),
    ...TOGETHER.map(([name, filters]) => rule(name, filters)),
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

describe.each(TABLES)("a condition on %s", (_, rows) => {
  it.each(rows.map(([filter, holdsFor]) => [nameOf(filter), holdsFor, filter] as const))(
    "%s holds for %j, in a rule and in the list",
    async (name, holdsFor, filter) => {
      expect(matching(name)).toEqual(holdsFor);
      for (const customer of NAMES) {
        expect(verdicts.get(customer)?.get(name)?.conditions, customer).toMatchObject([
          { holds: holdsFor.includes(customer) },
        ]);
      }
      expect(await listed([scene.withIds(filter)])).toEqual(holdsFor);
    },
  );
});

describe("conditions together", () => {
  it.each(TOGETHER)("%s", async (name, filters, holdsFor) => {
    expect(matching(name)).toEqual(holdsFor);
    expect(await listed(scene.withIds(filters))).toEqual(holdsFor);
  });
});
