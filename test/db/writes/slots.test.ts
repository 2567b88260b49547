import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../../db/transaction.ts";
import { releaseSlots } from "../../../db/writes/index.ts";
import type { CustomerInput } from "../../../db/writes/types.ts";
import type { Source } from "../../../rules/facts.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

type Slot = "workflow" | "users" | "paymentMethods";
type Writer = Extract<Source, "salesforce" | "api" | "csv" | "manual">;
type Owner = Writer | "rule" | "nobody";

interface Fixture {
  org: TestOrganization;
  /** Two values per slot, and how a write names them. */
  values: Record<Slot, [unknown, unknown]>;
}

async function setUp(): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  const methods = ["11111111-1111-7111-8111-111111111111", "22222222-2222-7222-8222-222222222222"].map(
    (id) => `${org.id.slice(0, 24)}${id.slice(24)}`,
  );
  for (const id of methods)
    await database.sql`insert into payment_methods (id, organization_id, name, kind) values (${id}, ${org.id}, 'Card', 'card')`;
  return {
    org,
    values: {
      workflow: [await org.workflow("A"), await org.workflow("B")],
      users: [[await org.user("ann@acme.test")], [await org.user("bob@acme.test")]],
      paymentMethods: [[methods[0]], [methods[1]]],
    },
  };
}

const NAMES = { workflow: "workflowId", users: "userIds", paymentMethods: "paymentMethodIds" } as const;

const naming = (slot: Slot, value: unknown): CustomerInput => ({ [NAMES[slot]]: value });

async function read(org: TestOrganization, slot: Slot) {
  const [row] = await database.sql`
    select workflow_id as workflow, user_ids as users, payment_method_ids as "paymentMethods", assignments, version
    from customers where organization_id = ${org.id}`;
  return {
    value: row![slot],
    owner: row!.assignments[slot]?.source ?? "nobody",
    version: row!.version,
    at: row!.assignments[slot],
  };
}

const timelineOf = async (org: TestOrganization) => {
  const rows = await database.sql`
    select kind, source, data from timeline_entries where organization_id = ${org.id} order by id`;
  return rows.map(({ kind, source, data }) => ({ kind, source, ...data }));
};

/** A customer whose slot holds the first value, set by `owner`. */
async function ownedBy({ org, values }: Fixture, slot: Slot, owner: Owner): Promise<void> {
  await org.customers([{ externalId: "C", name: "Globex" }]);
  if (owner === "nobody" || owner === "rule") {
    await org.customers([{ externalId: "C", ...naming(slot, values[slot][0]) }], "manual");
    const assignments =
      owner === "rule" ? { [slot]: { source: "rule", ruleName: "r", at: "2026-01-01", version: 2 } } : {};
    await database.sql`update customers set assignments = ${database.sql.json(assignments)} where organization_id = ${org.id}`;
  } else await org.customers([{ externalId: "C", ...naming(slot, values[slot][0]) }], owner);
  await database.sql`delete from timeline_entries where organization_id = ${org.id}`;
}

/** Who may change a slot that the owner set last; what is not named here is kept from the writer. */
const MAY_CHANGE: Record<Writer, Owner[]> = {
  salesforce: ["nobody", "salesforce", "api", "rule", "csv", "manual"],
  api: ["nobody", "api", "rule", "csv", "manual"],
  csv: ["nobody", "rule", "csv", "manual"],
  manual: ["nobody", "rule", "csv", "manual"],
};
/** From whom writing the standing value takes the slot over. */
const TAKES_FROM: Record<Writer, Owner[]> = {
  salesforce: ["nobody", "api", "rule", "csv", "manual"],
  api: ["nobody", "rule", "csv", "manual"],
  csv: ["nobody"],
  manual: ["nobody"],
};

const SLOTS: Slot[] = ["workflow", "users", "paymentMethods"];
const WRITERS: Writer[] = ["salesforce", "api", "csv", "manual"];
const OWNERS: Owner[] = ["nobody", "salesforce", "api", "rule", "csv", "manual"];
/** A Salesforce key counts as `api` for every slot but the users. */
const asOwner = (writer: Writer, slot: Slot): Writer => (writer === "salesforce" && slot !== "users" ? "api" : writer);

const table = SLOTS.flatMap((slot) =>
  WRITERS.flatMap((writer) =>
    OWNERS.filter((owner) => slot === "users" || owner !== "salesforce").map((owner) => ({ slot, writer, owner })),
  ),
);

