import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateAll } from "./support/evaluateAll.ts";
import { type Answer, type Client, createTestApi, type TestApi } from "./support/testApi.ts";

const SLOTS = ["workflow", "users", "paymentMethods"] as const;
type Slot = (typeof SLOTS)[number];
const OWNERS = ["nobody", "salesforce", "api", "rule", "csv", "manual"] as const;
type Owner = (typeof OWNERS)[number];
type Writer = Exclude<Owner, "nobody">;
const WRITERS: readonly Writer[] = ["salesforce", "api", "rule", "csv", "manual"];
const BY_HAND = ["csv", "manual"] as const;

/** Who may change a slot that this source set last. Salesforce counts as the API outside the users slot. */
function winners(owner: Owner, slot: Slot): readonly Writer[] {
  if (owner === "salesforce") return slot === "users" ? ["salesforce"] : ["salesforce", "api"];
  return owner === "api" ? ["salesforce", "api"] : WRITERS;
}

/** The source that a write is recorded under. */
const recorded = (source: Owner, slot: Slot) => (source === "salesforce" && slot !== "users" ? "api" : source);

const FIELD = { workflow: "workflowId", users: "userIds", paymentMethods: "paymentMethodIds" } as const;
const ACTION = { workflow: "assignWorkflow", users: "assignUsers", paymentMethods: "assignPaymentMethods" } as const;

let api: TestApi;
let admin: Client;
let clients: Record<Exclude<Writer, "rule">, (method: string, path: string, body: unknown) => Promise<Answer>>;
/** Two values per slot: what stands and what is written. */
const VALUES = {} as Record<Slot, [standing: string | string[], written: string | string[]]>;
let made = 0;

beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  const salesforce = await admin.withKey({ scope: "write", source: "salesforce" });
  const plain = await admin.withKey({ scope: "write" });
  const forConsole = (source: string) => (method: string, path: string, body: unknown) =>
    admin.send(method, path, { body, headers: { "X-Source": source } });
  clients = {
    salesforce: (method, path, body) => salesforce.send(method, path, { body }),
    api: (method, path, body) => plain.send(method, path, { body }),
    csv: forConsole("csv"),
    manual: forConsole("manual"),
  };
  const two = async (path: string, bodies: [object, object]): Promise<[string, string]> => [
    (await admin.make(path, bodies[0])).id,
    (await admin.make(path, bodies[1])).id,
  ];
  VALUES.workflow = await two("/v1/workflows", [{ name: "First" }, { name: "Second" }]);
  const users = await two("/v1/users", [
    { email: "a@acme.test", name: "A" },
    { email: "b@acme.test", name: "B" },
  ]);
  const methods = await two("/v1/payment_methods", [
    { name: "Card", kind: "card" },
    { name: "Debit", kind: "sepa" },
  ]);
  VALUES.users = [[users[0]], [users[1]]];
  VALUES.paymentMethods = [[methods[0]], [methods[1]]];
  for (const slot of SLOTS) {
    // They fire once, when the city begins to match, so that they do not keep a slot against later writes by hand.
    await activate(slot, 0, { trigger: "starts", city: `seed ${slot}` });
    await activate(slot, 1, { trigger: "starts", city: `go ${slot}` });
  }
});
afterAll(() => api.close());

/** A rule that sets a slot to its standing (0) or its written (1) value where the customer is in this city. */
async function activate(
  slot: Slot,
  value: 0 | 1,
  { trigger, city, mode }: { trigger: string; city: string; mode?: string },
) {
  const rule = await admin.make("/v1/rules", {
    name: `${city} sets ${slot}`,
    trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: trigger === "starts" },
    filters: [{ field: "city", op: "is", values: [city] }],
    actions: [{ type: ACTION[slot], [FIELD[slot]]: VALUES[slot][value], ...(mode === undefined ? {} : { mode }) }],
  });
  await admin.make(`/v1/rules/${rule.id}/activate`, {});
  return rule.id as string;
}

const settle = () => evaluateAll(api.database.sql, admin.organizationId);
const look = async (id: string) => (await admin.get(`/v1/customers/${id}`)).body;
const held = (customer: Answer["body"], slot: Slot) => {
  if (slot === "workflow") return customer.workflowId;
  const members = slot === "users" ? customer.assignedUsers : customer.paymentMethods;
  return members.map((member: { id: string }) => member.id);
};

