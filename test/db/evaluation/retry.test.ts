import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RetryRefused, retryChange } from "../../../db/evaluation/retryChange.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { newId } from "../../../db/uuid.ts";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";
import { passDays } from "../support/passDays.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql.unsafe(`
    create table poisoned (organization_id uuid, version int);
    create function refuse_poisoned() returns trigger language plpgsql as $$
    begin
      if new.outcome <> 'failed' and exists (
        select from poisoned p join changes c on c.version = p.version and c.organization_id = p.organization_id
        where c.id = new.change_id) then
        raise exception 'poisoned' using errcode = '22000';
      end if;
      return new;
    end $$;
    create trigger refuse_poisoned before insert or update on evaluations for each row execute function refuse_poisoned()`);
});
afterAll(() => database?.drop());

const DAY = 86_400_000;

interface Fixture {
  org: TestOrganization;
  agency: string;
  standard: string;
  /** Evaluation of this version fails until it is healed. */
  poison(version: number): Promise<void>;
  heal(): Promise<void>;
  retry(version: number): Promise<number[] | null>;
  change(version: number): Promise<Record<string, unknown>>;
}

async function setUp(): Promise<Fixture> {
  const { sql } = database;
  const org = await createTestOrganization(sql);
  const change = async (version: number) => {
    const [row] = await sql`
      select c.id, e.outcome, e.codes, e.error, e.failed_before, e.retried_at is not null as retried, e.retried_by
      from changes c left join evaluations e on e.change_id = c.id
      where c.organization_id = ${org.id} and c.version = ${version}`;
    return row!;
  };
  return {
    ...{ org, change, agency: await org.workflow("Agency"), standard: await org.workflow("Standard") },
    poison: async (version) => void (await sql`insert into poisoned values (${org.id}, ${version})`),
    heal: async () => void (await sql`delete from poisoned where organization_id = ${org.id}`),
    retry: async (version) => {
      const { id } = await change(version);
      return inTransaction(sql, (tx) => retryChange(tx, org.context(), id as string));
    },
  };
}

const assign = (workflowId: string) => ({ type: "assignWorkflow" as const, workflowId });
const onCreation = (workflowId: string): RuleDraft => ({
  ...{ name: "new", trigger: { type: "customerCreated" }, actions: [assign(workflowId)] },
});
const created = { externalId: "C", name: "Globex" };

/** Owes this much more from now on. */
const owe = (org: TestOrganization, amount: number) =>
  org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount }]);
const pay = (org: TestOrganization, amount: number) =>
  org.payments([{ customerId: "external:C", amount, datedAt: "2026-02-01" }]);

describe("retrying a change whose evaluation failed", () => {
  it("evaluates it on its recorded facts, carries out its effects and keeps one evaluation of it", async () => {
    const { org, agency, poison, heal, retry, change } = await setUp();
    await org.activate(onCreation(agency));
    await poison(1);
    await org.customers([created]);
    await org.customers([{ externalId: "C", city: "Oslo" }]);
    await org.evaluateAll();
    expect(await change(1)).toMatchObject({ outcome: "failed", error: "poisoned", retried: false });
    await heal();
    expect(await retry(1)).toEqual([0]);
    expect(await change(1)).toMatchObject({
      ...{ outcome: "evaluated", codes: "M", error: null, failed_before: "poisoned", retried: true },
      retried_by: { keyId: expect.any(String) },
    });
    expect(await org.evaluateAll()).toBe(1);
    const { changes, runs, customers } = await readOutcome(database.sql, org.id);
    expect(changes.map(({ version, source, outcome }) => [version, source, outcome])).toEqual([
      [1, "api", "evaluated"],
      [2, "api", "evaluated"],
      [3, "rule", "evaluated"],
    ]);
    expect(runs).toMatchObject([{ version: 1, status: "applied" }]);
    expect(customers).toMatchObject([{ workflow: "Agency", version: 3 }]);
  });

  it("leaves a slot that was written for a newer change", async () => {
    const { org, agency, standard, poison, heal, retry } = await setUp();
    await org.activate(onCreation(agency), {
      ...{ name: "moved", trigger: { type: "customerCreatedOrUpdated" }, actions: [assign(standard)] },
      filters: [{ field: "city", op: "is", values: ["Oslo"] }],
    });
    await poison(1);
    await org.customers([created]);
    await org.customers([{ externalId: "C", city: "Oslo" }]);
    await org.evaluateAll();
    await heal();
    await retry(1);
    await org.evaluateAll();
    const { runs, customers } = await readOutcome(database.sql, org.id);
    expect(runs.filter(({ version }) => version === 1)).toMatchObject([
      { rule: "new", status: "skipped", reason: "superseded" },
    ]);
    expect(customers).toMatchObject([{ workflow: "Standard" }]);
  });

  it("is recorded as failed again where it fails again, with nothing done", async () => {
    const { org, agency, poison, retry, change } = await setUp();
    await org.activate(onCreation(agency));
    await poison(1);
    await org.customers([created]);
    await org.evaluateAll();
    expect(await retry(1)).toEqual([]);
    expect(await change(1)).toMatchObject({
      ...{ outcome: "failed", error: "poisoned", failed_before: "poisoned", retried: true },
    });
    expect((await readOutcome(database.sql, org.id)).runs).toEqual([]);
  });

  it("acts once, however often and at however many places at once it is asked for", async () => {
    const { org, agency, poison, heal, retry } = await setUp();
    await org.activate(onCreation(agency));
    await poison(1);
    await org.customers([created]);
    await org.evaluateAll();
    await heal();
    const shards = await Promise.all([retry(1), retry(1), retry(1)]);
    expect(shards.filter((one) => one!.length > 0)).toHaveLength(1);
    await org.evaluateAll();
    expect(await retry(1)).toEqual([]);
    expect((await readOutcome(database.sql, org.id)).runs).toHaveLength(1);
  });

  it("is refused for what did not fail, what waits and while rules are stopped; of others' changes nothing is known", async () => {
    const { org, agency, poison, retry, change } = await setUp();
    const { sql } = database;
    await org.activate(onCreation(agency));
    await poison(2);
    await org.customers([created]);
    await expect(retry(1)).rejects.toMatchObject({ code: "not_evaluated" });
    await org.evaluateAll();
    await expect(retry(1)).rejects.toMatchObject({ code: "not_failed" });
    await sql`update organizations set rules_stopped = true where id = ${org.id}`;
    await expect(retry(2)).rejects.toThrow(RetryRefused);
    const other = await createTestOrganization(sql);
    const { id } = await change(2);
    for (const unknown of [id as string, newId(), "x"]) {
      expect(await inTransaction(sql, (tx) => retryChange(tx, other.context(), unknown))).toBeNull();
    }
  });

  it("raises what it raises as of today, behind a change of what the days have moved", async () => {
    const { org, agency, poison, heal, retry } = await setUp();
    await org.activate(onCreation(agency));
    await poison(1);
    await org.customers([created]);
    const dueAt = new Date(Date.now() + DAY).toISOString().slice(0, 10);
    await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt, amount: 100 }]);
    await org.evaluateAll();
    await passDays(database.sql, org.id, 65);
    await heal();
    expect(await retry(1)).toEqual([0]);
    const raised = await database.sql`
      select source, after ->> 'asOf' as "asOf", after ->> 'overdue' as overdue from changes
      where organization_id = ${org.id} and version > 2 order by version`;
    const asOf = new Date().toISOString().slice(0, 10);
    expect(raised).toEqual([
      { source: "schedule", asOf, overdue: "100" },
      { source: "rule", asOf, overdue: "100" },
    ]);
  });

  it("says `excluded` of a customer who has been excluded since", async () => {
    const { org, agency, poison, heal, retry, change } = await setUp();
    await org.activate(onCreation(agency), {
      ...{ name: "out", trigger: { type: "customerCreatedOrUpdated" }, actions: [{ type: "excludeCustomer" }] },
      filters: [{ field: "city", op: "is", values: ["Oslo"] }],
    });
    await poison(1);
    await org.customers([created]);
    await org.customers([{ externalId: "C", city: "Oslo" }]);
    await org.evaluateAll();
    await heal();
    await retry(1);
    expect(await change(1)).toMatchObject({ outcome: "evaluated", codes: "XF" });
    expect((await readOutcome(database.sql, org.id)).customers).toMatchObject([{ workflow: null }]);
  });
});

describe("what threshold rules remember, when their crossing is retried", () => {
  const over = (more: object) => ({
    name: "over",
    trigger: { type: "outstandingThreshold" as const, direction: "exceeds" as const, value: 5_000, ...more },
  });
  const timers = (org: TestOrganization) => database.sql<{ dueAt: string; createdAt: string }[]>`
    select t.due_at as "dueAt", c.created_at as "createdAt" from timers t join changes c on c.id = t.change_id
    where t.organization_id = ${org.id}`;

  /** The crossing at version 2 fails, then `meanwhile`, then it is retried. */
  async function retried(
    rule: (fixture: Fixture) => RuleDraft,
    meanwhile: (org: TestOrganization) => Promise<unknown>,
  ) {
    const fixture = await setUp();
    const { org, poison, heal, retry } = fixture;
    await org.activate(rule(fixture));
    await poison(2);
    await org.customers([created]);
    await owe(org, 6_000);
    await org.evaluateAll();
    await meanwhile(org);
    await org.evaluateAll();
    await heal();
    await retry(2);
    await org.evaluateAll();
    return fixture;
  }
  const codes = async ({ org }: Fixture) =>
    (await readOutcome(database.sql, org.id)).changes
      .filter(({ source }) => source === "api")
      .map(({ codes }) => codes);
  const workflow = async ({ org }: Fixture) => (await readOutcome(database.sql, org.id)).customers[0]?.workflow;

  it("`forDays` count from the change, where the value has stayed beyond the line since", async () => {
    const fixture = await retried(
      ({ agency }) => ({ ...over({ forDays: 7 }), actions: [assign(agency)] }),
      (org) => owe(org, 100),
    );
    expect(await codes(fixture)).toEqual(["T", "D", "T"]);
    const [timer] = await timers(fixture.org);
    expect(Date.parse(timer!.dueAt) - Date.parse(timer!.createdAt)).toBe(7 * DAY);
  });

  it("`forDays` do not begin where the value has come back since", async () => {
    const fixture = await retried(
      ({ agency }) => ({ ...over({ forDays: 7 }), actions: [assign(agency)] }),
      (org) => pay(org, 3_000),
    );
    expect(await codes(fixture)).toEqual(["T", "C", "T"]);
    expect(await timers(fixture.org)).toEqual([]);
  });

  it("a rule with exit actions fires late and they run when the value comes back", async () => {
    const fixture = await retried(
      ({ agency, standard }) => ({ ...over({}), actions: [assign(agency)], exitActions: [assign(standard)] }),
      (org) => owe(org, 100),
    );
    expect(await workflow(fixture)).toBe("Agency");
    await pay(fixture.org, 3_000);
    await fixture.org.evaluateAll();
    expect(await codes(fixture)).toEqual(["T", "M", "T", "B"]);
    expect(await workflow(fixture)).toBe("Standard");
  });

  it("a rule with exit actions does not fire where they would have run since", async () => {
    const fixture = await retried(
      ({ agency, standard }) => ({ ...over({}), actions: [assign(agency)], exitActions: [assign(standard)] }),
      (org) => pay(org, 3_000),
    );
    expect(await codes(fixture)).toEqual(["T", "C", "T"]);
    expect(await workflow(fixture)).toBeNull();
  });

  it("a rule with `resetAt` that fires late is held back until the value comes back, and no longer", async () => {
    const fixture = await retried(
      ({ agency }) => ({ ...over({ resetAt: 2_000 }), actions: [assign(agency)] }),
      (org) => pay(org, 2_000),
    );
    const { org } = fixture;
    await owe(org, 3_000);
    await pay(org, 6_000);
    await owe(org, 6_000);
    await org.evaluateAll();
    expect(await codes(fixture)).toEqual(["T", "M", "T", "G", "T", "U"]);
  });

  it("a return that is retried ends what was remembered, unless the line was crossed again since", async () => {
    for (const again of [false, true]) {
      const fixture = await setUp();
      const { org, agency, standard, poison, heal, retry } = fixture;
      await org.activate({ ...over({}), actions: [assign(agency)], exitActions: [assign(standard)] });
      await org.customers([created]);
      await owe(org, 6_000);
      await org.evaluateAll();
      // The crossing set the workflow: a change of its own.
      await poison(4);
      await pay(org, 3_000);
      if (again) await owe(org, 3_000);
      await org.evaluateAll();
      await heal();
      await retry(4);
      await org.evaluateAll();
      expect(await workflow(fixture)).toBe(again ? "Agency" : "Standard");
      const states = await database.sql`select from rule_states where organization_id = ${org.id}`;
      expect(states).toHaveLength(again ? 1 : 0);
    }
  });
});