describe.each(table)("$slot set by $owner and written by $writer", ({ slot, writer, owner }) => {
  const counts = asOwner(writer, slot);

  it("with another value", async () => {
    const fixture = await setUp();
    const { org, values } = fixture;
    await ownedBy(fixture, slot, owner);
    const { version } = await read(org, slot);
    const { results } = await org.customers(
      [{ externalId: "C", city: "Paris", ...naming(slot, values[slot][1]) }],
      writer,
    );
    const after = await read(org, slot);
    const timeline = await timelineOf(org);
    if (MAY_CHANGE[counts].includes(owner)) {
      expect(after).toMatchObject({ value: values[slot][1], owner: counts, version: version + 1 });
      expect(after.at).toMatchObject({ version: version + 1 });
      expect(results).toMatchObject([{ ok: true, overruled: [] }]);
      expect(timeline).toEqual([
        { kind: "assignment", source: writer, slot, before: values[slot][0], after: values[slot][1] },
      ]);
    } else {
      // The rest of the write is saved all the same.
      expect(after).toMatchObject({ value: values[slot][0], owner, version: version + 1 });
      expect(results).toMatchObject([
        { ok: true, overruled: [{ slot, kept: values[slot][0], by: { source: owner } }] },
      ]);
      expect(timeline).toMatchObject([{ kind: "overruled", source: writer, slot, by: { source: owner } }]);
    }
  });

  it("with the standing value", async () => {
    const fixture = await setUp();
    const { org, values } = fixture;
    await ownedBy(fixture, slot, owner);
    const { version } = await read(org, slot);
    const { results, wake } = await org.customers([{ externalId: "C", ...naming(slot, values[slot][0]) }], writer);
    const taken = MAY_CHANGE[counts].includes(owner) && TAKES_FROM[counts].includes(owner);
    const after = await read(org, slot);
    expect(after).toMatchObject({ value: values[slot][0], owner: taken ? counts : owner, version });
    expect(after.at?.version ?? 0).toBeLessThanOrEqual(version);
    expect(wake.shards).toEqual([]);
    expect(results).toMatchObject([{ ok: true, overruled: [] }]);
    expect(await timelineOf(org)).toMatchObject([{ kind: "assignment", slot }]);
  });
});

describe("slots", () => {
  it("take an explicit null and an empty list as values", async () => {
    const fixture = await setUp();
    const { org, values } = fixture;
    await org.customers([
      { externalId: "C", name: "G", workflowId: values.workflow[0] as string, userIds: values.users[0] as string[] },
    ]);
    await org.customers([{ externalId: "C", workflowId: null, userIds: [] }]);
    expect(await read(org, "workflow")).toMatchObject({ value: null, owner: "api" });
    expect(await read(org, "users")).toMatchObject({ value: [], owner: "api" });
    const { results } = await org.customers([{ externalId: "C", workflowId: values.workflow[0] as string }], "manual");
    expect(results).toMatchObject([{ overruled: [{ slot: "workflow", kept: null }] }]);
  });

  it("are claimed only by fields that are sent", async () => {
    const { org } = await setUp();
    await org.customers([{ externalId: "C", name: "Globex", city: "Paris" }]);
    for (const slot of SLOTS) expect(await read(org, slot)).toMatchObject({ owner: "nobody" });
  });

  it("take users by email in any case, each once, and keep their order", async () => {
    const { org, values } = await setUp();
    const [ann, bob] = [values.users[0] as string[], values.users[1] as string[]];
    await org.customers([{ externalId: "C", name: "G", userIds: ["BOB@acme.test", ann[0]!, bob[0]!.toUpperCase()] }]);
    expect((await read(org, "users")).value).toEqual([...bob, ...ann]);
  });
});

describe("releasing slots", () => {
  const release = (org: TestOrganization, slots: Slot[]) =>
    inTransaction(database.sql, (tx) => releaseSlots(tx, org.context(), "external:C", slots));

  it("keeps the value, clears the owner, raises a change and lets rules and people write again", async () => {
    const fixture = await setUp();
    const { org, values } = fixture;
    await ownedBy(fixture, "workflow", "api");
    const { results, wake } = await release(org, ["workflow", "users"]);
    expect(results).toMatchObject([{ ok: true, status: 200 }]);
    expect(wake.shards).toEqual([0]);
    expect(await read(org, "workflow")).toMatchObject({ value: values.workflow[0], owner: "nobody", version: 3 });
    expect(await timelineOf(org)).toMatchObject([{ kind: "released", slot: "workflow", owner: { source: "api" } }]);
    const [change] =
      await database.sql`select before, after from changes where organization_id = ${org.id} and version = 3`;
    expect(change!.after).toEqual(change!.before);
    await org.customers([{ externalId: "C", ...naming("workflow", values.workflow[1]) }], "manual");
    expect(await read(org, "workflow")).toMatchObject({ value: values.workflow[1], owner: "manual" });
  });

  it("of slots that nobody owns does nothing", async () => {
    const fixture = await setUp();
    await ownedBy(fixture, "workflow", "nobody");
    const { wake } = await release(fixture.org, ["workflow"]);
    expect(wake.shards).toEqual([]);
    expect(await read(fixture.org, "workflow")).toMatchObject({ version: 2 });
  });
});