/** A customer whose slot was set last by this source. */
async function owned(slot: Slot, owner: Owner): Promise<{ id: string; externalId: string }> {
  const externalId = `W-${++made}`;
  const value = { [FIELD[slot]]: VALUES[slot][0] };
  const { id } = await admin.make("/v1/customers", {
    ...{ externalId, name: "Globex" },
    ...(owner === "rule" ? { city: `seed ${slot}` } : {}),
  });
  if (owner === "rule") await settle();
  else if (owner !== "nobody") await clients[owner]("PATCH", `/v1/customers/${id}`, value);
  else {
    await admin.patch(`/v1/customers/${id}`, value);
    await admin.make(`/v1/customers/${id}/release`, { slots: [slot] });
  }
  const standing = await look(id);
  expect(held(standing, slot)).toEqual(VALUES[slot][0]);
  expect(standing.assignments[slot]?.source ?? "nobody").toBe(recorded(owner, slot));
  return { id, externalId };
}

/** What a write answered as overruled, whichever way it came in. */
type Way = (
  slot: Slot,
  writer: Exclude<Writer, "rule">,
  customer: { id: string; externalId: string },
) => Promise<unknown>;
const written = (slot: Slot) => ({ [FIELD[slot]]: VALUES[slot][1] });
const WAYS: Record<string, Way> = {
  PATCH: async (slot, writer, { id }) =>
    (await clients[writer]("PATCH", `/v1/customers/${id}`, { ...written(slot), language: "de" })).body.overruled,
  PUT: async (slot, writer, { externalId }) =>
    (await clients[writer]("PUT", `/v1/customers/external:${externalId}`, { ...written(slot), language: "de" })).body
      .overruled,
  POST: async (slot, writer, { externalId }) =>
    (await clients[writer]("POST", "/v1/customers", { externalId, ...written(slot), language: "de" })).body.overruled,
  bulk: async (slot, writer, { externalId }) => {
    const items = [{ externalId, ...written(slot), language: "de" }];
    const { body } = await clients[writer]("POST", "/v1/bulk/customers", { items });
    expect(body.results).toMatchObject([{ index: 0, status: 200 }]);
    return body.results[0].overruled ?? [];
  },
};

describe.each(SLOTS)("the slot %s", (slot) => {
  describe.each(OWNERS)("set last by %s", (owner) => {
    const wins = winners(owner, slot);

    for (const [way, write] of Object.entries(WAYS)) {
      test(`by ${way} yields to ${wins.join(", ")} alone, and the rest of the write is saved`, async () => {
        for (const writer of WRITERS) {
          if (writer === "rule") continue;
          const customer = await owned(slot, owner);
          const overruled = await write(slot, writer, customer);
          const after = await look(customer.id);
          expect(after.language, writer).toBe("de");
          if (wins.includes(writer)) {
            expect(overruled, writer).toEqual([]);
            expect(held(after, slot), writer).toEqual(VALUES[slot][1]);
            expect(after.assignments[slot].source, writer).toBe(recorded(writer, slot));
          } else {
            const kept = { slot, kept: VALUES[slot][0], by: { source: recorded(owner, slot) } };
            expect(overruled, writer).toEqual([kept]);
            expect(held(after, slot), writer).toEqual(VALUES[slot][0]);
            expect(after.assignments[slot].source, writer).toBe(recorded(owner, slot));
          }
        }
      });
    }

    test(`${wins.includes("rule") ? "yields" : "does not yield"} to a rule`, async () => {
      const { id } = await owned(slot, owner);
      await admin.patch(`/v1/customers/${id}`, { city: `go ${slot}` });
      await settle();
      const after = await look(id);
      const { runs } = (await admin.get(`/v1/customers/${id}/runs?order=desc&limit=1`)).body;
      if (wins.includes("rule")) {
        expect(held(after, slot)).toEqual(VALUES[slot][1]);
        expect(after.assignments[slot].source).toBe("rule");
        expect(runs[0].status).toBe("applied");
      } else {
        expect(held(after, slot)).toEqual(VALUES[slot][0]);
        expect(after.assignments[slot].source).toBe(recorded(owner, slot));
        expect(runs[0]).toMatchObject({ status: "skipped", actions: [{ reason: "overruled" }] });
      }
    });

    test("takes its standing value again from anyone: nothing is overruled, only a higher source takes it over", async () => {
      const rank = { nobody: 0, csv: 1, manual: 1, rule: 2, api: 3, salesforce: 4 };
      for (const writer of ["salesforce", "api", "csv", "manual"] as const) {
        const { id } = await owned(slot, owner);
        const { version } = await look(id);
        const { body } = await clients[writer]("PATCH", `/v1/customers/${id}`, { [FIELD[slot]]: VALUES[slot][0] });
        expect(body.overruled, writer).toEqual([]);
        expect(body.version, writer).toBe(version);
        const [as, was] = [recorded(writer, slot), recorded(owner, slot)];
        expect(body.assignments[slot].source, writer).toBe(rank[as] > rank[was] ? as : was);
      }
    });
  });

  test("released by who set it or an admin, it keeps its value and can be set by rules again", async () => {
    const release = { slots: [slot] };
    for (const owner of ["salesforce", "api"] as const) {
      const { id } = await owned(slot, owner);
      const path = `/v1/customers/${id}/release`;
      // For the other slots a Salesforce key counts as `api`, so each may release what the other set.
      if (slot === "users") {
        const other = owner === "salesforce" ? "api" : "salesforce";
        expect((await clients[other]("POST", path, release)).status, owner).toBe(403);
      }
      const released = await clients[owner]("POST", path, release);
      expect(released.status, released.text).toBe(200);
      expect(held(released.body, slot)).toEqual(VALUES[slot][0]);
      expect(released.body.assignments[slot]).toBeNull();
      await admin.patch(`/v1/customers/${id}`, { city: `go ${slot}` });
      await settle();
      expect(held(await look(id), slot), owner).toEqual(VALUES[slot][1]);
    }
  });

  test("handed back by a release, it is set by a rule that matches already, without another write", async () => {
    const city = `back ${slot}`;
    await activate(slot, 1, { trigger: "always", city });
    const { id } = await owned(slot, "api");
    await admin.patch(`/v1/customers/${id}`, { city });
    await settle();
    expect(held(await look(id), slot)).toEqual(VALUES[slot][0]);
    await admin.make(`/v1/customers/${id}/release`, { slots: [slot] });
    await settle();
    expect(held(await look(id), slot)).toEqual(VALUES[slot][1]);
  });

  test("written as empty by the api it is held empty; not sent it is not claimed", async () => {
    const empty = slot === "workflow" ? null : [];
    const { id } = await admin.make("/v1/customers", { name: "Globex", [FIELD[slot]]: empty });
    const other = await admin.make("/v1/customers", { name: "Globex" });
    for (const one of [id, other.id]) await admin.patch(`/v1/customers/${one}`, { city: `go ${slot}` });
    await settle();
    expect(held(await look(id), slot)).toEqual(empty);
    expect(held(await look(other.id), slot)).toEqual(VALUES[slot][1]);
  });
});

