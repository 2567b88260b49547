import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestOrganization } from "../../helpers/organization.ts";
import { eventually } from "../../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** Attempts at a change that Postgres refuses: by ever smaller batches, then by itself. */
const ATTEMPTS = 9;
const GATE = 4_711;

it("is of the change that failed, though a more urgent one is written in between", async () => {
  const org = await createTestOrganization(database.sql);
  const workflowId = await org.workflow("Agency");
  await org.activate({
    ...{ name: "new", trigger: { type: "customerCreated" } },
    actions: [{ type: "assignWorkflow", workflowId }],
  });
  await database.sql`create sequence attempts`;
  // Refuses the run of one customer, and the last time only once the gate is open.
  await database.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$
    begin
      if (select external_id from customers where id = new.customer_id) = 'refused' then
        if nextval('attempts') = ${ATTEMPTS} then perform pg_advisory_xact_lock(${GATE}); end if;
        raise exception 'refused' using errcode = 'data_exception';
      end if;
      return new;
    end $$;
    create trigger refuse before insert on rule_runs for each row execute function refuse()`);
  await org.customers([{ externalId: "refused", name: "Globex" }], "csv");

  const evaluated = await database.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${GATE})`;
    const evaluating = org.evaluateAll();
    await eventually(async () => {
      const waiting = await database.sql`
        select from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`;
      return waiting.length === 1;
    });
    await org.customers([{ externalId: "urgent", name: "Globex" }]);
    return [evaluating];
  });
  await Promise.all(evaluated);
  const { changes, customers } = await readOutcome(database.sql, org.id);
  expect(changes.map(({ customer, version, outcome }) => [customer, version, outcome])).toEqual([
    ["refused", 1, "failed"],
    ["urgent", 1, "evaluated"],
    ["urgent", 2, "evaluated"],
  ]);
  expect(customers).toMatchObject([{ workflow: null }, { workflow: "Agency" }]);
});
