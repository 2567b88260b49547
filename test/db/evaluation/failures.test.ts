import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockRulesetExclusive, publishRuleset, RulesetTooNew } from "../../../db/rulesets.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { RULES_FORMAT } from "../../../rules/format.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const created = { type: "customerCreated" as const };
const names = (count: number) => Array.from({ length: count }, (_, index) => `C${String(index).padStart(3, "0")}`);

async function setUp(): Promise<{ org: TestOrganization; agency: string; ruleId: string }> {
  const org = await createTestOrganization(database.sql);
  const agency = await org.workflow("Agency");
  const [ruleId] = await org.activate({
    ...{ name: "new", trigger: created },
    actions: [{ type: "assignWorkflow", workflowId: agency }],
  });
  return { org, agency, ruleId: ruleId! };
}

/** Puts a definition in force that no API would have taken, as a newer build or a damaged row would. */
async function publish(org: TestOrganization, ruleId: string, definition: object): Promise<void> {
  await inTransaction(database.sql, async (tx) => {
    await lockRulesetExclusive(tx, org.id);
    await tx`
      insert into rule_versions (rule_id, version, organization_id, definition, author)
      select rule_id, version + 1, organization_id, definition || ${tx.json(definition as never)}, author
      from rule_versions where rule_id = ${ruleId} order by version desc limit 1`;
    await tx`update rules set version = (select max(version) from rule_versions where rule_id = ${ruleId}) where id = ${ruleId}`;
    await publishRuleset(tx, org.id);
  });
}

describe("a ruleset of a newer build", () => {
  it("is refused: nothing of its changes is recorded until a build comes that reads it", async () => {
    const { org } = await setUp();
    await database.sql`update rulesets set format = ${RULES_FORMAT + 1} where organization_id = ${org.id}`;
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await expect(org.evaluateAll()).rejects.toThrow(RulesetTooNew);
    expect((await readOutcome(database.sql, org.id)).changes).toMatchObject([{ customer: "C", outcome: null }]);
    const [queue] =
      await database.sql`select count(*)::int as count from change_queue where organization_id = ${org.id}`;
    expect(queue).toEqual({ count: 1 });
    await database.sql`update rulesets set format = ${RULES_FORMAT} where organization_id = ${org.id}`;
    await org.evaluateAll();
    expect((await readOutcome(database.sql, org.id)).customers).toMatchObject([{ customer: "C", workflow: "Agency" }]);
  });
});

describe("a change that cannot be evaluated", () => {
  it.each([
    {
      name: "an action that this build does not know",
      definition: { actions: [{ type: "moonLanding" }] },
      error: /./,
    },
    {
      name: "a trigger that this build does not know",
      definition: { trigger: { type: "moonPhase", direction: "exceeds", value: {} } },
      error: /./,
    },
    { name: "a damaged definition", definition: { filters: [{ field: "city", op: "is" }] }, error: /./ },
  ])("because of $name is recorded as failed and holds up nobody", async ({ definition, error }) => {
    const { org, ruleId } = await setUp();
    await org.customers([{ externalId: "before", name: "G", city: "Paris" }]);
    await publish(org, ruleId, definition);
    await org.customers([{ externalId: "broken", name: "G", city: "Paris" }]);
    await publish(org, ruleId, {
      trigger: created,
      filters: [],
      actions: [{ type: "assignWorkflow", workflowId: null }],
    });
    await org.customers([{ externalId: "after", name: "G", city: "Paris" }]);
    await org.customers([{ externalId: "broken", city: "Lyon" }]);
    await org.evaluateAll();
    const { changes, customers } = await readOutcome(database.sql, org.id);
    const broken = changes.filter(({ customer }) => customer === "broken");
    expect(broken).toMatchObject([
      { outcome: "failed", error: expect.stringMatching(error) },
      { outcome: "evaluated", codes: "T" },
    ]);
    expect(changes.filter(({ outcome }) => outcome === "evaluated")).toHaveLength(changes.length - 1);
    expect(customers).toMatchObject([
      { workflow: null },
      { customer: "before", workflow: "Agency" },
      { customer: "broken", workflow: null },
    ]);
  });

  it("for Postgres refuses what it writes, is found by halving, recorded and passed over", async () => {
    const { org } = await setUp();
    const poisoned = ["C007", "C300"];
    await org.customers(names(400).map((externalId) => ({ externalId, name: externalId })));
    await database.sql.unsafe(`
      create function refuse_some() returns trigger language plpgsql as $$
      begin
        if exists (select from customers where id = new.customer_id and external_id in ('${poisoned.join("','")}')) then
          raise exception 'no room for this run' using errcode = '22000';
        end if;
        return new;
      end $$;
      create trigger refuse_some before insert on rule_runs for each row execute function refuse_some()`);
    await org.customers([{ externalId: "C007", city: "Paris" }]);
    await org.evaluateAll();
    await database.sql.unsafe("drop function refuse_some cascade");
    const { changes, customers } = await readOutcome(database.sql, org.id);
    const failed = changes.filter(({ outcome }) => outcome === "failed");
    expect(failed.map(({ customer, version, error }) => [customer, version, error])).toEqual([
      ["C007", 1, "no room for this run"],
      ["C300", 1, "no room for this run"],
    ]);
    expect(customers.filter(({ workflow }) => workflow === "Agency")).toHaveLength(398);
    expect(changes.find(({ customer, version }) => customer === "C007" && version === 2)).toMatchObject({
      outcome: "evaluated",
    });
    const [tracking] = await database.sql`
      select t.version from customer_tracking t join customers c on c.id = t.customer_id
      where c.organization_id = ${org.id} and c.external_id = 'C300'`;
    expect(tracking).toEqual({ version: 1 });
  });
});
