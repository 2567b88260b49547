import { afterAll, beforeAll, expect, it } from "vitest";
import { backfillWorkflowId } from "../../../workflows/contract.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { many, reaching, rule, startBackfill, withCustomers } from "./scene.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const CUSTOMERS = 3_000;

/** Looks at a backfill without the API. */
async function done(id: string): Promise<number> {
  const [row] = await stack.sql<{ count: number }[]>`
    select count(*)::int as count from backfill_results where backfill_id = ${id}`;
  return row!.count;
}

const reached = (id: string, count: number) =>
  eventually(async () => (await done(id)) >= count, { intervalMs: 5, timeoutMs: 60_000, message: `${count} done` });

it("nobody is left out or done twice, though the worker is killed and the workflow is lost in the middle", async () => {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  await withCustomers(organization, many(CUSTOMERS));
  const [ruleId] = await organization.activate(rule("Rule", agency));
  const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: 400 });
  await reached(id, 400);
  await stack.worker.kill();
  expect(await done(id)).toBeLessThan(CUSTOMERS);
  await stack.worker.start();
  await reached(id, 1_200);
  await stack.client.workflow.getHandle(backfillWorkflowId(organization.id, id)).terminate("lost");
  expect(await done(id)).toBeLessThan(CUSTOMERS);
  const { progress } = await reaching(organization, id, "completed");
  expect(progress).toMatchObject({ total: CUSTOMERS, done: CUSTOMERS, changed: CUSTOMERS, failed: 0 });
  await organization.settled();
  const [found] = await stack.sql`
    select (select count(*)::int from backfill_results where backfill_id = ${id}) as results,
           (select count(*)::int from rule_runs where backfill_id = ${id} and status = 'applied') as runs,
           (select count(distinct customer_id)::int from rule_runs where backfill_id = ${id}) as customers,
           (select count(*)::int from customers where organization_id = ${organization.id} and version = 2) as once`;
  expect(found).toEqual({ results: CUSTOMERS, runs: CUSTOMERS, customers: CUSTOMERS, once: CUSTOMERS });
});

it("a backfill whose start was lost is found", async () => {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  await withCustomers(organization, many(3));
  const [ruleId] = await organization.activate(rule("Rule", agency));
  await stack.api.stop();
  await stack.api.start({ TEMPORAL_ADDRESS: "127.0.0.1:1" });
  const { id } = await startBackfill(organization, { ruleIds: [ruleId] });
  expect((await reaching(organization, id, "completed")).progress).toMatchObject({ changed: 3 });
});
