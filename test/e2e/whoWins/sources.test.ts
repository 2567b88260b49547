import { beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { ApiClient, type Credentials } from "../../helpers/apiClient.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { useScenes } from "../rules/support/scene.ts";

const open = useScenes();

const SLOTS = ["workflow", "users", "paymentMethods"] as const;
type Slot = (typeof SLOTS)[number];
const WRITERS = ["salesforce", "api", "rule", "csv", "manual"] as const;
type Writer = (typeof WRITERS)[number];
const OWNERS = ["nobody", ...WRITERS] as const;
type Owner = (typeof OWNERS)[number];

/** Who may change a slot that this source set last. A Salesforce key counts as `api` outside the users slot. */
const WINNERS: Record<Owner, { users: readonly Writer[]; others: readonly Writer[] }> = {
  nobody: { users: WRITERS, others: WRITERS },
  salesforce: { users: ["salesforce"], others: ["salesforce", "api"] },
  api: { users: ["salesforce", "api"], others: ["salesforce", "api"] },
  rule: { users: WRITERS, others: WRITERS },
  csv: { users: WRITERS, others: WRITERS },
  manual: { users: WRITERS, others: WRITERS },
};
const winners = (owner: Owner, slot: Slot) => WINNERS[owner][slot === "users" ? "users" : "others"];
const recorded = (source: Owner, slot: Slot) => (source === "salesforce" && slot !== "users" ? "api" : source);
const CASES = SLOTS.flatMap((slot) =>
  OWNERS.flatMap((owner) => WRITERS.map((writer) => ({ slot, owner, writer, id: `${slot} of ${owner} by ${writer}` }))),
);

const FIELD = { workflow: "workflowId", users: "userIds", paymentMethods: "paymentMethodIds" } as const;
const ACTION = { workflow: "assignWorkflow", users: "assignUsers", paymentMethods: "assignPaymentMethods" } as const;
interface Shown {
  externalId: string;
  language: string;
  version: number;
  workflowId: string | null;
  assignedUsers: { id: string }[];
  paymentMethods: { id: string }[];
  assignments: Record<Slot, { source: string } | null>;
}
const held = (customer: Shown, slot: Slot) => {
  if (slot === "workflow") return customer.workflowId;
  return (slot === "users" ? customer.assignedUsers : customer.paymentMethods).map(({ id }) => id);
};

let organization: ApiOrganization;
let clients: Record<Exclude<Writer, "rule">, ApiClient>;
/** What stands in a slot before a test writes, and what it writes. */
let values: Record<Slot, [standing: unknown, written: unknown]>;

beforeAll(async () => {
  organization = (await open()).organization;
  const { api } = organization;
  const key = async (source: string) =>
    new ApiClient(api.baseUrl, await api.post<Credentials>("/v1/api_keys", { name: source, scope: "write", source }));
  clients = {
    ...{ salesforce: await key("salesforce"), api: await key("api") },
    ...{ csv: api.with({ "X-Source": "csv" }), manual: organization.console },
  };
  const method = async (name: string) =>
    (await api.post<{ id: string }>("/v1/payment_methods", { name, kind: "card" })).id;
  values = {
    workflow: [await organization.workflow("First"), await organization.workflow("Second")],
    users: [[await organization.user("a@acme.test")], [await organization.user("b@acme.test")]],
    paymentMethods: [[await method("Card")], [await method("Debit")]],
  };
  // They fire as the city begins to match, so that they hold no slot against later writes by hand.
  for (const slot of SLOTS) await organization.activate(setting(slot, 0), setting(slot, 1));
});

const cityOf = (slot: Slot, value: 0 | 1) => `${["standing", "written"][value]} ${slot}`;
const setting = (slot: Slot, value: 0 | 1) =>
  ({
    name: cityOf(slot, value),
    trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
    filters: [{ field: "city", op: "is", values: [cityOf(slot, value)] }],
    actions: [{ type: ACTION[slot], [FIELD[slot]]: values[slot][value] }],
  }) as RuleDraft;

interface BulkResult {
  status: number;
  overruled?: { slot: Slot; kept: unknown; by: { source: string } }[];
}
type Case = (typeof CASES)[number];

/** Writes a value for each case as that case's source, in one bulk request a source; answers what was overruled, by case. */
async function write(cases: Case[], source: (one: Case) => Owner, value: 0 | 1, more: object = {}) {
  const overruled: Record<string, unknown> = {};
  for (const writer of OWNERS) {
    const own = cases.filter((one) => source(one) === writer);
    if (own.length === 0) continue;
    const isRule = writer === "rule";
    const items = own.map(({ id: externalId, slot }) => ({
      ...{ externalId, name: "Globex", ...more },
      ...(isRule ? { city: cityOf(slot, value) } : { [FIELD[slot]]: values[slot][value] }),
    }));
    const client = clients[writer === "nobody" || writer === "rule" ? "api" : writer];
    const { results } = await client.post<{ results: BulkResult[] }>("/v1/bulk/customers", { items });
    own.forEach(({ id }, index) => {
      expect(results[index]?.status, id).toBeLessThan(300);
      overruled[id] = results[index]?.overruled ?? [];
    });
  }
  await organization.settled();
  return overruled;
}

async function read(): Promise<Map<string, Shown>> {
  const { customers } = await organization.api.get<{ customers: Shown[] }>("/v1/customers?limit=500");
  return new Map(customers.map((customer) => [customer.externalId, customer]));
}

describe("every source against every owner of every slot", () => {
  it("the higher one wins, an equal one may, a lower one is told what was kept, and the rest of the write is saved", async () => {
    await write(CASES, ({ owner }) => owner, 0, { language: "en" });
    const nobodys = CASES.filter(({ owner }) => owner === "nobody");
    for (const { id, slot } of nobodys) {
      await organization.api.post(`/v1/customers/external:${encodeURIComponent(id)}/release`, { slots: [slot] });
    }
    await organization.settled();
    const before = await read();
    for (const { id, slot, owner } of CASES) {
      expect(before.get(id)?.assignments[slot]?.source ?? "nobody", id).toBe(recorded(owner, slot));
      expect(held(before.get(id)!, slot), id).toEqual(values[slot][0]);
    }

    const overruled = await write(CASES, ({ writer }) => writer, 1, { language: "de" });
    const after = await read();
    for (const { id, slot, owner, writer } of CASES) {
      const customer = after.get(id)!;
      const wins = winners(owner, slot).includes(writer);
      const by = { source: recorded(owner, slot) };
      expect(customer.language, id).toBe("de");
      expect([id, held(customer, slot)]).toEqual([id, values[slot][wins ? 1 : 0]]);
      expect([id, customer.assignments[slot]?.source]).toEqual([id, recorded(wins ? writer : owner, slot)]);
      // A rule is told on its run.
      const kept = wins || writer === "rule" ? [] : [{ slot, kept: values[slot][0], by }];
      expect([id, overruled[id]]).toEqual([id, kept]);
    }
    const { runs } = await organization.api.get<{ runs: { status: string; reason: string | null }[] }>(
      "/v1/runs?status=skipped&limit=500",
    );
    const lost = CASES.filter(({ slot, owner, writer }) => writer === "rule" && !winners(owner, slot).includes("rule"));
    expect(runs.map(({ reason }) => reason)).toEqual(lost.map(() => "overruled"));
  });
});

describe("the standing value written again", () => {
  it("is overruled by nobody, taken over from lower sources alone, told on the timeline, and no change", async () => {
    const rank = { nobody: 0, csv: 1, manual: 1, rule: 2, api: 3, salesforce: 4 };
    const cases = CASES.filter(({ owner, writer }) => owner !== "nobody" && writer !== "rule").map((one) => ({
      ...one,
      id: `again ${one.id}`,
    }));
    await write(cases, ({ owner }) => owner, 0);
    const before = await read();
    const overruled = await write(cases, ({ writer }) => writer, 0);
    const after = await read();
    for (const { id, slot, owner, writer } of cases) {
      expect([id, overruled[id]]).toEqual([id, []]);
      expect([id, after.get(id)?.version]).toEqual([id, before.get(id)?.version]);
      const [as, was] = [recorded(writer, slot), recorded(owner, slot)];
      expect([id, after.get(id)?.assignments[slot]?.source]).toEqual([id, rank[as] > rank[was] ? as : was]);
    }
    const path = `/v1/customers/external:${encodeURIComponent("again workflow of api by manual")}/timeline?order=desc`;
    const { timeline } = await organization.api.get<{ timeline: object[] }>(path);
    const [standing] = values.workflow;
    expect(timeline).toMatchObject([
      { kind: "assignment", source: "manual", data: { slot: "workflow", before: standing, after: standing } },
      { kind: "assignment", source: "api", data: { slot: "workflow", before: null, after: standing } },
    ]);
  });
});

describe("a release", () => {
  const path = (id: string) => `/v1/customers/external:${id}/release`;

  it("is for the source that holds the slot and for admins; it keeps the value, clears who set it, and rules take over", async () => {
    const { api } = organization;
    const [standing, written] = values.users;
    const city = cityOf("users", 1);
    for (const source of ["salesforce", "api"] as const) {
      await clients[source].post("/v1/customers", { externalId: `held-${source}`, name: "Globex", userIds: standing });
      const other = clients[source === "api" ? "salesforce" : "api"];
      expect((await other.send("POST", path(`held-${source}`), { slots: ["users"] })).status).toBe(403);
    }
    expect((await clients.manual.send("POST", path("held-api"), { slots: ["nothing"] })).status).toBe(422);
    await organization.settled();
    // The rule fires as it begins to match, but finds the slot held; handed back, it is another's to fire.
    await organization.activate({
      ...setting("users", 1),
      ...{ name: "Always", trigger: { type: "customerCreatedOrUpdated" } },
    });
    await api.patch("/v1/customers/external:held-api", { city });
    await organization.settled();
    const { version } = await api.get<Shown>("/v1/customers/external:held-api");
    const released = await clients.api.post<Shown>(path("held-api"), { slots: ["users"] });
    expect([held(released, "users"), released.assignments.users, released.version]).toEqual([
      ...[standing, null, version + 1],
    ]);
    const admin = await api.post<Shown>(path("held-salesforce"), { slots: ["users"] });
    expect([held(admin, "users"), admin.assignments.users]).toEqual([standing, null]);
    await organization.settled();
    const taken = await api.get<Shown>("/v1/customers/external:held-api");
    expect([held(taken, "users"), taken.assignments.users?.source]).toEqual([written, "rule"]);
  });
});

describe("an explicit null or empty list", () => {
  it("is a value that is held; fields not sent claim nothing", async () => {
    const empty = { workflowId: null, userIds: [], paymentMethodIds: [] };
    for (const [externalId, more] of Object.entries({ empty, unsent: {} })) {
      await clients.api.post("/v1/customers", { externalId, name: "Globex", ...more });
    }
    for (const slot of SLOTS) {
      for (const id of ["empty", "unsent"]) {
        await organization.api.patch(`/v1/customers/external:${id}`, { city: cityOf(slot, 1) });
      }
    }
    await organization.settled();
    const after = await read();
    for (const slot of SLOTS) {
      expect(held(after.get("empty")!, slot), slot).toEqual(slot === "workflow" ? null : []);
      expect(held(after.get("unsent")!, slot), slot).toEqual(values[slot][1]);
    }
  });
});
