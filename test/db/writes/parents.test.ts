import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../../db/transaction.ts";
import { customerMistakes } from "../../../db/writes/index.ts";
import type { CustomerInput } from "../../../db/writes/types.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const customer = (externalId: string, parent?: string): CustomerInput => ({
  externalId,
  name: externalId,
  ...(parent === undefined ? {} : { parentId: `external:${parent}` }),
});

/** External ids of customers and of their parents. */
async function tree(org: TestOrganization): Promise<Record<string, string | null>> {
  const rows = await database.sql<{ child: string; parent: string | null }[]>`
    select c.external_id as child, p.external_id as parent from customers c left join customers p on p.id = c.parent_id
    where c.organization_id = ${org.id} order by 1`;
  return Object.fromEntries(rows.map(({ child, parent }) => [child, parent]));
}

/** What became of each item: its status, or the mistake. */
async function outcomes(org: TestOrganization, items: CustomerInput[]): Promise<(number | string)[]> {
  const { results } = await org.customers(items);
  return results.map((result) =>
    result.ok ? result.status : result.errors.map(({ path, message }) => `${path} ${message}`).join(),
  );
}

const UNKNOWN = "parentId names no customer of this organization";
const CIRCLE = "parentId would make a circle: this customer stands above that one";

describe("parents", () => {
  it("may be created by an earlier item of the same write, whatever the order of external ids", async () => {
    const org = await createTestOrganization(database.sql);
    const items = [customer("Z"), customer("A", "Z"), customer("B", "A")];
    expect(await outcomes(org, items)).toEqual([201, 201, 201]);
    expect(await tree(org)).toEqual({ A: "Z", B: "A", Z: null });
    const facts = await database.sql<{ parentId: string; id: string }[]>`
      select facts ->> 'parentId' as "parentId", parent_id as id from customers where organization_id = ${org.id} and parent_id is not null`;
    expect(facts.map(({ parentId }) => parentId)).toEqual(facts.map(({ id }) => id));
  });

  it("are unknown while the item that creates them comes later, is refused or is the customer's own", async () => {
    const org = await createTestOrganization(database.sql);
    const nameless = { externalId: "Nameless" };
    const items = [customer("A", "Z"), customer("Z"), nameless, customer("B", "Nameless"), customer("C", "C")];
    expect(await outcomes(org, items)).toEqual([UNKNOWN, 201, "name is required for a new customer", UNKNOWN, UNKNOWN]);
  });

  it("may be created by an earlier item of thousands, in another statement than the child", async () => {
    const org = await createTestOrganization(database.sql);
    const leaves = Array.from({ length: 1_200 }, (_, index) => customer(`C-${index}`, "Z"));
    const { results } = await org.customers([customer("Z"), ...leaves]);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    const parents = Object.values(await tree(org)).filter((parent) => parent === "Z");
    expect(parents).toHaveLength(1_200);
  });

  it.each([
    { name: "of two, in two writes", before: [["A"], ["B", "A"]], items: [["A", "B"]], expected: [CIRCLE] },
    {
      name: "of three, in two writes",
      before: [["A"], ["B", "A"], ["C", "B"]],
      items: [["A", "C"]],
      expected: [CIRCLE],
    },
    {
      name: "within one write",
      before: [["A"], ["B"], ["C"]],
      items: [
        ["A", "B"],
        ["B", "C"],
        ["C", "A"],
      ],
      expected: [200, 200, CIRCLE],
    },
    {
      name: "among those that the write creates",
      before: [],
      items: [["A"], ["B", "A"], ["A", "B"]],
      expected: [201, 201, CIRCLE],
    },
  ])("make no circle: $name", async ({ before, items, expected }) => {
    const org = await createTestOrganization(database.sql);
    const inputs = (pairs: string[][]) => pairs.map(([child, parent]) => customer(child!, parent));
    await org.customers(inputs(before));
    expect(await outcomes(org, inputs(items))).toEqual(expected);
  });

  it("may trade places in one write", async () => {
    const org = await createTestOrganization(database.sql);
    await org.customers([customer("A"), customer("B", "A")]);
    expect(await outcomes(org, [{ externalId: "B", parentId: null }, customer("A", "B")])).toEqual([200, 200]);
    expect(await tree(org)).toEqual({ A: "B", B: null });
  });

  it("make no circle when two writers each give one half of it at once", async () => {
    const org = await createTestOrganization(database.sql);
    for (let round = 0; round < 5; round++) {
      const [a, b] = [`A${round}`, `B${round}`];
      await org.customers([customer(a), customer(b)]);
      const both = await Promise.all([outcomes(org, [customer(a, b)]), outcomes(org, [customer(b, a)])]);
      expect(both.flat().sort()).toEqual([200, CIRCLE]);
    }
  });

  it("stand at most 50 above one another", async () => {
    const org = await createTestOrganization(database.sql);
    const chain = Array.from({ length: 52 }, (_, index) =>
      customer(`C${index}`, index === 0 ? undefined : `C${index - 1}`),
    );
    const results = await outcomes(org, chain);
    expect(results.slice(0, 51)).toEqual(Array(51).fill(201));
    expect(results[51]).toMatch(/at most 50/);
  });

  it("of items that are refused anyway are told as unknown too", async () => {
    const org = await createTestOrganization(database.sql);
    const mistakes = await inTransaction(database.sql, (tx) => customerMistakes(tx, org.id, [customer("A", "X")]));
    expect(mistakes).toMatchObject([[{ path: "parentId" }]]);
  });
});