describe.each(SLOTS)("a rule in force that has set the slot %s", (slot) => {
  test.each(BY_HAND)("overrules a %s write at once, and says which rule it is", async (writer) => {
    const city = `held ${slot} ${writer}`;
    const ruleId = await activate(slot, 0, { trigger: "always", city });
    for (const write of Object.values(WAYS)) {
      const externalId = `H-${++made}`;
      const { id } = await admin.make("/v1/customers", { externalId, name: "Globex", city });
      await settle();
      const by = { source: "rule", ruleId, ruleName: `${city} sets ${slot}` };
      expect(await write(slot, writer, { id, externalId })).toEqual([{ slot, kept: VALUES[slot][0], by }]);
      const after = await look(id);
      expect([held(after, slot), after.language]).toEqual([VALUES[slot][0], "de"]);
      const { timeline } = (await admin.get(`/v1/customers/${id}/timeline?order=desc`)).body;
      expect(timeline).toContainEqual(expect.objectContaining({ kind: "overruled", source: writer }));
    }
  });

  test.each(BY_HAND)(
    "lets a %s write be saved where the slot holds something else, and acts on that change",
    async (writer) => {
      const city = `late ${slot} ${writer}`;
      const externalId = `L-${++made}`;
      const { id } = await admin.make("/v1/customers", { externalId, name: "Globex", city });
      await activate(slot, 0, { trigger: "always", city });
      expect(await WAYS.PATCH!(slot, writer, { id, externalId })).toEqual([]);
      expect(held(await look(id), slot)).toEqual(VALUES[slot][1]);
      await settle();
      expect(held(await look(id), slot)).toEqual(VALUES[slot][0]);
    },
  );

  test("does not hold it once it is deactivated", async () => {
    const city = `off ${slot}`;
    const ruleId = await activate(slot, 0, { trigger: "always", city });
    const externalId = `D-${++made}`;
    const { id } = await admin.make("/v1/customers", { externalId, name: "Globex", city });
    await settle();
    await admin.make(`/v1/rules/${ruleId}/deactivate`, {});
    expect(await WAYS.PATCH!(slot, "manual", { id, externalId })).toEqual([]);
    await settle();
    expect(held(await look(id), slot)).toEqual(VALUES[slot][1]);
  });
});

test("a write of all slots loses only those that a higher source holds", async () => {
  const { id } = await owned("users", "salesforce");
  const body = {
    workflowId: VALUES.workflow[1],
    userIds: VALUES.users[1],
    paymentMethodIds: VALUES.paymentMethods[1],
    name: "Renamed",
  };
  const answer = await clients.api("PATCH", `/v1/customers/${id}`, body);
  expect(answer.body).toMatchObject({ name: "Renamed", workflowId: VALUES.workflow[1] });
  expect(answer.body.overruled).toMatchObject([{ slot: "users", kept: VALUES.users[0] }]);
  expect(held(answer.body, "paymentMethods")).toEqual(VALUES.paymentMethods[1]);
});
